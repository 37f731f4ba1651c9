"""Rules of forums, as history, command and outcome."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from chassis.decider import Refused
from contracts.intake import ForumClosed, ForumEstablished, ForumSessionHeld
from intake.domain.forum import (
    CloseForum,
    EstablishForum,
    HoldSession,
    check_venue,
    decider,
    next_rung,
    venue,
)
from intake.lists import load_lists

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
FORUM, SESSION, GRID, OTHER = (UUID(int=number) for number in range(1, 5))
VILLAGE, COUNTY = "340402001001", "340402000000"
KINDS = load_lists().forum_kinds

establish = EstablishForum(FORUM, "grid_pavilion", KINDS["grid_pavilion"], VILLAGE, NOW)
branded = replace(establish, brand="liuxia_shuoshi", grid_id=GRID)
council = replace(establish, kind="joint_council", rules=KINDS["joint_council"])
about = {"area": VILLAGE, "time": NOW, "forum_id": FORUM, "kind": "grid_pavilion"}
established = ForumEstablished(**about, brand="liuxia_shuoshi", grid_id=GRID)
closed = ForumClosed(**about, brand="liuxia_shuoshi", grid_id=GRID)
hold = HoldSession(
    SESSION,
    KINDS["grid_pavilion"],
    {"committee": 2, "residents": 15},
    ["agreed", "open", "agreed"],
    NOW,
)
held = ForumSessionHeld(
    **about, brand="liuxia_shuoshi", session_id=SESSION, participants=17, matters=3, agreed=2
)
by_guideline = replace(hold, guideline="village_2024_1", is_in_force=True)


@pytest.mark.parametrize(
    ("history", "command", "said"),
    [
        pytest.param([], branded, [established], id="it is established"),
        pytest.param([established], branded, [], id="the same one once"),
        pytest.param(
            [],
            council,
            [ForumEstablished(**{**about, "kind": "joint_council"})],
            id="the first council of a community",
        ),
        pytest.param(
            [],
            replace(establish, open_there=OTHER),
            [ForumEstablished(**about)],
            id="several pavilions in one community",
        ),
        pytest.param([established], hold, [held], id="a session counts who came and what came of"),
        pytest.param(
            [established],
            replace(hold, outcomes=[]),
            [held.model_copy(update={"matters": 0, "agreed": 0})],
            id="a session without a matter",
        ),
        pytest.param(
            [established],
            by_guideline,
            [held.model_copy(update={"guideline": "village_2024_1"})],
            id="a session by a guideline",
        ),
        pytest.param([established, held], hold, [held], id="one session after the other"),
        pytest.param([established], CloseForum(NOW), [closed], id="it is closed"),
        pytest.param([established, closed], CloseForum(NOW), [], id="closed once"),
    ],
)
def test_what_happens(history, command, said):
    assert decider.decide(decider.replay(history), command) == said


village = ForumEstablished(**{**about, "kind": "village"})
at_village = replace(hold, rules=KINDS["village"])


@pytest.mark.parametrize(
    ("history", "command", "sentence"),
    [
        pytest.param(
            [],
            replace(council, open_there=OTHER),
            f"{VILLAGE} has a joint_council already, {OTHER}; hold its sessions there, or close",
            id="a second council of a community",
        ),
        pytest.param(
            [],
            replace(council, area=COUNTY),
            f"a joint_council is established in a village; {COUNTY} is a county",
            id="a council of a whole county",
        ),
        pytest.param([], hold, "no such forum; list those", id="a session nowhere"),
        pytest.param([], CloseForum(NOW), "no such forum; list those", id="nothing to close"),
        pytest.param(
            [established, closed], hold, "is closed; establish another", id="after it closed"
        ),
        pytest.param(
            [established],
            replace(hold, at=NOW - timedelta(seconds=1)),
            "was established on 2026-03-02; sessions came later",
            id="before it was there",
        ),
        pytest.param(
            [ForumEstablished(**{**about, "kind": "joint_council"})],
            replace(hold, rules=KINDS["joint_council"], participants={"residents": 3}),
            "a session of a joint_council is not held without committee",
            id="a council without who leads it",
        ),
        pytest.param(
            [village],
            at_village,
            "a session of a village names the guideline it was held by",
            id="without the guideline",
        ),
        pytest.param(
            [village],
            replace(at_village, guideline="village_2024_1"),
            "guideline village_2024_1 was not in force on 2026-03-02; name the version",
            id="by a guideline that was not in force",
        ),
    ],
)
def test_what_is_refused_and_what_is_allowed_instead(history, command, sentence):
    with pytest.raises(Refused, match=sentence):
        decider.decide(decider.replay(history), command)


def test_what_is_not_settled_goes_up_the_ladder():
    assert [next_rung(one) for one in (None, "building", "grid", "community")] == [
        None,
        "grid",
        "community",
        None,
    ]


@pytest.mark.parametrize("now", [None, "grid_pavilion"])
def test_a_matter_is_discussed_on_its_own_rung(now):
    check_venue("grid_pavilion", KINDS["grid_pavilion"], now)
    check_venue("joint_council", KINDS["joint_council"], now)
    with pytest.raises(Refused, match="stands at building_corner; discuss it there, or raise it"):
        check_venue("grid_pavilion", KINDS["grid_pavilion"], "building_corner")


def test_a_matter_takes_the_rung_of_the_forum_along_if_it_has_one():
    assert venue("village", KINDS["village"]) == {}
    assert venue("building_corner", KINDS["building_corner"]) == {"venue": "building_corner"}


def test_a_guideline_is_in_force_from_its_first_day_until_the_next_one():
    guideline = load_lists().guidelines["village_2024_1"]
    first, last = guideline.since, guideline.since + timedelta(days=9)
    ended = guideline.model_copy(update={"until": last})
    days = [first - timedelta(days=1), first, last - timedelta(days=1), last]
    assert [ended.is_in_force(day) for day in days] == [False, True, True, False]
    assert guideline.is_in_force(last)
