"""Rules of leaders' meetings, as history, command and outcome."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from chassis.decider import Refused
from contracts.intake import MeetingHeld, MeetingMissed, MeetingScheduled
from intake.domain.meeting import HoldMeeting, MissMeeting, ScheduleMeeting, decider
from intake.lists import load_lists

MEETING, LEADER, ANOTHER = (UUID(int=number) for number in range(1, 4))
CITY, COUNTY, TOWNSHIP = "340400000000", "340402000000", "340402001000"
KINDS = load_lists().meeting_kinds

FRIDAY = date(2026, 3, 6)
MORNING = datetime(2026, 3, 6, 1, tzinfo=UTC)
END_OF_FRIDAY = datetime(2026, 3, 6, 15, 59, 59, tzinfo=UTC)
DAY = timedelta(days=1)


def plan(kind, area=CITY, on=FRIDAY, **more):
    return ScheduleMeeting(MEETING, kind, KINDS[kind], area, on, MORNING, **more)


def about(kind, area=CITY, time=MORNING):
    level = "city" if area == CITY else "county"
    return {
        "area": area,
        "time": time,
        "meeting_id": MEETING,
        "kind": kind,
        "level": level,
        "on": FRIDAY,
    }


def scheduled(kind, area=CITY):
    return MeetingScheduled(**about(kind, area))


def hold(kind, **more):
    return HoldMeeting(KINDS[kind], **{"at": MORNING, **more})


relief = hold("relief", outcomes=["solved", "postponed"], number=16)
relief_held = MeetingHeld(**about("relief"), number=16, matters=2, visitors=0, solved=1)
missed = MeetingMissed(**about("relief", time=END_OF_FRIDAY))


@pytest.mark.parametrize(
    ("history", "command", "said"),
    [
        pytest.param([], plan("relief"), [scheduled("relief")], id="a city's meeting"),
        pytest.param(
            [], plan("relief", COUNTY), [scheduled("relief", COUNTY)], id="a county's meeting"
        ),
        pytest.param([scheduled("relief")], plan("relief"), [], id="the same one once"),
        pytest.param(
            [], plan("reception", leader=LEADER), [scheduled("reception")], id="a leader's day"
        ),
        pytest.param(
            [],
            plan("reception", leader=LEADER, sits_already=LEADER, on=FRIDAY - DAY),
            [],
            id="a leader stays on the roster, even for a day that is over",
        ),
        pytest.param([scheduled("relief")], relief, [relief_held], id="held, with its number"),
        pytest.param(
            [scheduled("reception")],
            hold("reception", heard=3, visitors=7, number=9),
            [MeetingHeld(**about("reception"), matters=3, visitors=7)],
            id="a reception has visitors and no number",
        ),
        pytest.param(
            [scheduled("visit_down")],
            hold("visit_down", place=TOWNSHIP, heard=1),
            [MeetingHeld(**about("visit_down"), matters=1, visitors=0)],
            id="a visit to a township",
        ),
        pytest.param(
            [scheduled("relief")],
            replace(relief, at=MORNING + DAY),
            [MeetingHeld(**{**dict(relief_held), "time": END_OF_FRIDAY})],
            id="recorded a day later, it was on its day",
        ),
        pytest.param(
            [scheduled("relief")], MissMeeting(MORNING + 2 * DAY), [missed], id="missed on its day"
        ),
        pytest.param([scheduled("relief"), missed], MissMeeting(MORNING + DAY), [], id="once"),
        pytest.param(
            [scheduled("relief"), relief_held], MissMeeting(MORNING + DAY), [], id="not if held"
        ),
        pytest.param(
            [scheduled("relief")], MissMeeting(END_OF_FRIDAY), [], id="not before its day is over"
        ),
    ],
)
def test_what_happens(history, command, said):
    assert decider.decide(decider.replay(history), command) == said


SATURDAY, MAKE_UP, HOLIDAY = FRIDAY + DAY, date(2026, 2, 28), date(2026, 5, 1)


@pytest.mark.parametrize(
    ("history", "command", "sentence"),
    [
        pytest.param(
            [],
            plan("relief", TOWNSHIP),
            f"held by leaders of a city or county; {TOWNSHIP} is a township",
            id="a township's relief meeting",
        ),
        pytest.param(
            [], plan("relief", on=FRIDAY - DAY), "2026-03-05 is over; schedule it", id="yesterday"
        ),
        pytest.param(
            [], plan("reception"), "has a leader; put it on the roster", id="without a leader"
        ),
        pytest.param(
            [], plan("relief", leader=LEADER), "has no roster; schedule each", id="with a leader"
        ),
        pytest.param(
            [],
            plan("reception", leader=LEADER, sits_already=ANOTHER),
            f"{ANOTHER} sits on 2026-03-06 already; one leader",
            id="a second leader",
        ),
        pytest.param(
            [],
            plan("reception", leader=LEADER, on=SATURDAY),
            "2026-03-07 is a Saturday and no make-up workday; a roster has the workdays",
            id="a weekend",
        ),
        pytest.param(
            [],
            plan("reception", leader=LEADER, on=HOLIDAY),
            "2026-05-01 is a public holiday; a roster has the workdays",
            id="a holiday",
        ),
        pytest.param(
            [],
            plan("reception", leader=LEADER, on=date(2099, 3, 6)),
            "holiday calendar of 2099 is not published",
            id="a year nobody knows",
        ),
        pytest.param([], relief, "no such meeting; schedule it first", id="never scheduled"),
        pytest.param(
            [scheduled("relief"), relief_held],
            relief,
            "of 2026-03-06 was held; schedule another",
            id="held twice",
        ),
        pytest.param(
            [scheduled("relief"), missed],
            relief,
            "of 2026-03-06 was missed; schedule another",
            id="held after all",
        ),
        pytest.param(
            [scheduled("relief")],
            replace(relief, at=MORNING - DAY),
            "is on 2026-03-06; record it when it has been held",
            id="before its day",
        ),
        pytest.param(
            [scheduled("relief")],
            replace(relief, outcomes=[]),
            "at least one case comes before a relief; name it in matters",
            id="a relief meeting about nothing",
        ),
        pytest.param(
            [scheduled("relief")],
            replace(relief, heard=1),
            "name them in matters, without heard",
            id="a relief meeting about no cases",
        ),
        pytest.param(
            [scheduled("reception")],
            hold("reception", outcomes=["solved"]),
            "no case comes before a reception; say in heard how many",
            id="a reception that settles cases",
        ),
        pytest.param(
            [scheduled("visit_down")],
            hold("visit_down"),
            f"names in place the division that was visited in {CITY}",
            id="a visit to nowhere",
        ),
        pytest.param(
            [scheduled("visit_down")],
            hold("visit_down", place="341302001000"),
            "names in place the division that was visited",
            id="a visit to another city",
        ),
        pytest.param(
            [scheduled("reception")],
            hold("reception", place=TOWNSHIP),
            "a reception visits no division; leave place out",
            id="a reception somewhere else",
        ),
    ],
)
def test_what_is_refused_and_what_is_allowed_instead(history, command, sentence):
    with pytest.raises(Refused, match=sentence):
        decider.decide(decider.replay(history), command)


def test_a_saturday_that_is_worked_is_on_the_roster():
    early = datetime(2026, 2, 1, tzinfo=UTC)
    command = replace(plan("reception", leader=LEADER, on=MAKE_UP), at=early)
    (said,) = decider.decide(None, command)
    assert (said.on.strftime("%A"), said.on) == ("Saturday", MAKE_UP)
