"""The imperative shell, once, for every command of every service."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from chassis.access import OutsideArea
from chassis.decider import Decider
from chassis.event_log import Db, Origin, append, load, load_many, next_in
from contracts import Event

State = TypeVar("State")
Command = TypeVar("Command")

Project = Callable[[Db, Sequence[Event]], Awaitable[None]]
"""Writes the service's own read tables, in the transaction of the events."""

EVERYWHERE = ""
NOBODY = Origin()


async def project_nothing(_db: Db, _events: Sequence[Event]) -> None:
    """For an aggregate without read tables."""


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

    The caller owns the transaction: all of it happens, or none of it. `within` is the caller's
    territory, a prefix of area codes; history or outcome outside it raises OutsideArea.
    `creates` saves the look at a history that cannot be there: a stream that does exist is then
    HistoryMoved. Raises Refused when the rules say no.
    """
    history = [] if creates else await load(db, stream)
    _stay_within(within, history[:1])
    events = decider.decide(decider.replay(history), command)
    _stay_within(within, events)
    if events:
        await append(db, next_in(stream, len(history), events, origin))
        await project(db, events)
    return events


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
            raise OutsideArea(event.area, within)
