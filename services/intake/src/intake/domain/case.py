"""A case as its history tells it: what somebody brought in, and how far it has come."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.workflow.position import Position
from contracts import Event
from contracts.intake import (
    Brought,
    CaseClassified,
    CaseClockResumed,
    CaseClockSuspended,
    CaseClosed,
    CaseDeadlineExtended,
    CaseDispatched,
    CaseEscalated,
    CaseFiled,
    CaseLinked,
    CaseReopened,
    CaseRevisited,
    CaseStep,
    CaseStepOverdue,
    CaseWithdrawn,
    Relation,
    Urgency,
)

JOINED = "joined"
"""Where a case stands that joined another one. No kind has a step of this name."""


@dataclass(frozen=True)
class Link:
    relation: Relation
    """What the case is to the other one."""
    to_case: UUID
    to_kind: str
    outcome: str | None = None
    """How the other one ended; None while it is open."""
    is_reopened: bool = False
    """The other one had ended, and is open again."""


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
    closed_at: datetime | None = None
    satisfaction: int | None = None
    numbers: Mapping[str, int] = field(default_factory=dict)
    refs: Mapping[str, UUID] = field(default_factory=dict)
    """What was brought last under each name."""
    links: tuple[Link, ...] = ()
    ended_with: str | None = None
    """How it ended; None while it is open."""

    @property
    def joined(self) -> Link | None:
        """The case that stands for this one."""
        return next((link for link in self.links if link.relation == "joins"), None)

    @property
    def came_to(self) -> str | None:
        """How the matter ended, be it by the case that stands for this one; None: not yet."""
        return self.joined.outcome if self.joined else self.ended_with

    def has(self, relation: Relation) -> bool:
        return any(link.relation == relation for link in self.links)

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
    if isinstance(event, Brought) and (event.numbers or event.refs):
        numbers, refs = {**case.numbers, **event.numbers}, {**case.refs, **event.refs}
        case = replace(case, numbers=numbers, refs=refs)
    if isinstance(event, CaseLinked):
        return replace(case, links=_linked(case.links, event))
    return replace(case, position=_position(case.position, event), **_changes(event))


def _changes(event: Event) -> dict[str, Any]:
    match event:
        case CaseClassified(category=category) | CaseFiled(category=category):
            return {"category": category}
        case CaseDispatched():
            return {"lies_with": event}
        case CaseEscalated() | CaseStep(step="returned"):
            return {"lies_with": None}
        case CaseClosed(time=at, outcome=outcome):
            return {"is_open": False, "closed_at": at, "ended_with": outcome}
        case CaseWithdrawn(time=at):
            return {"is_open": False, "closed_at": at, "ended_with": "withdrawn"}
        case CaseReopened():
            return {"is_open": True, "closed_at": None, "ended_with": None, "lies_with": None}
        case CaseRevisited(satisfaction=satisfaction):
            return {"satisfaction": satisfaction}
        case _:
            return {}


def _position(position: Position, event: Event) -> Position:
    match event:
        case CaseStep(step=step, time=at, outcome=outcome):
            return position.stepped(step, at, outcome, _values(event))
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


def _linked(links: tuple[Link, ...], event: CaseLinked) -> tuple[Link, ...]:
    """Said again of the same two, it is how the other one ended, or that it is open again."""
    others = [each for each in links if not is_same(each, event)]
    is_reopened = event.outcome is None and len(others) < len(links)
    link = Link(event.relation, event.to_case, event.to_kind, event.outcome, is_reopened)
    return (*others, link)


def is_same(one: Link | CaseLinked, other: Link | CaseLinked) -> bool:
    """Whether both are about what a case is to the same other one."""
    return (one.relation, one.to_case) == (other.relation, other.to_case)


def _values(event: CaseStep) -> dict[str, str]:
    """What the step says of the fields that the kind has lists for."""
    match event:
        case CaseFiled(urgency=urgency, source=source, category=category, fields=fields):
            known = {"urgency": urgency, "source": source}
            return {**fields, **known, **({"category": category} if category else {})}
        case CaseClassified(category=category):
            return {"category": category}
        case CaseEscalated(to=level):
            return {"level": level}
        case Brought(fields=fields):
            return fields
        case _:
            return {}
