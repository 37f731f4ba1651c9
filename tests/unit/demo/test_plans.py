"""The same seed makes the same city, and what it plans is what the services take."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from grid.domain.area import is_urban
from intake.desk import load_kinds
from intake.domain.decisions import deciding
from liuchi.demo import areas, grids, register, stories, teams, volunteers
from liuchi.demo.size import FULL, SMALL, Size
from tests.unit.demo.entered import filed

UNTIL = datetime(2026, 11, 20, 4, tzinfo=UTC)
PLACES = register.read()
KINDS = load_kinds()
DECIDER = deciding(KINDS)

TINY = Size("tiny", counties=("340402000000",), communities=3)


def planned(size):
    """Everything there is to a city of this size."""
    places = register.registered(PLACES, size)
    communities = register.communities(places, size)
    formed = teams.teams(size, communities, UNTIL)
    return (
        areas.counts(size, places, 2025),
        grids.plan(size, {place.code: place for place in places}, communities),
        volunteers.plan(size, communities, UNTIL),
        formed,
        teams.activities(size, formed, UNTIL),
        stories.plan(size, communities, UNTIL),
    )


def test_the_same_seed_makes_the_same_city():
    assert planned(SMALL) == planned(SMALL)


def test_another_seed_makes_another_city_in_every_part():
    for one, other in zip(planned(SMALL), planned(replace(SMALL, seed=21)), strict=True):
        assert one != other


def test_every_urban_community_of_the_city_has_a_grid_worker():
    urban = register.communities(PLACES, FULL)
    _, drawn, *_ = planned(SMALL)
    staffed = {grid.area for grid in drawn if grid.level == "community" and grid.has_worker}
    assert staffed == {place.code for place in urban}
    assert len(urban) == 333
    assert {grid.level for grid in drawn} == {"township", "community", "estate"}


def test_an_urban_community_is_what_grid_takes_for_one():
    urban = {place.code for place in register.communities(PLACES, FULL)}
    for place in PLACES:
        if place.code.startswith(register.CITY[:4]):
            assert (place.code in urban) == is_urban(place.level, place.name)


def test_a_grid_lies_in_its_parent():
    _, drawn, *_ = planned(SMALL)
    for grid in drawn:
        if grid.parent:
            assert grid.area.startswith(grid.parent.area.rstrip("0"))
            assert drawn.index(grid.parent) < drawn.index(grid)


def test_a_tiny_city_registers_only_its_county_and_what_is_above():
    codes = {place.code for place in register.registered(PLACES, TINY)}
    assert {"340000000000", "340400000000", "340402000000"} <= codes
    assert all(code.startswith(("340402", "340400000", "340000000")) for code in codes)
    assert len(register.communities(PLACES, TINY)) == 3


def test_the_whole_register_is_6580_areas():
    assert len(register.registered(PLACES, SMALL)) == len(PLACES) == 6580


def test_counties_of_another_city_are_left_out_of_a_small_register():
    city = register.registered(PLACES, Size("city"))
    assert {place.code[:4] for place in city if place.level != "province"} == {"3404"}


@pytest.mark.parametrize("size", [SMALL, replace(FULL, cases=900)], ids=lambda size: size.name)
def test_intake_takes_every_story(size):
    """Its own rules are asked, for a place where a grid worker is on duty."""
    *_, told = planned(size)
    stands = Counter()
    for story in told:
        command = filed(KINDS, story.record(), UNTIL)
        case = DECIDER.replay(DECIDER.decide(None, command))
        assert case.filed_at == story.at
        stands[case.stands_at] += 1
    assert stands["revisited"] + stands["closed"] > 0.6 * len(told)
    assert {"dispatched", "in_progress", "withdrawn", "resolved"} <= stands.keys()


def test_steps_are_told_in_order_and_none_lies_ahead():
    *_, told = planned(SMALL)
    for story in told:
        times = [story.at, *(datetime.fromisoformat(step["at"]) for step in story.steps), UNTIL]
        assert times == sorted(times)


def test_nothing_of_the_past_waits_for_volunteers():
    *_, told = planned(SMALL)
    theirs = [one for one in told if one.has_category and one.category in stories.BY_VOLUNTEERS]
    assert len(theirs) == SMALL.helped
    assert all(one.at > UNTIL - timedelta(days=1) for one in theirs)


def test_six_volunteers_can_do_whatever_volunteers_are_asked_for():
    _, _, registered, *_ = planned(replace(TINY, volunteers=6))
    assert {skill for one in registered for skill in one.skills} >= set(volunteers.ASKED_FOR)


def test_what_is_told_apart_by_place_and_time_differs_in_them():
    crowded = replace(FULL, cases=9000, communities=2, teams=3, activities=300)
    *_, planned_activities, told = planned(crowded)
    assert len({(story.at, story.area) for story in told}) == len(told) > 8500
    starts = {(one.team.name, one.starts_at) for one in planned_activities}
    assert len(starts) == len(planned_activities) > 50
