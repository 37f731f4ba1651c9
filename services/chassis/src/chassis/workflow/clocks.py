"""The clocks that run on a matter: what is due when, and what is late.

Dates follow from the history and from the kind's file as it is now: a changed file moves the dates
of open matters; what was promised before stands in the events.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from chassis.workflow.deadline import Deadline, Pause, Span
from chassis.workflow.kind import Kind, Step
from chassis.workflow.position import Position
from chassis.workflow.workdays import CalendarUnpublished


@dataclass(frozen=True, slots=True)
class Clock:
    """`step` has to be taken by `deadline`."""

    step: Step
    deadline: Deadline
    due_at: datetime | None
    """UTC; None while it stands still, or while the calendar to count by is not published."""


@dataclass(frozen=True, slots=True)
class Due:
    """A step that has to be taken before `at`; `escalate_to` is the role to call if it is not."""

    step: str
    at: datetime
    escalate_to: str | None


def running(kind: Kind, position: Position) -> tuple[Clock, ...]:
    """Every clock that has started and not ended, in the order of the file, standing ones too.

    Worked out once for a position: a single step asks for them a dozen times.
    """
    if position.clocks.get("of") is not kind:
        position.clocks.update(of=kind, running=tuple(_running(kind, position)))
    clocks: tuple[Clock, ...] = position.clocks["running"]
    return clocks


def due(kind: Kind, position: Position) -> Due | None:
    """What has to happen first, be it late already; None when nothing does or no date is known.

    No date is known while the clock stands, and where the holiday calendar is not published:
    `Deadline.due` of the clocks in `running` raises the sentence that says so.
    """
    return next(iter(_dues(kind, position)), None)


def promised(kind: Kind, position: Position) -> datetime | None:
    """When the next thing is due, as an event's `due_at`; None as `due`."""
    first = due(kind, position)
    return None if first is None else first.at


def overdue(kind: Kind, position: Position, now: datetime) -> tuple[Due, ...]:
    """What is late and was not announced yet, longest late first."""
    announced = {
        clock.step.name
        for clock in running(kind, position)
        if position.has_overrun(clock.step.name, clock.deadline.start)
    }
    late = (each for each in _dues(kind, position) if each.at <= now)
    return tuple(each for each in late if each.step not in announced)


def _dues(kind: Kind, position: Position) -> list[Due]:
    found = [
        Due(clock.step.name, clock.due_at, clock.step.escalate_to)
        for clock in running(kind, position)
        if not clock.step.lapses and clock.due_at is not None
    ]
    return sorted(found, key=lambda each: each.at)


def _running(kind: Kind, position: Position) -> Iterator[Clock]:
    if position.step is None or not kind.has(position.step):
        return
    following = kind.after(position.step, position.outcome)
    if not following:
        return
    pauses = _pauses(kind, position)
    for step in kind.timed_steps:
        span = _span(step, position)
        start = span and _started(kind, position, step, following)
        if span and start:
            given = [each for each in position.extensions if each.step == step.name]
            extension = given[-1] if given and given[-1].given_at >= start else None
            deadline = Deadline(span, start, pauses, extension)
            yield Clock(step, deadline, _due_of(deadline))


def _due_of(deadline: Deadline) -> datetime | None:
    try:
        return deadline.due()
    except CalendarUnpublished:
        return None


def _span(step: Step, position: Position) -> Span | None:
    for field, spans in step.within_by.items():
        value = position.values.get(field)
        if value in spans:
            return spans[value]
    return step.within


def _started(
    kind: Kind, position: Position, step: Step, following: tuple[str, ...]
) -> datetime | None:
    here = position.marks[-1]
    if not step.since:
        return here.at if step.name == following[0] else None
    if not kind.is_below(step.name, here.step) or not kind.leads_to(following, step.name):
        return None
    ends = (mark for mark in reversed(position.marks) if mark.step in (*step.since, step.name))
    last = next(ends, None)
    return last.at if last and last.step in step.since else None


def _pauses(kind: Kind, position: Position) -> tuple[Pause, ...]:
    if not kind.still_steps:
        return position.pauses
    marks = position.marks
    ends = [*(mark.at for mark in marks[1:]), None]
    still = [
        Pause(mark.at, end)
        for mark, end in zip(marks, ends, strict=True)
        if mark.step in kind.still_steps
    ]
    return _apart([*position.pauses, *still])


def _apart(pauses: list[Pause]) -> tuple[Pause, ...]:
    apart: list[Pause] = []
    for pause in sorted(pauses, key=lambda each: each.start):
        before = apart[-1] if apart else None
        if before is None or (before.end and before.end < pause.start):
            apart.append(pause)
        elif before.end and (pause.end is None or pause.end > before.end):
            apart[-1] = Pause(before.start, pause.end)
    return tuple(apart)
