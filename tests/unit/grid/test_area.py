"""Rules of an area, as history, command and outcome."""

from datetime import UTC, datetime

import pytest

from chassis.decider import Refused
from contracts.grid import AreaRegistered, AreaStatisticsSet
from grid.domain.area import (
    Numbers,
    RegisterArea,
    SetStatistics,
    above,
    decider,
    is_urban,
    level_of,
)

NOW = datetime(2026, 3, 2, tzinfo=UTC)
TOWN, VILLAGE = "340402001000", "340402001001"
NAME = "泉山湖社区居委会"

registered = AreaRegistered(
    area=VILLAGE, time=NOW, level="village", parent=TOWN, name=NAME, is_urban=True
)


def register(code=VILLAGE, level="village", parent=TOWN, name=NAME, is_parent_known=True):
    return RegisterArea(code, level, parent, name, is_parent_known, NOW)


def numbers_set(year, population, change):
    return AreaStatisticsSet(
        area=VILLAGE,
        time=NOW,
        year=year,
        households=10,
        population=population,
        urban_residents=0,
        households_change=0 if change != population else 10,
        population_change=change,
        urban_residents_change=0,
    )


def set_to(year, population):
    return SetStatistics(VILLAGE, year, Numbers(10, population, 0), NOW)


first = numbers_set(2024, 100, 100)


@pytest.mark.parametrize(
    ("history", "command", "outcome"),
    [
        pytest.param([], register(), [registered], id="an area is registered"),
        pytest.param([registered], register(), [], id="registering it again changes nothing"),
        pytest.param([registered], set_to(2024, 100), [first], id="the first numbers are a change"),
        pytest.param([registered, first], set_to(2024, 100), [], id="the same numbers are none"),
        pytest.param(
            [registered, first],
            set_to(2024, 90),
            [numbers_set(2024, 90, -10)],
            id="a year is corrected by the difference",
        ),
        pytest.param(
            [registered, first],
            set_to(2025, 130),
            [numbers_set(2025, 130, 30)],
            id="a new year changes what was in force",
        ),
        pytest.param(
            [registered, first],
            set_to(2023, 70),
            [numbers_set(2023, 70, 0)],
            id="an earlier year changes nothing that is in force",
        ),
    ],
)
def test_what_happens(history, command, outcome):
    assert decider.decide(decider.replay(history), command) == outcome


@pytest.mark.parametrize(
    ("history", "command", "sentence"),
    [
        pytest.param([registered], register(name="另一村委会"), "registered as", id="another name"),
        pytest.param([], register(is_parent_known=False), "register that first", id="no parent"),
        pytest.param([], register(parent=VILLAGE), f"belongs to {TOWN}", id="another parent"),
        pytest.param([], register(level="township"), "digits of a village", id="another level"),
        pytest.param([], register(level="estate"), "digits of a village", id="below the register"),
        pytest.param([], register("34", parent=None), "12 digits", id="no code"),
        pytest.param([], set_to(2024, 1), "no area of the register", id="numbers of nothing"),
        pytest.param([registered], set_to(2027, 1), "not over", id="numbers of a year to come"),
        pytest.param(
            [registered],
            SetStatistics(VILLAGE, 2024, Numbers(1, 2, 3), NOW),
            "more urban residents",
            id="more urban residents than residents",
        ),
    ],
)
def test_what_is_refused(history, command, sentence):
    with pytest.raises(Refused, match=sentence):
        decider.decide(decider.replay(history), command)


def test_changes_add_up_to_the_numbers_in_force():
    history = [registered]
    for year, population in [(2023, 50), (2025, 80), (2024, 500), (2025, 70), (2026, 90)]:
        history += decider.decide(decider.replay(history), set_to(year, population))
    changes = [each.population_change for each in history[1:]]
    assert (sum(changes), decider.replay(history).in_force.population) == (90, 90)


@pytest.mark.parametrize(
    ("code", "level", "parent"),
    [
        ("340000000000", "province", None),
        ("340400000000", "city", "340000000000"),
        ("340402000000", "county", "340400000000"),
        (TOWN, "township", "340402000000"),
        (VILLAGE, "village", TOWN),
    ],
)
def test_a_code_tells_its_level_and_what_is_above(code, level, parent):
    assert (level_of(code), above(code)) == (level, parent)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("泉山湖社区居委会", True),
        ("淮河新城社区委员会", True),
        ("谢郢社区居民委员会", True),
        ("龙眼井社区", True),
        ("上窑村委会", False),
        ("振兴社区村委会", False),
        ("保义农场生活区", False),
    ],
)
def test_a_community_is_told_by_the_end_of_its_name(name, expected):
    assert is_urban("village", name) is expected


def test_only_what_is_at_the_level_of_villages_is_a_community():
    assert not is_urban("township", "某某社区")
