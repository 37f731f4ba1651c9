"""Rules of a case, as history / command / outcome."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.decider import Refused
from chassis.workflow.deadline import Span
from chassis.workflow.steps import allowed
from contracts.intake import (
    CaseClassified,
    CaseClockResumed,
    CaseClockSuspended,
    CaseClosed,
    CaseDeadlineExtended,
    CaseDispatched,
    CaseEscalated,
    CaseFiled,
    CaseReopened,
    CaseRevisited,
    CaseStepOverdue,
    CaseStepTaken,
    CaseWithdrawn,
)
from intake.desk import load_kinds
from intake.domain.commands import (
    AnnounceOverdue,
    DispatchWaiting,
    ExtendDeadline,
    FileCase,
    LeavePost,
    ResumeClock,
    SuspendClock,
    TakeStep,
)
from intake.domain.decisions import deciding

KINDS = load_kinds()
decider = deciding(KINDS)

CASE, POST, NEXT_POST = uuid4(), uuid4(), uuid4()
HERE = "340402001001"
MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)
TOMORROW = datetime(2026, 3, 3, 16, tzinfo=UTC)  # the end of Tuesday in Shanghai
IN_FIVE_DAYS = datetime(2026, 3, 9, 16, tzinfo=UTC)
A_MONTH_LATER = MONDAY + timedelta(days=30)


DISPATCHER = frozenset({"dispatcher"})
WORKER = frozenset({"grid_worker"})


def says(event_type, step, due_at=None, **fields):
    common = {"area": HERE, "time": MONDAY, "case_id": CASE, "kind": "request", "step": step}
    return event_type(**common, **({"due_at": due_at} if due_at else {}), **fields)


filed = says(CaseFiled, "filed", TOMORROW, source="resident")
classified = says(CaseClassified, "classified", TOMORROW, category="environment")
for_department = says(CaseClassified, "classified", TOMORROW, category="property")
for_volunteers = says(CaseClassified, "classified", TOMORROW, category="elderly_care")


def dispatched(due_at=TOMORROW, category="environment", **route):
    return says(CaseDispatched, "dispatched", due_at, category=category, **route)


to_worker = dispatched(to="grid_worker", post_id=POST)
to_next_worker = dispatched(to="grid_worker", post_id=NEXT_POST, is_automatic=True)
started = says(CaseStepTaken, "in_progress", IN_FIVE_DAYS, took_seconds=0)
resolved = says(CaseStepTaken, "resolved", datetime(2026, 3, 4, 16, tzinfo=UTC), took_seconds=0)
returned = says(CaseStepTaken, "returned", TOMORROW, took_seconds=0)
closed = says(
    CaseClosed,
    "closed",
    datetime(2026, 3, 9, 16, tzinfo=UTC),
    category="environment",
    outcome="resolved",
    open_seconds=0,
)
revisited_badly = says(
    CaseRevisited, "revisited", category="environment", outcome="bad", satisfaction=1
)
revisited_well = says(
    CaseRevisited, "revisited", category="environment", outcome="good", satisfaction=4
)
reopened = says(CaseReopened, "reopened", TOMORROW)
escalated = says(CaseEscalated, "escalated", TOMORROW, to="county", to_area="340402000000")
withdrawn = says(CaseWithdrawn, "withdrawn")
suspended = says(CaseClockSuspended, "in_progress")

IN_HAND = [filed, classified, to_worker]
RESOLVED = [*IN_HAND, started, resolved]


def files(**what):
    return FileCase(
        **{
            "case_id": CASE,
            "kind": "request",
            "area": HERE,
            "source": "resident",
            "roles": frozenset({"resident"}),
            "at": MONDAY,
            **what,
        }
    )


def takes(step, role="dispatcher", **fields):
    return TakeStep(step, frozenset({role}), MONDAY, fields)


@pytest.mark.parametrize(
    ("history", "command", "outcome"),
    [
        pytest.param([], files(), [filed], id="it is filed"),
        pytest.param([filed], files(), [], id="it is filed once"),
        pytest.param(
            [],
            files(category="environment", post_id=POST),
            [
                filed,
                classified,
                dispatched(to="grid_worker", post_id=POST, is_automatic=True),
            ],
            id="known at once, it goes to the grid worker on duty at once",
        ),
        pytest.param(
            [],
            files(category="environment"),
            [filed, classified],
            id="with nobody on duty it waits, classified",
        ),
        pytest.param(
            [],
            files(category="property", post_id=POST),
            [
                filed,
                for_department,
                dispatched(
                    category="property", to="department", department="housing", is_automatic=True
                ),
            ],
            id="what suggests a department goes there, whoever is on duty",
        ),
        pytest.param(
            [],
            files(category="elderly_care"),
            [
                filed,
                for_volunteers,
                dispatched(
                    category="elderly_care",
                    to="volunteers",
                    skill="elderly_care",
                    is_automatic=True,
                ),
            ],
            id="what suggests volunteers goes to them",
        ),
        pytest.param(
            [filed, classified],
            takes("dispatched", to="volunteers", skill="repair"),
            [dispatched(to="volunteers", skill="repair")],
            id="a dispatcher may send it elsewhere than suggested",
        ),
        pytest.param(
            [filed, for_department],
            takes("dispatched"),
            [dispatched(category="property", to="department", department="housing")],
            id="a dispatcher may leave the route to the suggestion",
        ),
        pytest.param(
            [filed, classified],
            DispatchWaiting(NEXT_POST, MONDAY),
            [to_next_worker],
            id="a waiting case goes to whoever comes on duty",
        ),
        pytest.param(
            IN_HAND, DispatchWaiting(NEXT_POST, MONDAY), [], id="a case somebody has does not wait"
        ),
        pytest.param(
            [filed, for_volunteers],
            DispatchWaiting(NEXT_POST, MONDAY),
            [],
            id="a case for volunteers does not wait for a grid worker",
        ),
        pytest.param(
            [*IN_HAND, escalated],
            DispatchWaiting(NEXT_POST, MONDAY),
            [],
            id="an escalated case does not wait for a grid worker",
        ),
        pytest.param(
            IN_HAND,
            LeavePost(POST, NEXT_POST, MONDAY),
            [to_next_worker],
            id="whoever leaves hands over to the successor",
        ),
        pytest.param(
            IN_HAND,
            LeavePost(POST, None, MONDAY),
            [returned],
            id="whoever leaves without a successor returns it",
        ),
        pytest.param(
            IN_HAND, LeavePost(NEXT_POST, None, MONDAY), [], id="another's leaving is no concern"
        ),
        pytest.param(
            RESOLVED, LeavePost(POST, None, MONDAY), [], id="what is resolved stays resolved"
        ),
        pytest.param(
            [*IN_HAND, started],
            takes("escalated", "grid_worker", level="county"),
            [escalated.model_copy(update={"due_at": TOMORROW})],
            id="a hard one goes up to the county",
        ),
        pytest.param(RESOLVED, takes("closed"), [closed], id="it is closed"),
        pytest.param(
            [*RESOLVED, closed],
            takes("revisited", satisfaction=4),
            [revisited_well],
            id="a content resident ends it",
        ),
        pytest.param(
            [*RESOLVED, closed],
            takes("revisited", "resident", satisfaction=1),
            [revisited_badly, reopened],
            id="a resident who is not content reopens it",
        ),
        pytest.param([filed], takes("withdrawn", "resident"), [withdrawn], id="it is withdrawn"),
        pytest.param(
            [filed],
            AnnounceOverdue(A_MONTH_LATER),
            [
                says(CaseStepOverdue, "classified", TOMORROW, escalated_to="admin").model_copy(
                    update={"time": A_MONTH_LATER}
                )
            ],
            id="a late step is announced",
        ),
        pytest.param(
            [filed, says(CaseStepOverdue, "classified", TOMORROW, escalated_to="admin")],
            AnnounceOverdue(A_MONTH_LATER),
            [],
            id="a late step is announced once",
        ),
        pytest.param([filed], AnnounceOverdue(MONDAY), [], id="what is in time is not announced"),
        pytest.param(
            [*IN_HAND, started, suspended],
            AnnounceOverdue(A_MONTH_LATER),
            [],
            id="while the clock stands nothing is late",
        ),
        pytest.param(
            [*IN_HAND, started],
            ExtendDeadline("resolved", Span.parse("2 workdays"), DISPATCHER, MONDAY),
            [says(CaseDeadlineExtended, "resolved", datetime(2026, 3, 11, 16, tzinfo=UTC))],
            id="a deadline is extended by workdays",
        ),
        pytest.param(
            [*IN_HAND, started],
            SuspendClock(DISPATCHER, MONDAY),
            [suspended],
            id="the clock is stopped",
        ),
        pytest.param(
            [*IN_HAND, started, suspended],
            ResumeClock(DISPATCHER, MONDAY),
            [says(CaseClockResumed, "in_progress", IN_FIVE_DAYS)],
            id="the clock runs again",
        ),
    ],
)
def test_what_happens(history, command, outcome):
    assert decider.decide(decider.replay(history), command) == outcome


@pytest.mark.parametrize(
    ("history", "command", "sentence"),
    [
        pytest.param([], takes("closed"), "no such case", id="nobody filed it"),
        pytest.param(
            [], files(kind="wish"), "the kinds are certificate, deliberation", id="no such kind"
        ),
        pytest.param(
            [], files(source="window"), "your ways are resident, one_key", id="another's source"
        ),
        pytest.param([filed], takes("closed"), "allowed now: classified", id="out of order"),
        pytest.param(
            [filed, classified],
            takes("dispatched"),
            "no grid worker is on duty at 340402001001",
            id="nobody on duty",
        ),
        pytest.param(
            [filed, classified],
            takes("dispatched", to="department"),
            "one of housing, urban_management",
            id="no department named",
        ),
        pytest.param(
            IN_HAND,
            takes("in_progress", "department"),
            "only grid_worker acts on it",
            id="it lies with somebody else",
        ),
        pytest.param(
            [filed], takes("classified", colour="red"), "knows no colour", id="a field of nobody"
        ),
        pytest.param(
            [filed],
            replace(takes("classified", category="safety"), texts=frozenset({"reply"})),
            "knows no text reply; it knows none",
            id="a text of nobody",
        ),
        *(
            pytest.param(
                IN_HAND,
                command,
                "in the hands of dispatcher, admin; your roles: grid_worker",
                id=f"{type(command).__name__} by somebody else",
            )
            for command in (
                ExtendDeadline("resolved", Span.parse("2 workdays"), WORKER, MONDAY),
                SuspendClock(WORKER, MONDAY),
                ResumeClock(WORKER, MONDAY),
            )
        ),
        pytest.param(
            [*RESOLVED, closed, revisited_well], takes("closed"), "no step is left", id="it ended"
        ),
        pytest.param(
            [filed, withdrawn],
            SuspendClock(DISPATCHER, MONDAY),
            "no clock runs",
            id="an ended case has no clock",
        ),
    ],
)
def test_what_is_refused(history, command, sentence):
    with pytest.raises(Refused, match=sentence):
        decider.decide(decider.replay(history), command)


def test_escalating_gives_it_back_to_all_who_may_act():
    case = decider.replay([*IN_HAND, escalated])
    (said,) = decider.decide(case, takes("in_progress", "department"))
    assert said.step == "in_progress"


def test_a_case_is_open_until_it_is_closed_and_again_when_reopened():
    history = [*RESOLVED, closed, revisited_badly, reopened]
    is_open = [decider.replay(history[: n + 1]).is_open for n in range(len(history))]
    assert is_open == [True] * 5 + [False, False, True]


WISHES = st.tuples(
    st.sampled_from([*(step.name for step in KINDS["request"].steps), "flown"]),
    st.sets(st.sampled_from(["resident", "grid_worker", "department", "volunteer", "dispatcher"])),
    st.fixed_dictionaries(
        {},
        optional={
            "category": st.sampled_from(["environment", "elderly_care", "ufo"]),
            "to": st.sampled_from(["grid_worker", "department", "volunteers"]),
            "post_id": st.just(POST),
            "department": st.just("housing"),
            "level": st.sampled_from(["county", "city"]),
            "satisfaction": st.integers(0, 6),
        },
    ),
    st.timedeltas(timedelta(0), timedelta(days=3)),
)


@given(st.lists(WISHES, max_size=40))
def test_whatever_is_asked_a_case_stands_only_where_its_file_allows(wishes):
    history, at = [filed], MONDAY
    for step, roles, fields, later in wishes:
        at += later
        case = decider.replay(history)
        may_follow = allowed(KINDS["request"], case.position)
        try:
            said = decider.decide(case, TakeStep(step, frozenset(roles), at, fields))
        except Refused:
            continue
        assert said[0].step == step
        assert step in may_follow
        history += said
    assert isinstance(decider.replay(history).case_id, UUID)
