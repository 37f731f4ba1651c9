"""More time for a matter: a deadline extended, or its clocks stopped for a while.

Decides only. What was granted is kept by `Position.extended`, `suspended` and `resumed`.
"""

from datetime import datetime

from chassis.decider import Refused
from chassis.workflow.clocks import Clock, promised, running
from chassis.workflow.deadline import Deadline, Span
from chassis.workflow.kind import Kind
from chassis.workflow.position import Position
from chassis.workflow.workdays import CalendarUnpublished, day_of, end_of


def extend(kind: Kind, position: Position, step: str, by: Span, at: datetime) -> datetime:
    """The instant `step` is due when it may take longer by `by`, counted from its last day.

    Raise Refused: no such clock, it stands, it ran out, or this is more than the kind allows.
    """
    clocks = {clock.step.name: clock for clock in running(kind, position)}
    if step not in clocks:
        raise Refused(
            "no clock runs for {step}; one runs for {steps}", step=step, steps=clocks.keys()
        )
    limit, deadline = clocks[step].step.extend_at_most, clocks[step].deadline
    last = deadline.last_day()
    if last is None:
        raise Refused("the clock of {step} stands still; resume it, then extend it", step=step)
    if end_of(last) <= at:
        raise Refused(
            "{step} was due on {day}; a deadline is extended before it runs out",
            step=step,
            day=last,
        )
    if limit is None:
        raise Refused(
            "the deadline of {step} cannot be extended in a {kind}", step=step, kind=kind.name
        )
    if by.unit != limit.unit:
        raise Refused(
            "the deadline of {step} counts in {unit}; extend it by {unit}",
            step=step,
            unit=limit.unit,
        )
    longest = Span(deadline.span.count + limit.count, limit.unit)
    latest = Deadline(longest, deadline.start, deadline.pauses).last_day()
    if latest is None or by.after(last) > latest:
        raise Refused(
            "{step} may be extended by at most {span} in all, to {day}",
            step=step,
            span=limit,
            day=latest,
        )
    return end_of(by.after(last))


def suspend(kind: Kind, position: Position, at: datetime) -> None:
    """Raise Refused when there is no clock to stop, or it stands already."""
    if position.is_suspended:
        raise Refused(
            "the clock stands still since {day}; resume it before you stop it again",
            day=day_of(position.pauses[-1].start),
        )
    clocks = running(kind, position)
    if not any(_is_running(clock, at) for clock in clocks):
        raise Refused("no clock runs that could be suspended; go on with the next step")


def resume(kind: Kind, position: Position, at: datetime) -> datetime | None:
    """When the next thing is due then, as `promised`. Raise Refused when the clock runs."""
    if not position.is_suspended:
        raise Refused("the clock is not suspended; there is nothing to resume")
    return promised(kind, position.resumed(at))


def _is_running(clock: Clock, at: datetime) -> bool:
    try:
        due_at = clock.deadline.due()
    except CalendarUnpublished:
        return True
    return due_at is not None and due_at > at
