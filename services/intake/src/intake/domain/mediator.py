"""A mediator: somebody on the menu whom parties may trust with their dispute (I-26 … I-29)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias, assert_never, get_args
from uuid import UUID

from pydantic import Field

from chassis.decider import Decider, Refused
from contracts import Event
from contracts.intake import MediatorEnrolled, MediatorLeft
from intake.domain.values import Value

Form: TypeAlias = Literal["person", "group", "organisation"]


class MediatorKind(Value):
    forms: frozenset[Form] = Field(frozenset(get_args(Form)), min_length=1)
    """What may be of this kind."""


@dataclass(frozen=True)
class EnrolMediator:
    mediator_id: UUID
    area: str
    name: str
    """Of its kind."""
    kind: MediatorKind
    form: Form
    brand: str | None
    at: datetime


@dataclass(frozen=True)
class LeaveMenu:
    at: datetime


Command: TypeAlias = EnrolMediator | LeaveMenu


@dataclass(frozen=True)
class Mediator:
    enrolled: MediatorEnrolled
    is_enrolled: bool = True


def decide(mediator: Mediator | None, command: Command) -> Sequence[Event]:
    match command:
        case EnrolMediator():
            return _enrol(command) if mediator is None else []
        case LeaveMenu(at):
            return _leave(mediator, at)
        case _:
            assert_never(command)


def _enrol(command: EnrolMediator) -> Sequence[Event]:
    if command.form not in command.kind.forms:
        possible = ", ".join(sorted(command.kind.forms))
        raise Refused(f"no {command.form} can be a {command.name}; possible: {possible}")
    return [
        MediatorEnrolled(
            area=command.area,
            time=command.at,
            mediator_id=command.mediator_id,
            kind=command.name,
            form=command.form,
            brand=command.brand,
        )
    ]


def _leave(mediator: Mediator | None, at: datetime) -> Sequence[Event]:
    if mediator is None:
        raise Refused("there is no such mediator; look for them in the menu")
    if not mediator.is_enrolled:
        return []
    enrolled = mediator.enrolled
    return [
        MediatorLeft(
            area=enrolled.area,
            time=at,
            mediator_id=enrolled.mediator_id,
            kind=enrolled.kind,
            form=enrolled.form,
            brand=enrolled.brand,
        )
    ]


def evolve(mediator: Mediator | None, event: Event) -> Mediator | None:
    match event:
        case MediatorEnrolled():
            return Mediator(event)
        case MediatorLeft():
            return replace(mediator, is_enrolled=False) if mediator else None
        case _:
            return mediator


decider = Decider[Mediator | None, Command](None, decide, evolve)
