"""Who may do what next: history / command / outcome."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chassis.decider import Refused
from chassis.workflow.kind_files import load
from chassis.workflow.position import Mark, Position
from chassis.workflow.steps import allowed, take

KINDS = load(Path(__file__).parent / "kinds")
NOW = datetime(2024, 9, 27, 2, tzinfo=UTC)


def after(*steps: str, outcome: str | None = None) -> Position:
    marks = [Mark(step, NOW) for step in steps[:-1]]
    return Position((*marks, Mark(steps[-1], NOW, outcome)))


TO_REVISIT = after("clue_collected", "assessed", "followed_up", "closed")
NOT_SETTLED = after("registered", "accepted", "mediation_offered", outcome="not_settled")


@pytest.mark.parametrize(
    ("kind", "history", "command", "outcome"),
    [
        pytest.param(
            "relief",
            Position(),
            {"step": "clue_collected", "roles": {"collector"}},
            [("clue_collected", None)],
            id="a matter begins with the first step",
        ),
        pytest.param(
            "relief",
            after("clue_collected"),
            {"step": "assessed", "roles": {"assessing_office"}, "fields": {"level": "city"}},
            [("assessed", None)],
            id="a step is taken with what it asks for",
        ),
        pytest.param(
            "relief",
            TO_REVISIT,
            {"step": "revisited", "roles": {"caller"}, "fields": {"score": 3}},
            [("revisited", "good")],
            id="a good revisit is the end",
        ),
        pytest.param(
            "relief",
            TO_REVISIT,
            {"step": "revisited", "roles": {"caller"}, "fields": {"score": 2}},
            [("revisited", "bad"), ("reopened", None)],
            id="a bad revisit reopens at once",
        ),
        pytest.param(
            "deliberation",
            after("collected"),
            {
                "step": "discussed",
                "roles": {"host"},
                "fields": {"venue": "grid_pavilion"},
                "outcome": "open",
            },
            [("discussed", "open")],
            id="an outcome is brought along",
        ),
        pytest.param(
            "petition",
            NOT_SETTLED,
            {"step": "hearing", "roles": {"petition_office"}},
            [("hearing", None)],
            id="an outcome opens its own way",
        ),
    ],
)
def test_a_step_is_taken(kind, history, command, outcome):
    taken = take(KINDS[kind], history, at=NOW, **command)
    assert [(each.step, each.outcome) for each in taken] == outcome


@pytest.mark.parametrize(
    ("kind", "history", "command", "sentence"),
    [
        pytest.param(
            "relief",
            after("clue_collected"),
            {"step": "closed", "roles": {"follow_up_office"}},
            "it stands at clue_collected, where closed cannot follow; allowed now: assessed",
            id="out of order",
        ),
        pytest.param(
            "relief",
            Position(),
            {"step": "closed", "roles": {"follow_up_office"}},
            "it has not begun, so closed cannot follow; allowed now: clue_collected",
            id="before it began",
        ),
        pytest.param(
            "relief",
            after("clue_collected"),
            {"step": "banana", "roles": {"collector"}},
            "a relief has no step banana; allowed now: assessed",
            id="no such step",
        ),
        pytest.param(
            "relief",
            after("clue_collected"),
            {"step": "assessed", "roles": {"reader", "collector"}},
            "assessed may be taken by assessing_office; your roles: collector, reader",
            id="another role",
        ),
        pytest.param(
            "relief",
            after("clue_collected"),
            {"step": "assessed", "roles": set()},
            "assessed may be taken by assessing_office; your roles: none",
            id="no role",
        ),
        pytest.param(
            "relief",
            after("closed", "revisited", outcome="bad"),
            {"step": "reopened", "roles": {"caller"}},
            "reopened follows by itself",
            id="a step that nobody takes",
        ),
        pytest.param(
            "relief",
            after("clue_collected"),
            {"step": "assessed", "roles": {"assessing_office"}, "fields": {"level": ""}},
            "assessed needs level",
            id="an empty field is missing",
        ),
        pytest.param(
            "relief",
            after("clue_collected"),
            {"step": "assessed", "roles": {"assessing_office"}, "fields": {"level": "moon"}},
            "'moon' is no level; it is one of city, county",
            id="a value that is not listed",
        ),
        pytest.param(
            "relief",
            TO_REVISIT,
            {"step": "revisited", "roles": {"caller"}},
            "revisited needs score",
            id="a rating is needed",
        ),
        pytest.param(
            "relief",
            TO_REVISIT,
            {"step": "revisited", "roles": {"caller"}, "fields": {"score": 6}},
            "score is a whole number from 1 to 5",
            id="more than the best",
        ),
        pytest.param(
            "relief",
            TO_REVISIT,
            {"step": "revisited", "roles": {"caller"}, "fields": {"score": True}},
            "score is a whole number from 1 to 5",
            id="a truth value is no rating",
        ),
        pytest.param(
            "relief",
            after("revisited", outcome="good"),
            {"step": "followed_up", "roles": {"follow_up_office"}},
            "this relief has ended with revisited; no step is left",
            id="after the end",
        ),
        pytest.param(
            "deliberation",
            after("collected"),
            {"step": "discussed", "roles": {"host"}, "fields": {"venue": "grid_pavilion"}},
            "the outcome of discussed is one of agreed, open; it was none",
            id="an outcome is missing",
        ),
        pytest.param(
            "relief",
            after("clue_collected"),
            {
                "step": "assessed",
                "roles": {"assessing_office"},
                "fields": {"level": "city"},
                "outcome": "won",
            },
            "assessed has no outcomes; leave won out",
            id="an outcome nobody asked for",
        ),
        pytest.param(
            "relief",
            after("dropped"),
            {"step": "closed", "roles": {"follow_up_office"}},
            "stands at dropped, which the file of relief no longer has; put the step back",
            id="the file has lost the step",
        ),
    ],
)
def test_a_step_is_refused_with_what_is_allowed(kind, history, command, sentence):
    with pytest.raises(Refused) as refused:
        take(KINDS[kind], history, at=NOW, **command)
    assert sentence in str(refused.value)


def test_a_step_says_how_long_it_took_and_what_is_due_next():
    later = NOW + timedelta(hours=30)
    fields = {"level": "city"}
    (taken,) = take(
        KINDS["relief"],
        after("clue_collected"),
        "assessed",
        roles={"assessing_office"},
        at=later,
        fields=fields,
    )
    assert taken.took_seconds == 30 * 3600
    assert taken.due_at == datetime(2024, 10, 23, 16, tzinfo=UTC)


def test_a_matter_older_than_its_files_outcomes_may_go_any_way():
    assert allowed(KINDS["relief"], after("revisited")) == ("reopened",)
