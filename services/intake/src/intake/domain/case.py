"""A case as its history tells it: what somebody brought in, and how far it has come."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.workflow.position import Position
from contracts import Event
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
    CaseStep,
    CaseStepOverdue,
    CaseWithdrawn,
    Urgency,
)


@dataclass(frozen=True)
class Case:
    case_id: UUID
    kind: str
    area: str
    source: str
    urgency: Urgency
    filed_at: datetime
    position: Position = field(default_factory=Position)
    category: str | None = None
    lies_with: CaseDispatched | None = None
    """Who has it; None while nobody does."""
    is_open: bool = True
    satisfaction: int | None = None

    @property
    def stands_at(self) -> str:
        """The last step taken."""
        return self.position.marks[-1].step

    def said(self, step: str | None, at: datetime) -> dict[str, Any]:
        """What every event of a case says; `step` is where it stands when not told."""
        return {
            "area": self.area,
            "time": at,
            "case_id": self.case_id,
            "kind": self.kind,
            "step": step or self.stands_at,
        }


def evolve(case: Case | None, event: Event) -> Case | None:
    """None before anything was filed."""
    if isinstance(event, CaseFiled):
        filed = Case(event.case_id, event.kind, event.area, event.source, event.urgency, event.time)
        return evolved(filed, event)
    return None if case is None else evolved(case, event)


def evolved(case: Case, event: Event) -> Case:
    return replace(case, position=_position(case.position, event), **_changes(event))


def _changes(event: Event) -> dict[str, Any]:
    match event:
        case CaseClassified(category=category):
            return {"category": category}
        case CaseDispatched():
            return {"lies_with": event}
        case CaseEscalated() | CaseStep(step="returned"):
            return {"lies_with": None}
        case CaseClosed() | CaseWithdrawn():
            return {"is_open": False}
        case CaseReopened():
            return {"is_open": True, "lies_with": None}
        case CaseRevisited(satisfaction=satisfaction):
            return {"satisfaction": satisfaction}
        case _:
            return {}


def _position(position: Position, event: Event) -> Position:
    match event:
        case CaseStep(step=step, time=at, outcome=outcome):
            return position.stepped(step, at, outcome)
        case CaseStepOverdue(step=step, time=at):
            return position.overran(step, at)
        case CaseDeadlineExtended(step=step, time=at, due_at=due_at):
            return position.extended(step, at, due_at)
        case CaseClockSuspended(time=at):
            return position.suspended(at)
        case CaseClockResumed(time=at):
            return position.resumed(at)
        case _:
            return position
