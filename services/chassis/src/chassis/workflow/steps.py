"""Takes a matter through the steps of its kind: who may do what next, and when.

What must be brought is checked in `brings`. Pure: the caller brings the time, keeps the `Position`
by its own events and announces what `take` answers. A role that the kind names is what the caller
acts as; a policy acts as the role it stands in for.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from chassis.decider import Refused
from chassis.workflow import brings
from chassis.workflow.clocks import promised, running
from chassis.workflow.kind import Kind, Step
from chassis.workflow.position import NOTHING as NO_VALUES
from chassis.workflow.position import Position
from chassis.workflow.workdays import day_of

NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Taken:
    """A step taken, as its event should say it."""

    step: str
    outcome: str | None
    took_seconds: int
    """Since the step before."""
    due_at: datetime | None
    """When the next thing is due, UTC; None as `clocks.due`."""


def allowed(kind: Kind, position: Position) -> tuple[str, ...]:
    """The steps that may be taken now, by whoever may; none when the matter has ended.

    Raise Refused when the file no longer knows the step at which the matter stands.
    """
    step = position.step
    if step is not None and not kind.has(step):
        raise Refused(
            "this matter stands at {step}, which the file of {kind} no longer has;"
            " put the step back into the file, with its `next`",
            step=step,
            kind=kind.name,
        )
    return kind.after(step, position.outcome)


def take(
    kind: Kind,
    position: Position,
    step: str,
    *,
    roles: Collection[str],
    at: datetime,
    fields: Mapping[str, object] = NOTHING,
    outcome: str | None = None,
) -> tuple[Taken, ...]:
    """The step, and those that follow it at once. A matter begins with its kind's first step.

    `fields` are what the command brings: the step's required ones must not be None or empty, and
    those for which the kind has a list must be on it. A rated step finds its outcome itself.
    Raise Refused with a sentence: what is allowed now, who may do it, or what is missing.
    """
    found = _may_be_taken(kind, position, step, at)
    _may_take(kind, position, found, roles)
    if why := untimely(kind, position, found, at):
        raise why
    brings.check(kind, position, found, fields)
    outcome = brings.outcome_of(found, fields, outcome)
    listed = {name: str(fields[name]) for name in kind.fields if fields.get(name) is not None}
    return tuple(_steps(kind, position, step, outcome, at, listed))


def untimely(kind: Kind, position: Position, step: Step, at: datetime) -> Refused | None:
    """Why it is too late for a step that may follow, or too early; None: it is neither."""
    for clock in running(kind, position) if step.lapses or step.after_lapse else ():
        due_at = clock.due_at
        if step.lapses and clock.step is step and due_at is not None and due_at <= at:
            return Refused(
                "{step} could be taken within {span} from {day}; that time is over",
                step=step.name,
                span=clock.deadline.span,
                day=day_of(clock.deadline.start),
            )
        if clock.step.name in step.after_lapse and (due_at is None or at < due_at):
            return _too_early(step, clock.step, due_at)
    return None


def _too_early(step: Step, instead: Step, due_at: datetime | None) -> Refused:
    if due_at is None:
        return Refused(
            "{step} may be taken when the clock has run out; until then {other_step} may be",
            step=step.name,
            other_step=instead.name,
        )
    return Refused(
        "{step} may be taken from {day} on; until then {other_step} may be",
        step=step.name,
        day=day_of(due_at),
        other_step=instead.name,
    )


def takers(kind: Kind, position: Position, step: str) -> tuple[str, ...]:
    """The roles that may take the step, with the one called when it was announced as overdue."""
    found = kind.step(step)
    if found.escalate_to is None or not position.overruns:
        return found.by
    late = any(
        clock.step is found and position.has_overrun(step, clock.deadline.start)
        for clock in running(kind, position)
    )
    return tuple(dict.fromkeys((*found.by, found.escalate_to))) if late else found.by


def _steps(
    kind: Kind,
    position: Position,
    step: str,
    outcome: str | None,
    at: datetime,
    values: Mapping[str, str] = NO_VALUES,
) -> Iterator[Taken]:
    before = position.marks[-1].at if position.marks else at
    position = position.stepped(step, at, outcome, values)
    seconds = max(int((at - before).total_seconds()), 0)
    yield Taken(step, outcome, seconds, promised(kind, position))
    for following in kind.after(step, outcome):
        if kind.step(following).at_once:
            yield from _steps(kind, position, following, None, at)


def _may_be_taken(kind: Kind, position: Position, step: str, at: datetime) -> Step:
    now = allowed(kind, position)
    if step in now:
        return kind.step(step)
    if not now:
        raise Refused(
            "this {kind} has ended with {step}; no step is left",
            kind=kind.name,
            step=position.step,
        )
    timely = [name for name in now if not untimely(kind, position, kind.step(name), at)]
    if not kind.has(step):
        raise Refused(
            "a {kind} has no step {unknown}; allowed now: {steps}",
            kind=kind.name,
            unknown=step,
            steps=timely,
        )
    if position.step is None:
        raise Refused(
            "it has not begun, so {asked_step} cannot follow; allowed now: {steps}",
            asked_step=step,
            steps=timely,
        )
    raise Refused(
        "it stands at {step}, where {asked_step} cannot follow; allowed now: {steps}",
        step=position.step,
        asked_step=step,
        steps=timely,
    )


def _may_take(kind: Kind, position: Position, step: Step, roles: Collection[str]) -> None:
    who = takers(kind, position, step.name)
    if not set(who) & set(roles):
        if not who:
            raise Refused("{step} follows by itself; nobody takes it", step=step.name)
        raise Refused(
            "{step} may be taken by {roles}; your roles: {your_roles}",
            step=step.name,
            roles=who,
            your_roles=sorted(roles),
        )
