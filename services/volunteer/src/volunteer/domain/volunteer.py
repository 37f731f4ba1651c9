"""A volunteer: somebody who registered to help, and what they can do."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from chassis.decider import Decider, Refused
from contracts import Event
from contracts.volunteer import VolunteerDeregistered, VolunteerRegistered, VolunteerUpdated


@dataclass(frozen=True)
class Register:
    volunteer_id: UUID
    area: str
    skills: frozenset[str]
    at: datetime


@dataclass(frozen=True)
class ChooseSkills:
    skills: frozenset[str]
    at: datetime


@dataclass(frozen=True)
class Deregister:
    at: datetime


Command = Register | ChooseSkills | Deregister


@dataclass(frozen=True)
class Volunteer:
    volunteer_id: UUID | None = None
    area: str = ""
    skills: frozenset[str] = frozenset()
    is_registered: bool = False


def decide(volunteer: Volunteer, command: Command) -> Sequence[Event]:
    if isinstance(command, Register):
        return _register(volunteer, command)
    if volunteer.volunteer_id is None:
        raise Refused("There is no such volunteer: register first.")
    match command:
        case ChooseSkills(skills, at):
            return _choose(volunteer, volunteer.volunteer_id, skills, at)
        case Deregister(at):
            if not volunteer.is_registered:
                return []
            return [
                VolunteerDeregistered(
                    area=volunteer.area, time=at, volunteer_id=volunteer.volunteer_id
                )
            ]
        case _:
            assert_never(command)


def _register(volunteer: Volunteer, command: Register) -> Sequence[Event]:
    if volunteer.volunteer_id is not None:
        return []
    return [
        VolunteerRegistered(
            area=command.area,
            time=command.at,
            volunteer_id=command.volunteer_id,
            skills=tuple(sorted(command.skills)),
        )
    ]


def _choose(
    volunteer: Volunteer, volunteer_id: UUID, skills: frozenset[str], at: datetime
) -> Sequence[Event]:
    if not volunteer.is_registered:
        raise Refused("This registration has ended: register anew with these skills.")
    if skills == volunteer.skills:
        return []
    return [
        VolunteerUpdated(
            area=volunteer.area, time=at, volunteer_id=volunteer_id, skills=tuple(sorted(skills))
        )
    ]


def evolve(volunteer: Volunteer, event: Event) -> Volunteer:
    match event:
        case VolunteerRegistered(volunteer_id=volunteer_id, area=area, skills=skills):
            return Volunteer(volunteer_id, area, frozenset(skills), is_registered=True)
        case VolunteerUpdated(skills=skills):
            return replace(volunteer, skills=frozenset(skills))
        case VolunteerDeregistered():
            return replace(volunteer, is_registered=False)
        case _:
            return volunteer


decider = Decider[Volunteer, Command](Volunteer(), decide, evolve)
