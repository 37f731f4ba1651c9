"""A forum: people of a place deliberate there, session after session, until it is closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, get_args
from uuid import UUID

from pydantic import Field

from chassis.decider import Decider, Refused
from chassis.workflow.workdays import day_of
from contracts import Event
from contracts.fields import Code, Level
from contracts.intake import ForumClosed, ForumEstablished, ForumSessionHeld
from intake.domain.divisions import level_of
from intake.domain.values import Value

Rung = Literal["building", "grid", "community"]
"""What is not settled on one goes up to the next (三级议事协商, source I-08)."""

AGREED = "agreed"
"""The outcome of a matter that counts as settled."""


class ForumKind(Value):
    levels: frozenset[Level] = Field(min_length=1)
    """Of the divisions in which it may be established."""
    rung: Rung | None = None
    is_single: bool = False
    """A division has one that is open, not several."""
    parties: frozenset[Code] = frozenset()
    """Without whom no session is held."""
    needs_guideline: bool = False
    """A session says by which guideline it was held."""
    raises: Code = "forum_session"
    """The source of a case that begins there."""


class Guideline(Value):
    """A version of the rules that sessions are held by (工作指引, source I-10)."""

    since: date
    until: date | None = None
    """The first day on which it is not in force any more."""

    def is_in_force(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class EstablishForum:
    forum_id: UUID
    kind: str
    rules: ForumKind
    area: str
    at: datetime
    brand: str | None = None
    grid_id: UUID | None = None
    open_there: UUID | None = None
    """One of the same kind that is open in the same division."""


@dataclass(frozen=True)
class HoldSession:
    session_id: UUID
    rules: ForumKind
    participants: Mapping[str, int]
    """How many of each party."""
    outcomes: Sequence[str]
    """Of the matters, what came of each."""
    at: datetime
    guideline: str | None = None
    is_in_force: bool = False
    """Whether the guideline was, on that day."""


@dataclass(frozen=True)
class CloseForum:
    at: datetime


Command = EstablishForum | HoldSession | CloseForum


@dataclass(frozen=True)
class Forum:
    established: ForumEstablished
    is_open: bool = True

    def said(self, at: datetime) -> dict[str, object]:
        """What every event about it says."""
        begun = self.established
        return {
            "area": begun.area,
            "time": at,
            "forum_id": begun.forum_id,
            "kind": begun.kind,
            "brand": begun.brand,
        }


def next_rung(rung: Rung | None) -> Rung | None:
    rungs: tuple[Rung, ...] = get_args(Rung)
    above = rungs[rungs.index(rung) + 1 :] if rung else ()
    return above[0] if above else None


def venue(kind: str, rules: ForumKind) -> dict[str, str]:
    """Where a case stands that is discussed, or begins, in a forum of this kind."""
    return {"venue": kind} if rules.rung else {}


def check_venue(kind: str, rules: ForumKind, now: str | None) -> None:
    """Raise Refused for a case on another rung than the forum is."""
    if rules.rung and now not in (None, kind):
        raise Refused(f"this matter stands at {now}; discuss it there, or raise it first")


def decide(forum: Forum | None, command: Command) -> Sequence[Event]:
    if isinstance(command, EstablishForum):
        return _establish(command) if forum is None else []
    if forum is None:
        raise Refused("there is no such forum; list those of the area")
    if isinstance(command, HoldSession):
        return [_hold(forum, command)]
    if not forum.is_open:
        return []
    return [ForumClosed.model_validate({**forum.said(command.at), "grid_id": _grid(forum)})]


def _establish(command: EstablishForum) -> Sequence[Event]:
    rules, area = command.rules, command.area
    if level_of(area) not in rules.levels:
        raise Refused(
            f"a {command.kind} is established in a {' or '.join(sorted(rules.levels))};"
            f" {area} is a {level_of(area)}"
        )
    if rules.is_single and command.open_there:
        raise Refused(
            f"{area} has a {command.kind} already, {command.open_there}; hold its sessions there,"
            " or close it first"
        )
    return [
        ForumEstablished(
            area=area,
            time=command.at,
            forum_id=command.forum_id,
            kind=command.kind,
            brand=command.brand,
            grid_id=command.grid_id,
        )
    ]


def _hold(forum: Forum, command: HoldSession) -> Event:
    begun, rules = forum.established, command.rules
    if not forum.is_open:
        raise Refused("this forum is closed; establish another one")
    if command.at < begun.time:
        raise Refused(f"this forum was established on {day_of(begun.time)}; sessions came later")
    if absent := sorted(rules.parties - command.participants.keys()):
        raise Refused(f"a session of a {begun.kind} is not held without {', '.join(absent)}")
    _check_guideline(begun.kind, command)
    held = {
        "session_id": command.session_id,
        "guideline": command.guideline,
        "participants": sum(command.participants.values()),
        "matters": len(command.outcomes),
        "agreed": sum(outcome == AGREED for outcome in command.outcomes),
    }
    return ForumSessionHeld.model_validate({**forum.said(command.at), **held})


def _check_guideline(kind: str, command: HoldSession) -> None:
    if command.guideline is None and command.rules.needs_guideline:
        raise Refused(f"a session of a {kind} names the guideline it was held by")
    if command.guideline and not command.is_in_force:
        raise Refused(
            f"guideline {command.guideline} was not in force on {day_of(command.at)};"
            " name the version that was"
        )


def _grid(forum: Forum) -> UUID | None:
    return forum.established.grid_id


def evolve(forum: Forum | None, event: Event) -> Forum | None:
    if isinstance(event, ForumEstablished):
        return Forum(event)
    if forum and isinstance(event, ForumClosed):
        return replace(forum, is_open=False)
    return forum


decider = Decider[Forum | None, Command](None, decide, evolve)
