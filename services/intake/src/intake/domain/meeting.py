"""A meeting of leaders on a day: to solve hard matters, to receive people, to go and see."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from pydantic import Field

from chassis.access import territory
from chassis.decider import Decider, Refused
from chassis.workflow.workdays import day_of, end_of, is_holiday, is_workday
from contracts import Event
from contracts.fields import Code, Level
from contracts.intake import MeetingHeld, MeetingMissed, MeetingScheduled
from intake.domain.divisions import level_of
from intake.domain.values import Value

SOLVED = "solved"
"""The outcome of a matter that counts as solved."""

State = Literal["scheduled", "held", "missed"]


class MeetingKind(Value):
    levels: frozenset[Level] = Field(min_length=1)
    """Of the divisions whose leaders sit."""
    by: frozenset[Code] = Field(min_length=1)
    """The roles that schedule it and record it."""
    is_numbered: bool = False
    """Those of a division that were held are counted 1, 2, 3 …"""
    is_rostered: bool = False
    """One leader sits each workday, as the roster of a month says."""
    step: Code | None = None
    """What the one or several cases do that come before it; without it, none do."""
    needs_place: bool = False
    """It says which division was visited."""
    days_to_record: int = Field(0, ge=0, le=31)
    """After its day, until which it can be said to have been held; then it is missed."""


@dataclass(frozen=True)
class ScheduleMeeting:
    meeting_id: UUID
    kind: str
    rules: MeetingKind
    area: str
    on: date
    at: datetime
    leader: UUID | None = None
    """Who sits, of a kind with a roster."""
    sits_already: UUID | None = None
    """Whom the roster has for that day."""


@dataclass(frozen=True)
class HoldMeeting:
    rules: MeetingKind
    at: datetime
    outcomes: Sequence[str] = ()
    """Of the cases that were its matters, what came of each."""
    heard: int = 0
    """Matters that were no cases."""
    visitors: int = 0
    place: str | None = None
    number: int | None = None
    """The next one of its kind in its division."""


@dataclass(frozen=True)
class MissMeeting:
    at: datetime


Command = ScheduleMeeting | HoldMeeting | MissMeeting


@dataclass(frozen=True)
class Meeting:
    scheduled: MeetingScheduled
    state: State = "scheduled"

    def said(self, at: datetime) -> dict[str, object]:
        """What every event about it says; what is recorded later happened on its day."""
        plan = self.scheduled
        return {
            "area": plan.area,
            "time": min(at, last_moment_of(plan.on)),
            "meeting_id": plan.meeting_id,
            "kind": plan.kind,
            "level": plan.level,
            "on": plan.on,
        }


def last_moment_of(day: date) -> datetime:
    return end_of(day) - timedelta(seconds=1)


def decide(meeting: Meeting | None, command: Command) -> Sequence[Event]:
    if isinstance(command, ScheduleMeeting):
        return _schedule(command) if meeting is None else []
    if meeting is None:
        raise Refused("there is no such meeting; schedule it first")
    if isinstance(command, HoldMeeting):
        return [_hold(meeting, command)]
    if meeting.state != "scheduled" or day_of(command.at) <= meeting.scheduled.on:
        return []
    return [MeetingMissed.model_validate(meeting.said(command.at))]


def _schedule(command: ScheduleMeeting) -> Sequence[Event]:
    _check_leader(command)
    if command.sits_already:
        return []
    level, rules, today = level_of(command.area), command.rules, day_of(command.at)
    if level not in rules.levels:
        raise Refused(
            f"a {command.kind} is held by leaders of a {' or '.join(sorted(rules.levels))};"
            f" {command.area} is a {level}"
        )
    if command.on < today:
        raise Refused(f"{command.on} is over; schedule it for {today} or later")
    if rules.is_rostered:
        _check_workday(command.on)
    return [
        MeetingScheduled(
            area=command.area,
            time=command.at,
            meeting_id=command.meeting_id,
            kind=command.kind,
            level=level,
            on=command.on,
        )
    ]


def _check_leader(command: ScheduleMeeting) -> None:
    if command.rules.is_rostered and command.leader is None:
        raise Refused(f"a {command.kind} has a leader; put it on the roster of its month")
    if command.leader and not command.rules.is_rostered:
        raise Refused(f"a {command.kind} has no roster; schedule each of them")
    if command.sits_already not in (None, command.leader):
        raise Refused(
            f"{command.sits_already} sits on {command.on} already; one leader sits each day"
        )


def _check_workday(day: date) -> None:
    if is_workday(day):
        return
    reason = "a public holiday" if is_holiday(day) else f"a {day:%A} and no make-up workday"
    raise Refused(f"{day} is {reason}; a roster has the workdays of its month")


def _hold(meeting: Meeting, command: HoldMeeting) -> Event:
    plan, rules = meeting.scheduled, command.rules
    if meeting.state != "scheduled":
        raise Refused(f"this meeting of {plan.on} was {meeting.state}; schedule another one")
    if day_of(command.at) < plan.on:
        raise Refused(f"this meeting is on {plan.on}; record it when it has been held")
    _check_matters(plan.kind, command)
    _check_place(plan, command)
    held = {
        "number": command.number if rules.is_numbered else None,
        "matters": len(command.outcomes) + command.heard,
        "visitors": command.visitors,
        "solved": sum(outcome == SOLVED for outcome in command.outcomes),
    }
    return MeetingHeld.model_validate({**meeting.said(command.at), **held})


def _check_matters(kind: str, command: HoldMeeting) -> None:
    if command.rules.step is None:
        if command.outcomes:
            raise Refused(f"no case comes before a {kind}; say in heard how many matters it heard")
        return
    if not command.outcomes:
        raise Refused(f"at least one case comes before a {kind}; name it in matters")
    if command.heard:
        raise Refused(f"what comes before a {kind} are cases; name them in matters, without heard")


def _check_place(plan: MeetingScheduled, command: HoldMeeting) -> None:
    place, is_needed = command.place, command.rules.needs_place
    if is_needed and not (place and place.startswith(territory(plan.area))):
        raise Refused(f"a {plan.kind} names in place the division that was visited in {plan.area}")
    if place and not is_needed:
        raise Refused(f"a {plan.kind} visits no division; leave place out")


def evolve(meeting: Meeting | None, event: Event) -> Meeting | None:
    match event:
        case MeetingScheduled():
            return Meeting(event)
        case MeetingHeld() if meeting:
            return replace(meeting, state="held")
        case MeetingMissed() if meeting:
            return replace(meeting, state="missed")
        case _:
            return meeting


decider = Decider[Meeting | None, Command](None, decide, evolve)
