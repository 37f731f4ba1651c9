"""What intake makes of a case that is entered afterwards."""

from datetime import datetime
from uuid import UUID

from intake.domain.commands import FileCase, TakeStep

OF_THE_RECORD = {"kind", "at", "area", "source", "urgency", "category", "text", "steps"}
OF_A_STEP = {"step", "at", "outcome", "texts"}


def filed(kinds, record, entered_at):
    """The command, at a place where a grid worker is on duty."""
    kind = record.get("kind", "request")
    roles = frozenset(role for step in kinds[kind].steps for role in step.by)
    return FileCase(
        case_id=UUID(int=1),
        kind=kind,
        area=record["area"],
        source=record["source"],
        roles=roles,
        at=datetime.fromisoformat(record["at"]),
        urgency=record["urgency"],
        category=record["category"],
        fields=others(record, OF_THE_RECORD),
        post_id=UUID(int=2),
        since=tuple(taken(step, roles) for step in record["steps"]),
        entered_at=entered_at,
    )


def taken(step, roles):
    at, texts = datetime.fromisoformat(step["at"]), frozenset(step.get("texts", ()))
    return TakeStep(step["step"], roles, at, others(step, OF_A_STEP), step.get("outcome"), texts)


def others(told, known):
    return {name: value for name, value in told.items() if name not in known}
