"""A resident's request goes the way its file says, from filing to a revisit and back."""

import tomllib
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import get_args

import pytest

import intake
from chassis.decider import Refused
from chassis.workflow.clocks import overdue
from chassis.workflow.kind_files import load
from chassis.workflow.position import Position
from chassis.workflow.steps import allowed, take
from contracts.intake import Target, Urgency

REQUEST = load(Path(intake.__file__).parent / "kinds")["request"]
NOW = datetime(2024, 9, 2, 2, tzinfo=UTC)

NOTHING_YET = Position()
TO_GRID_WORKER = [
    ("filed", "resident", {"urgency": "normal"}),
    ("classified", "dispatcher", {"category": "facilities"}),
    ("dispatched", "dispatcher", {"to": "grid_worker"}),
    ("in_progress", "grid_worker", {}),
    ("resolved", "grid_worker", {}),
    ("closed", "dispatcher", {}),
]


def went(commands, position=NOTHING_YET):
    for step, role, fields in commands:
        for taken in take(REQUEST, position, step, roles={role}, at=NOW, fields=fields):
            position = position.stepped(taken.step, NOW, taken.outcome)
    return position


@pytest.mark.parametrize(
    ("commands", "stands_at", "may_follow"),
    [
        pytest.param(TO_GRID_WORKER, "closed", ("revisited",), id="to its end"),
        pytest.param(
            [*TO_GRID_WORKER, ("revisited", "resident", {"satisfaction": 3})],
            "revisited",
            (),
            id="a content resident ends it",
        ),
        pytest.param(
            [*TO_GRID_WORKER, ("revisited", "resident", {"satisfaction": 2})],
            "reopened",
            ("dispatched", "in_progress"),
            id="a resident who is not content reopens it",
        ),
        pytest.param(
            [*TO_GRID_WORKER[:4], ("escalated", "grid_worker", {"level": "county"})],
            "escalated",
            ("dispatched", "in_progress", "resolved", "withdrawn"),
            id="a hard one is handed upwards",
        ),
        pytest.param(
            [*TO_GRID_WORKER[:4], ("dispatched", "dispatcher", {"to": "volunteers"})],
            "dispatched",
            ("in_progress", "resolved", "dispatched", "returned", "escalated", "withdrawn"),
            id="it may be sent to somebody else",
        ),
        pytest.param(
            [*TO_GRID_WORKER[:2], ("withdrawn", "resident", {})], "withdrawn", (), id="withdrawn"
        ),
    ],
)
def test_a_request_goes_its_way(commands, stands_at, may_follow):
    position = went(commands)
    assert position.step == stands_at
    assert allowed(REQUEST, position) == may_follow


@pytest.mark.parametrize(
    ("done", "command", "sentence"),
    [
        pytest.param(
            1,
            ("dispatched", "dispatcher", {"to": "department"}),
            "allowed now: classified",
            id="dispatched before classified",
        ),
        pytest.param(
            1,
            ("classified", "dispatcher", {"category": "ufo"}),
            "'ufo' is no category",
            id="unknown category",
        ),
        pytest.param(
            1,
            ("classified", "resident", {"category": "other"}),
            "may be taken by dispatcher",
            id="classified by the resident",
        ),
        pytest.param(
            0,
            ("filed", "resident", {"urgency": "asap"}),
            "one of normal, urgent, emergency",
            id="unknown urgency",
        ),
        pytest.param(
            6,
            ("revisited", "resident", {"satisfaction": 0}),
            "from 1 to 5",
            id="no satisfaction of 0",
        ),
        pytest.param(
            2, ("dispatched", "dispatcher", {}), "dispatched needs to", id="dispatched to nobody"
        ),
    ],
)
def test_a_request_is_refused_with_what_is_allowed(done, command, sentence):
    before = went(TO_GRID_WORKER[:done])
    with pytest.raises(Refused, match=sentence):
        went([command], before)


def test_sending_it_around_does_not_put_off_its_deadline():
    sent_around = went([*TO_GRID_WORKER[:4], ("dispatched", "dispatcher", {"to": "department"})])
    late = overdue(REQUEST, sent_around, NOW + timedelta(days=9))
    assert [each.step for each in late] == ["in_progress", "resolved"]


def test_its_lists_say_what_the_contract_says():
    assert tuple(REQUEST.fields["urgency"]) == get_args(Urgency)
    assert set(REQUEST.fields["to"]) == set(get_args(Target))


def test_its_skills_are_those_that_volunteers_register_with():
    theirs = tomllib.loads((files("volunteer") / "catalogue/skills.toml").read_text("utf-8"))
    ours = {name: value.title.zh for name, value in REQUEST.fields["skill"].items()}
    assert ours == {name: words["zh"] for name, words in theirs.items()}


def test_what_goes_to_volunteers_names_the_skill():
    for name, category in REQUEST.fields["category"].items():
        asks = category.suggests
        assert ("skill" in asks) == (asks["to"] == "volunteers"), name
