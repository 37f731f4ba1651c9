"""A demand: somebody needs help, and one volunteer is found for it, the nearest who can."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, assert_never
from uuid import UUID, uuid5

from chassis.access import territory
from chassis.decider import Decider, Refused
from contracts import Event
from contracts.intake import Urgency
from contracts.volunteer import (
    DemandExpired,
    DemandFulfilled,
    DemandHandedBack,
    DemandMatched,
    DemandPosted,
)

Distance = Literal["village", "township", "county", "city"]
Reason = Literal["withdrawn", "closed", "dispatched_elsewhere"]

DEMANDS = UUID("019cac0e-6f00-7000-8000-000000000001")
"""Namespace of demand ids (UUID version 5, RFC 9562). Never changed: ids would differ."""

AROUND: tuple[tuple[int, Distance], ...] = (
    (12, "village"),
    (9, "township"),
    (6, "county"),
    (4, "city"),
)
"""Digits of an area code that two places of one division share, the smallest first."""


@dataclass(frozen=True)
class PostDemand:
    demand_id: UUID
    case_id: UUID
    area: str
    skill: str | None
    urgency: Urgency
    at: datetime


@dataclass(frozen=True)
class MatchDemand:
    volunteer_id: UUID
    home: str
    """Area code of where the volunteer lives."""
    at: datetime


@dataclass(frozen=True)
class FulfilDemand:
    volunteer_id: UUID
    at: datetime


@dataclass(frozen=True)
class HandBackDemand:
    volunteer_id: UUID
    at: datetime


@dataclass(frozen=True)
class ExpireDemand:
    reason: Reason
    at: datetime


Command = PostDemand | MatchDemand | FulfilDemand | HandBackDemand | ExpireDemand


@dataclass(frozen=True)
class Demand:
    posted: DemandPosted | None = None
    volunteer_id: UUID | None = None
    handed_back_by: frozenset[UUID] = frozenset()
    end: str = ""
    """`fulfilled` or `expired`, once it is over."""


def demand_id(case_id: UUID, dispatch_id: UUID) -> UUID:
    """One demand for each dispatch, however often the event is heard."""
    return uuid5(DEMANDS, f"{case_id} {dispatch_id}")


def prefixes_around(area: str) -> list[str]:
    """Prefixes of the codes around a place, the nearest first, up to its city."""
    known = len(territory(area))
    return [area[:digits] for digits, _ in AROUND if digits <= known]


def distance(need: str, home: str) -> Distance | None:
    """The smallest division that holds both places; None when not even a city does."""
    known = len(territory(need))
    shared = (name for digits, name in AROUND if digits <= known and need[:digits] == home[:digits])
    return next(shared, None)


def decide(demand: Demand, command: Command) -> Sequence[Event]:
    if isinstance(command, PostDemand):
        return _post(demand, command)
    if demand.posted is None:
        raise Refused("There is no such demand: demands are posted when a case is dispatched.")
    match command:
        case MatchDemand():
            return _match(demand, demand.posted, command)
        case FulfilDemand():
            return _fulfil(demand, demand.posted, command)
        case HandBackDemand():
            return _hand_back(demand, demand.posted, command)
        case ExpireDemand():
            return _expire(demand, demand.posted, command)
        case _:
            assert_never(command)


def _post(demand: Demand, post: PostDemand) -> Sequence[Event]:
    if demand.posted is not None:
        return []
    return [
        DemandPosted(
            area=post.area,
            time=post.at,
            demand_id=post.demand_id,
            case_id=post.case_id,
            skill=post.skill,
            urgency=post.urgency,
        )
    ]


def _match(demand: Demand, posted: DemandPosted, match: MatchDemand) -> Sequence[Event]:
    away = distance(posted.area, match.home)
    if demand.end or demand.volunteer_id is not None:
        raise Refused("This demand is taken care of: match one that waits.")
    if match.volunteer_id in demand.handed_back_by:
        raise Refused("This volunteer handed the demand back: choose another one.")
    if away is None:
        raise Refused("This volunteer lives in another city: choose one of the same city.")
    return [
        DemandMatched(
            area=posted.area,
            time=match.at,
            demand_id=posted.demand_id,
            case_id=posted.case_id,
            volunteer_id=match.volunteer_id,
            distance=away,
        )
    ]


def _fulfil(demand: Demand, posted: DemandPosted, fulfil: FulfilDemand) -> Sequence[Event]:
    if demand.end == "fulfilled" and demand.volunteer_id == fulfil.volunteer_id:
        return []
    _must_be_theirs(demand, fulfil.volunteer_id)
    return [
        DemandFulfilled(
            area=posted.area,
            time=fulfil.at,
            demand_id=posted.demand_id,
            case_id=posted.case_id,
            volunteer_id=fulfil.volunteer_id,
        )
    ]


def _hand_back(demand: Demand, posted: DemandPosted, back: HandBackDemand) -> Sequence[Event]:
    if not demand.end and back.volunteer_id in demand.handed_back_by:
        return []
    _must_be_theirs(demand, back.volunteer_id)
    return [
        DemandHandedBack(
            area=posted.area,
            time=back.at,
            demand_id=posted.demand_id,
            case_id=posted.case_id,
            volunteer_id=back.volunteer_id,
        )
    ]


def _must_be_theirs(demand: Demand, volunteer_id: UUID) -> None:
    if demand.end:
        raise Refused(f"This demand is {demand.end}: nothing more is to be done about it.")
    if demand.volunteer_id != volunteer_id:
        raise Refused("This demand is not this volunteer's: only who is matched can do this.")


def _expire(demand: Demand, posted: DemandPosted, expire: ExpireDemand) -> Sequence[Event]:
    if demand.end:
        return []
    return [
        DemandExpired(
            area=posted.area,
            time=expire.at,
            demand_id=posted.demand_id,
            case_id=posted.case_id,
            volunteer_id=demand.volunteer_id,
            reason=expire.reason,
        )
    ]


def evolve(demand: Demand, event: Event) -> Demand:
    match event:
        case DemandPosted():
            return Demand(event)
        case DemandMatched(volunteer_id=volunteer_id):
            return replace(demand, volunteer_id=volunteer_id)
        case DemandHandedBack(volunteer_id=volunteer_id):
            return replace(
                demand, volunteer_id=None, handed_back_by=demand.handed_back_by | {volunteer_id}
            )
        case DemandFulfilled():
            return replace(demand, end="fulfilled")
        case DemandExpired():
            return replace(demand, end="expired")
        case _:
            return demand


decider = Decider[Demand, Command](Demand(), decide, evolve)
