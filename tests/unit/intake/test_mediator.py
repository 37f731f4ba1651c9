"""Rules of a mediator, as history / command / outcome."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from chassis.decider import Refused
from contracts.intake import MediatorEnrolled, MediatorLeft
from intake.domain.mediator import EnrolMediator, LeaveMenu, decider
from intake.lists import load_lists

NOW = datetime(2026, 3, 2, tzinfo=UTC)
MEDIATOR = UUID(int=1)
AREA = "340402001000"
KINDS = load_lists().mediator_kinds

about = {
    "area": AREA,
    "time": NOW,
    "mediator_id": MEDIATOR,
    "kind": "good_talker",
    "form": "person",
    "brand": "fan_jiuping",
}
enrolled, left = MediatorEnrolled(**about), MediatorLeft(**about)


def enrols(kind="good_talker", form="person", brand="fan_jiuping"):
    return EnrolMediator(MEDIATOR, AREA, kind, KINDS[kind], form, brand, NOW)


@pytest.mark.parametrize(
    ("history", "command", "outcome"),
    [
        pytest.param([], enrols(), [enrolled], id="enrolled"),
        pytest.param([enrolled], enrols(), [], id="enrolled once"),
        pytest.param([enrolled], LeaveMenu(NOW), [left], id="left"),
        pytest.param([enrolled, left], LeaveMenu(NOW), [], id="left once"),
        pytest.param(
            [],
            enrols("women", "group", None),
            [MediatorEnrolled(**about | {"kind": "women", "form": "group", "brand": None})],
            id="women mediate as a group",
        ),
    ],
)
def test_a_mediator(history, command, outcome):
    assert decider.decide(decider.replay(history), command) == outcome


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        pytest.param(
            enrols("chamber", "person"),
            "no person can be a chamber; possible: organisation",
            id="a chamber is no person",
        ),
        pytest.param(
            enrols("confidante", "person"),
            "no person can be a confidante; possible: group",
            id="a group is not one",
        ),
        pytest.param(LeaveMenu(NOW), "look for them in the menu", id="nobody"),
    ],
)
def test_what_is_refused(command, sentence):
    with pytest.raises(Refused, match=sentence):
        decider.decide(None, command)
