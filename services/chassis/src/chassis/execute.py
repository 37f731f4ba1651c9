"""The imperative shell, once, for every command of every service."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Generic, TypeVar

from chassis.access import OutsideArea
from chassis.db import Db
from chassis.decider import Decider
from chassis.event_log import Origin, append, load, load_many, next_in
from contracts import Envelope, Event

State = TypeVar("State")
Command = TypeVar("Command")

Project = Callable[[Db, Sequence[Event]], Awaitable[None]]
"""Writes the service's own read tables, in the transaction of the events."""

EVERYWHERE = ""
NOBODY = Origin()


async def project_nothing(_db: Db, _events: Sequence[Event]) -> None:
    """For an aggregate without read tables."""


@dataclass(frozen=True, slots=True)
class Past(Generic[State]):
    """A whole history, and what it comes to."""

    history: Sequence[Event]
    state: State


@dataclass(frozen=True, slots=True)
class Outcome(Generic[State]):
    """What a command came to."""

    recorded: Sequence[Envelope]
    state: State
    """After it."""
    version: int

    @property
    def said(self) -> list[Event]:
        return [envelope.event for envelope in self.recorded]


async def execute(
    db: Db,
    decider: Decider[State, Command],
    stream: str,
    command: Command,
    *,
    project: Project = project_nothing,
    origin: Origin = NOBODY,
    within: str = EVERYWHERE,
    creates: bool = False,
) -> Sequence[Event]:
    """Decide on the whole history, then record, announce and project the outcome.

    The caller owns the command: all of it happens, or none of it. `within` is the caller's
    territory, a prefix of area codes; history or outcome outside it raises OutsideArea.
    `creates` saves the look at a history that cannot be there: a stream that does exist is then
    HistoryMoved. Raises Refused when the rules say no.
    """
    history = [] if creates else await load(db, stream)
    past = Past(history, decider.replay(history))
    outcome = await record(db, decider, stream, past, command, origin=origin, within=within)
    if said := outcome.said:
        await project(db, said)
    return said


async def record(
    db: Db,
    decider: Decider[State, Command],
    stream: str,
    past: Past[State],
    command: Command,
    *,
    origin: Origin = NOBODY,
    within: str = EVERYWHERE,
) -> Outcome[State]:
    """As execute, for a caller who knows the past and projects the outcome."""
    _stay_within(within, past.history[:1])
    events = decider.decide(past.state, command)
    _stay_within(within, events)
    recorded = next_in(stream, len(past.history), events, origin)
    if recorded:
        await append(db, recorded)
    after = reduce(decider.evolve, events, past.state)
    return Outcome(recorded, after, len(past.history) + len(events))


async def execute_many(
    db: Db,
    decider: Decider[State, Command],
    commands: Sequence[tuple[str, Command]],
    *,
    project: Project = project_nothing,
    origin: Origin = NOBODY,
    within: str = EVERYWHERE,
) -> Sequence[Event]:
    """As execute, for many (stream, command) in three round trips; each stream named once."""
    histories = await load_many(db, [stream for stream, _ in commands])
    said: list[Event] = []
    envelopes = []
    for stream, command in commands:
        history = histories[stream]
        _stay_within(within, history[:1])
        events = decider.decide(decider.replay(history), command)
        _stay_within(within, events)
        envelopes += next_in(stream, len(history), events, origin)
        said += events
    if envelopes:
        await append(db, envelopes)
        await project(db, said)
    return said


def _stay_within(within: str, events: Sequence[Event]) -> None:
    for event in events:
        if not event.area.startswith(within):
            raise OutsideArea(within)
