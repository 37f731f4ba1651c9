"""A list that forbids what is asked for: what it keeps from being done, and where it leads."""

from uuid import UUID

from chassis.decider import Refused
from chassis.workflow.kind import Gate, Kind
from chassis.workflow.steps import NOTHING, allowed
from intake.domain.case import Case
from intake.domain.commands import Fields, TakeStep
from intake.domain.routes import suggested


def barred(kind: Kind, category: str | None, item: UUID) -> Fields:
    """The item that forbids it, and the office that the category names instead."""
    return {"item": item, **suggested(kind, category)}


def brought(kind: Kind, gate: Gate, case: Case, command: TakeStep) -> Fields:
    """What the list brings to the step that it leads to.

    Raise Refused for what it forbids, and for that step where it forbids nothing.
    """
    item = command.barred_by
    if item and command.step == gate.forbids:
        raise Refused(
            f"item {item} of the list {gate.checklist} forbids it; the step to take is {gate.step}"
        )
    ways = allowed(kind, case.position)
    if command.step != gate.step or gate.step not in ways:
        return NOTHING
    if item is None:
        others = ", ".join(name for name in ways if name != gate.step)
        raise Refused(f"the list {gate.checklist} does not forbid it; allowed now: {others}")
    return barred(kind, case.category, item)
