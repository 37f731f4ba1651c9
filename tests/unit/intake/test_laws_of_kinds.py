"""Laws of all shipped kinds: no commands leave the ways of a file; replay finds the same case."""

import contextlib
import tomllib
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from uuid import UUID

import chinese_calendar
import chinesedays
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.decider import Refused
from chassis.workflow.clocks import running
from chassis.workflow.deadline import Deadline, Pause, Span
from chassis.workflow.position import Position
from chassis.workflow.steps import take
from chassis.workflow.workdays import FIRST_DAY, day_of
from contracts.intake import CaseClosed, CaseFiled, CaseStep, CaseStepOverdue
from intake.desk import load_kinds
from intake.domain.case import JOINED
from intake.domain.commands import (
    AnnounceOverdue,
    DispatchWaiting,
    ExtendDeadline,
    FileCase,
    JoinInto,
    LearnEnd,
    LeavePost,
    LinkTo,
    ResumeClock,
    SuspendClock,
    TakeStep,
)
from intake.domain.decisions import deciding

KINDS = load_kinds()
FILES = {
    name: tomllib.loads((files("intake") / f"kinds/{name}.toml").read_text("utf-8"))
    for name in KINDS
}
decider = deciding(KINDS)

CASE, POST, NEXT_POST, OTHER, ITEM = (UUID(int=n) for n in range(1, 6))
HERE = "340402001001"
MONDAY = datetime(2024, 3, 4, 1, tzinfo=UTC)
ROLES = sorted({role for kind in KINDS.values() for role in kind.roles})


def some(draw, kind, roles):
    """A step with all that it could ask for, each of it good or not, rarely a step of nobody."""
    names = [step.name for step in kind.steps]
    step = draw(st.sampled_from([*names, "flown"]))
    needs = kind.step(step).needs if kind.has(step) else []
    fields = {}
    for name in needs:
        if name in kind.fields:
            fields[name] = draw(st.sampled_from([*kind.fields[name], "ufo"]))
        elif name in kind.refs:
            fields[name] = OTHER
        elif name not in kind.texts:
            fields[name] = draw(st.integers(0, 6))
    if draw(st.integers(0, 9)) == 0:
        fields = dict(list(fields.items())[1:])
    if fields.get("to") == "grid_worker":
        fields["post_id"] = POST
    outcomes = list(kind.step(step).outcomes) if kind.has(step) else []
    rated = kind.has(step) and kind.step(step).rating
    return {
        "step": step,
        "roles": roles,
        "fields": fields,
        "outcome": draw(st.sampled_from([None] if rated or not outcomes else outcomes)),
        "texts": frozenset(name for name in needs if name in kind.texts),
        "barred_by": draw(st.sampled_from([None, None, None, ITEM])),
    }


def command(draw, kind, case, at):
    roles = frozenset(draw(st.sampled_from([ROLES, ROLES, [draw(st.sampled_from(ROLES))]])))
    sort = draw(st.integers(0, 15))
    first_due = next((clock.step.name for clock in running(kind, case.position)), "closed")
    others = (
        ExtendDeadline(first_due, Span(draw(st.integers(1, 9)), "workdays"), roles, at),
        SuspendClock(roles, at),
        ResumeClock(roles, at),
        AnnounceOverdue(at),
        LeavePost(POST, draw(st.sampled_from([None, NEXT_POST])), at),
        DispatchWaiting(NEXT_POST, at),
        LinkTo("has_part", OTHER, "part", at),
        LearnEnd(OTHER, draw(st.sampled_from([None, "answered"])), at),
        *([JoinInto(OTHER, kind.name, at)] if draw(st.integers(0, 9)) == 0 else []),
    )
    if sort < len(others):
        return others[sort]
    return TakeStep(at=at, **_towards(draw, kind, case, some(draw, kind, roles), roles))


def _towards(draw, kind, case, wish, roles):
    """Mostly a step that may follow, or a history would never get anywhere."""
    ways = ways_by_hand(kind.name, case)
    if not ways or draw(st.integers(0, 4)) == 0:
        return wish
    for _ in range(8):
        if wish["step"] in ways:
            break
        wish = some(draw, kind, roles)
    return wish


def ways_by_hand(name, case):
    """From the file itself, without the engine."""
    steps = {step["name"]: step for step in FILES[name]["step"]}
    order = list(steps)
    here = case.position.marks[-1]
    if here.step == JOINED:
        return set()
    below = order[order.index(here.step) + 1 :][:1]
    ways = steps[here.step].get("next", below)
    if isinstance(ways, dict):
        ways = ways.get(here.outcome, ways.get("*"))
    return set(ways)


def begins(kind, draw):
    fields = {
        name: draw(st.sampled_from(list(kind.fields[name])))
        for name in kind.steps[0].needs
        if name != "category"
    }
    category = st.sampled_from([None, *kind.fields.get("category", {})])
    if "category" in kind.steps[0].needs:
        category = st.sampled_from(list(kind.fields["category"]))
    return FileCase(
        case_id=CASE,
        kind=kind.name,
        area=HERE,
        source=draw(st.sampled_from(list(kind.fields["source"]))),
        roles=frozenset(ROLES),
        at=MONDAY,
        category=draw(category),
        fields=fields,
        barred_by=draw(st.sampled_from([None, None, ITEM])) if kind.gate else None,
        post_id=draw(st.sampled_from([None, POST])),
    )


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_no_commands_leave_the_ways_of_a_file(data):
    draw = data.draw
    kind = KINDS[draw(st.sampled_from(sorted(KINDS)))]
    filing = begins(kind, draw)
    history = [*decider.decide(None, filing)]
    check_said(kind, [], history, filing)
    at = MONDAY
    for _ in range(draw(st.integers(0, 25))):
        at += timedelta(hours=draw(st.integers(0, 200)))
        case = decider.replay(history)
        wish = command(draw, kind, case, at)
        try:
            said = [*decider.decide(case, wish)]
        except Refused:
            continue
        check_said(kind, history, said, wish)
        history += said
    check_whole(kind, history)


def check_said(kind, history, said, wish):
    for event in said:
        case = decider.replay(history) if history else None
        if isinstance(event, CaseStep) and event.step != JOINED:
            before = {kind.steps[0].name} if case is None else ways_by_hand(kind.name, case)
            assert event.step in before
            assert case is None or not case.joined
        history = [*history, event]
    if isinstance(wish, TakeStep) and said:
        step = kind.step(wish.step)
        case = decider.replay(history[: -len(said)])
        assert wish.roles & {*step.by, *filter(None, [step.escalate_to])}
        check_what_was_brought(kind, case, step, wish)
    if isinstance(wish, FileCase) and wish.barred_by:
        assert [event.step for event in said] == [kind.steps[0].name, kind.gate.step]
        assert said[-1].refs == {"item": ITEM}


def check_what_was_brought(kind, case, step, wish):
    """Gate, ladder, parts and values that go together, each read from the file by hand."""
    lists = FILES[kind.name].get("field", {})
    known = {**case.position.values, **wish.fields}
    for name in kind.fields.keys() & wish.fields.keys():
        only = lists[name][wish.fields[name]].get("only", {})
        assert all(known.get(other) == value for other, value in only.items())
    if step.climbs:
        fits = [
            name
            for name, value in lists[step.climbs].items()
            if all(known.get(other) == wanted for other, wanted in value.get("only", {}).items())
        ]
        now = case.position.values.get(step.climbs)
        rung = fits.index(now) + 1 if now in fits else 0
        assert wish.fields[step.climbs] == fits[rung]
    if step.after_parts:
        assert all(link.outcome for link in case.links if link.relation == "has_part")
    if kind.gate and wish.barred_by:
        assert step.name != kind.gate.forbids
    if kind.gate and step.name == kind.gate.step:
        assert wish.barred_by


def check_whole(kind, history):
    case = decider.replay(history)
    again = None
    for event in history:
        again = decider.evolve(again, event)
    assert again == case
    assert isinstance(history[0], CaseFiled)
    ends = [event for event in history if isinstance(event, CaseClosed)]
    assert len(ends) <= 1 + sum(event.type == "intake.case.reopened.v1" for event in history)
    late = [(event.step, event.due_at) for event in history if isinstance(event, CaseStepOverdue)]
    assert len(late) == len(set(late))


RIGHTS = [("replied", "review_requested"), ("reviewed", "recheck_requested")]
HOURS = st.integers(0, 24 * 70)


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(RIGHTS), HOURS, HOURS, HOURS, st.booleans())
def test_at_any_instant_either_a_right_may_be_used_or_the_petition_closed(
    right, asked, stopped, resumed, runs_again
):
    """Never both, so nobody loses it; never neither, so nothing is stuck. Pauses or none."""
    answered, request = right
    position = Position().stepped("received", MONDAY).stepped(answered, MONDAY)
    stopped, resumed = sorted((stopped, resumed))
    if stopped < asked:
        position = position.suspended(MONDAY + timedelta(hours=stopped))
    if runs_again and resumed < asked:
        position = position.resumed(MONDAY + timedelta(hours=resumed))
    at, may = MONDAY + timedelta(hours=asked), []
    for step, fields in ((request, {}), ("closed", {"measure": "measure_1"})):
        with contextlib.suppress(Refused):
            may += take(KINDS["petition"], position, step, roles=ROLES, at=at, fields=fields)
    assert len(may) == 1
    if stopped >= asked:
        days = (day_of(at) - day_of(MONDAY)).days
        assert may[0].step == (request if days <= 30 else "closed")


LAST_START = date(2026, 3, 1)
"""From which 60 workdays and a pause still end inside both calendars."""


def worked_by_both(day):
    """The two publishers agree on every day up to 2026 (test_workdays), so none is left out."""
    ours, theirs = chinese_calendar.is_workday(day), chinesedays.is_workday(day)
    assert ours == theirs, day
    return ours


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(
        sorted({str(step.within) for kind in KINDS.values() for step in kind.steps if step.within})
    ),
    st.dates(FIRST_DAY, LAST_START),
    st.integers(0, 30),
    st.integers(0, 30),
)
def test_every_span_of_the_kinds_ends_where_a_walk_day_by_day_ends(written, first, after, length):
    span, start = Span.parse(written), noon(first)
    pause = Pause(noon(first + timedelta(days=after)), noon(first + timedelta(days=after + length)))
    day, left = first, span.count
    while left:
        day += timedelta(days=1)
        stands = day_of(pause.start) <= day < day_of(pause.end)
        counts = span.unit == "days" or worked_by_both(day)
        left -= counts and not stands
    assert Deadline(span, start, [pause]).last_day() == day


def noon(day):
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
