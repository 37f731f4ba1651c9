"""An observer: a person, known here as a reference only, who observes for a station (I-34)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeAlias, assert_never
from uuid import UUID

from chassis.decider import Decider, Refused
from chassis.workflow.workdays import day_of
from contracts import Event
from contracts.intake import ObserverAppointed, ObserverReleased
from intake.domain.channel import ChannelKind


@dataclass(frozen=True)
class Station:
    """Where somebody is to be appointed, as it is now."""

    channel_id: UUID
    area: str
    name: str
    """Of its kind."""
    kind: ChannelKind
    is_open: bool
    has_observer: bool
    """This very person, already."""


@dataclass(frozen=True)
class AppointObserver:
    observer_id: UUID
    person_id: UUID
    station: Station
    until: date
    """The first day on which the person no longer observes."""
    at: datetime


@dataclass(frozen=True)
class ReleaseObserver:
    at: datetime


@dataclass(frozen=True)
class EndTerm:
    """The term is over, or so it seems."""

    at: datetime


Command: TypeAlias = AppointObserver | ReleaseObserver | EndTerm


@dataclass(frozen=True)
class Observer:
    appointed: ObserverAppointed
    is_appointed: bool = True


def decide(observer: Observer | None, command: Command) -> Sequence[Event]:
    if isinstance(command, AppointObserver):
        return _appoint(command) if observer is None else []
    if observer is None:
        raise Refused("there is no such observer; look for them in the list")
    match command:
        case ReleaseObserver(at):
            return _release(observer, at)
        case EndTerm(at):
            return _release(observer, at) if observer.appointed.until <= day_of(at) else []
        case _:
            assert_never(command)


def _appoint(command: AppointObserver) -> Sequence[Event]:
    station = command.station
    if not station.kind.has_observers:
        raise Refused(
            f"a {station.name} has no observers; appoint them to a contact point or a station"
        )
    if not station.is_open:
        raise Refused(f"this {station.name} is closed; appoint to one that is open")
    if station.has_observer:
        raise Refused("this person observes there already; release that appointment first")
    if command.until <= day_of(command.at):
        raise Refused(f"a term that ends on {command.until} is over; give a later day")
    return [
        ObserverAppointed(
            area=station.area,
            time=command.at,
            observer_id=command.observer_id,
            person_id=command.person_id,
            channel_id=station.channel_id,
            until=command.until,
        )
    ]


def _release(observer: Observer, at: datetime) -> Sequence[Event]:
    if not observer.is_appointed:
        return []
    appointed = observer.appointed
    return [
        ObserverReleased(
            area=appointed.area,
            time=at,
            observer_id=appointed.observer_id,
            person_id=appointed.person_id,
            channel_id=appointed.channel_id,
        )
    ]


def evolve(observer: Observer | None, event: Event) -> Observer | None:
    match event:
        case ObserverAppointed():
            return Observer(event)
        case ObserverReleased():
            return replace(observer, is_appointed=False) if observer else None
        case _:
            return observer


decider = Decider[Observer | None, Command](None, decide, evolve)
