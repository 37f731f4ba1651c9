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
            "item {item} of the list {checklist} forbids it; the step to take is {step}",
            item=item,
            checklist=gate.checklist,
            step=gate.step,
        )
    ways = allowed(kind, case.position)
    if command.step != gate.step or gate.step not in ways:
        return NOTHING
    if item is None:
        raise Refused(
            "the list {checklist} does not forbid it; allowed now: {steps}",
            checklist=gate.checklist,
            steps=[name for name in ways if name != gate.step],
        )
    return barred(kind, case.category, item)
