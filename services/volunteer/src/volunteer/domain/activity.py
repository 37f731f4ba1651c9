"""An activity of a team: scheduled with so many places, joined, then held or cancelled."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from chassis.decider import Decider, Refused
from contracts import Event
from contracts.volunteer import (
    ActivityCancelled,
    ActivityHeld,
    ActivityJoined,
    ActivityLeft,
    ActivityScheduled,
)


@dataclass(frozen=True)
class Schedule:
    activity_id: UUID
    team_id: UUID
    is_team_in_force: bool
    area: str
    kind: str
    theme: str
    starts_at: datetime
    places: int
    at: datetime


@dataclass(frozen=True)
class Join:
    volunteer_id: UUID
    is_registered: bool
    at: datetime


@dataclass(frozen=True)
class Leave:
    volunteer_id: UUID
    at: datetime


@dataclass(frozen=True)
class Hold:
    beneficiaries: int
    hours: float
    at: datetime
    participants: int | None = None
    """Those who joined, unless counted otherwise."""


@dataclass(frozen=True)
class Cancel:
    at: datetime


Command = Schedule | Join | Leave | Hold | Cancel


@dataclass(frozen=True)
class Activity:
    scheduled: ActivityScheduled | None = None
    joined: frozenset[UUID] = frozenset()
    end: str = ""
    """`held` or `cancelled`, once it is over."""


def decide(activity: Activity, command: Command) -> Sequence[Event]:
    if isinstance(command, Schedule):
        return _schedule(activity, command)
    if activity.scheduled is None:
        raise Refused("There is no such activity: schedule it first.")
    match command:
        case Join():
            return _join(activity, activity.scheduled, command)
        case Leave():
            return _leave(activity, activity.scheduled, command)
        case Hold():
            return _hold(activity, activity.scheduled, command)
        case Cancel():
            return _cancel(activity, activity.scheduled, command)
        case _:
            assert_never(command)


def _schedule(activity: Activity, command: Schedule) -> Sequence[Event]:
    if activity.scheduled is not None:
        return []
    if not command.is_team_in_force:
        raise Refused("An activity needs a team that is in force: choose one, or form it first.")
    return [
        ActivityScheduled(
            area=command.area,
            time=command.at,
            activity_id=command.activity_id,
            team_id=command.team_id,
            kind=command.kind,
            theme=command.theme,
            starts_at=command.starts_at,
            places=command.places,
        )
    ]


def _join(activity: Activity, scheduled: ActivityScheduled, join: Join) -> Sequence[Event]:
    if join.volunteer_id in activity.joined:
        return []
    if activity.end:
        raise Refused(f"This activity is {activity.end}: join one that is scheduled.")
    if not join.is_registered:
        raise Refused("Only registered volunteers can join an activity: register first.")
    if join.at < scheduled.time:
        raise Refused("This activity was not scheduled yet then: join it afterwards.")
    if len(activity.joined) >= scheduled.places:
        raise Refused(f"All {scheduled.places} places are taken: join another activity.")
    return [
        ActivityJoined(
            area=scheduled.area,
            time=join.at,
            activity_id=scheduled.activity_id,
            volunteer_id=join.volunteer_id,
            kind=scheduled.kind,
        )
    ]


def _leave(activity: Activity, scheduled: ActivityScheduled, leave: Leave) -> Sequence[Event]:
    if leave.volunteer_id not in activity.joined:
        return []
    if activity.end:
        raise Refused(f"This activity is {activity.end}: only a scheduled one can be left.")
    return [
        ActivityLeft(
            area=scheduled.area,
            time=leave.at,
            activity_id=scheduled.activity_id,
            volunteer_id=leave.volunteer_id,
            kind=scheduled.kind,
        )
    ]


def _hold(activity: Activity, scheduled: ActivityScheduled, hold: Hold) -> Sequence[Event]:
    joined = len(activity.joined)
    participants = joined if hold.participants is None else hold.participants
    if activity.end:
        raise Refused(f"This activity is {activity.end} already: record another one.")
    if hold.at < scheduled.starts_at:
        raise Refused("This activity has not begun yet: record it afterwards, or cancel it.")
    if participants > joined:
        raise Refused(f"Only {joined} volunteers joined: let the others join before it is held.")
    return [
        ActivityHeld(
            area=scheduled.area,
            time=hold.at,
            activity_id=scheduled.activity_id,
            team_id=scheduled.team_id,
            kind=scheduled.kind,
            theme=scheduled.theme,
            participants=participants,
            beneficiaries=hold.beneficiaries,
            hours=hold.hours,
        )
    ]


def _cancel(activity: Activity, scheduled: ActivityScheduled, cancel: Cancel) -> Sequence[Event]:
    if activity.end == "cancelled":
        return []
    if activity.end:
        raise Refused("This activity is held: what has happened cannot be cancelled.")
    return [
        ActivityCancelled(
            area=scheduled.area,
            time=cancel.at,
            activity_id=scheduled.activity_id,
            kind=scheduled.kind,
        )
    ]


def evolve(activity: Activity, event: Event) -> Activity:
    match event:
        case ActivityScheduled():
            return Activity(event)
        case ActivityJoined(volunteer_id=volunteer_id):
            return replace(activity, joined=activity.joined | {volunteer_id})
        case ActivityLeft(volunteer_id=volunteer_id):
            return replace(activity, joined=activity.joined - {volunteer_id})
        case ActivityHeld():
            return replace(activity, end="held")
        case ActivityCancelled():
            return replace(activity, end="cancelled")
        case _:
            return activity


decider = Decider[Activity, Command](Activity(), decide, evolve)
