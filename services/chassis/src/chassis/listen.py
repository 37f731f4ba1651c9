"""Handle what is heard in order, once, and never lose what cannot be handled.

A batch is handled in one transaction together with the checkpoint. When that fails, the messages
are taken one by one; the one that keeps failing is buried as a dead letter and passed over. Dying
anywhere means beginning again behind the checkpoint.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from asyncpg import InterfaceError, InternalClientError, Pool, PostgresConnectionError
from nats.errors import Error as NatsError

from chassis import telemetry
from chassis.bus import Bus, BusRefused
from chassis.db import Connected, Db
from chassis.dead_letters import bury
from chassis.leader import COMMIT_WITHOUT_WAITING, leading
from chassis.logs import told
from chassis.pull import ListeningLost, Message, pulling
from chassis.telemetry import log

CHECKPOINT = "SELECT sequence FROM checkpoints WHERE durable = $1"

MOVE = """
    INSERT INTO checkpoints (durable, sequence) VALUES ($1, $2)
    ON CONFLICT (durable) DO UPDATE SET sequence = EXCLUDED.sequence
"""

PAUSES_SECONDS = (0.05, 0.2, 0.5, 1.0, 2.0)
"""Between the attempts at one message; after the last attempt it is buried."""

RESTART_SECONDS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)

WORLD = (
    PostgresConnectionError,
    InternalClientError,  # asyncpg, when a connection is cut at the wrong moment
    OSError,
    NatsError,
    BusRefused,
    TimeoutError,
    ListeningLost,
)
"""Faults of servers and wires. No message is to blame: nothing is buried for them."""

Handle = Callable[[Db, Sequence[Message]], Awaitable[None]]
"""Handle these messages in this transaction; raise to have none of them handled."""


@dataclass(frozen=True)
class Listener:
    """One durable: whom it hears, what of it, and what is done about it."""

    stream: str
    durable: str
    subjects: list[str]
    handle: Handle
    most: int
    """Messages in a batch."""
    committed: Callable[[], None] | None = None
    """Called after each commit in place of the relay's kick, where handling says nothing."""
    is_derived: bool = False
    """All it writes can be read again from the stream, so its commits need not wait for the disk:
    what a crash of PostgreSQL takes away, it takes together with the checkpoint."""


async def listen(
    listener: Listener, pool: Pool, bus: Bus, after_commit: Callable[[], None]
) -> NoReturn:
    """Run for ever; the replica that leads handles, the others stand by."""
    restarts = 0
    while True:
        try:
            await bus.connected.wait()
            async with leading(pool, listener.durable) as db:
                restarts = 0
                if listener.is_derived:
                    await db.execute(COMMIT_WITHOUT_WAITING)
                await _handle_all(listener, db, bus, after_commit)
        except Exception as fault:
            pause = RESTART_SECONDS[min(restarts, len(RESTART_SECONDS) - 1)]
            restarts += 1
            log.warning("listening_restarts", durable=listener.durable, fault=told(fault))
            await asyncio.sleep(pause)


async def _handle_all(
    listener: Listener, db: Connected, bus: Bus, after_commit: Callable[[], None]
) -> NoReturn:
    after = await db.fetchval(CHECKPOINT, listener.durable) or 0
    async with pulling(
        bus, listener.stream, listener.durable, listener.subjects, after, listener.most
    ) as pull:
        while True:
            batch = await pull.batch()
            await handle_batch(listener, db, batch)
            (listener.committed or after_commit)()
            await pull.ack(batch[-1])
            telemetry.listener_lag.set(batch[-1].pending, {"durable": listener.durable})


async def handle_batch(listener: Listener, db: Connected, batch: Sequence[Message]) -> None:
    try:
        await _handle(listener, db, batch)
    except Exception as fault:
        if _is_of_the_world(fault, db):
            raise
        log.warning("batch_failed", durable=listener.durable, fault=type(fault).__name__)
        for message in batch:
            await _handle_alone(listener, db, message)


async def _handle(listener: Listener, db: Connected, batch: Sequence[Message]) -> None:
    async with db.transaction():
        await listener.handle(db, batch)
        await db.execute(MOVE, listener.durable, batch[-1].sequence)


async def _handle_alone(listener: Listener, db: Connected, message: Message) -> None:
    for pause in PAUSES_SECONDS:
        try:
            return await _handle(listener, db, [message])
        except Exception as fault:
            if _is_of_the_world(fault, db):
                raise
            last = fault
            await asyncio.sleep(pause)
    async with db.transaction():
        await bury(db, listener.durable, message, last, len(PAUSES_SECONDS))
        await db.execute(MOVE, listener.durable, message.sequence)
    telemetry.dead_letters.add(1, {"durable": listener.durable})
    log.error("dead_letter", durable=listener.durable, sequence=message.sequence, fault=told(last))


def _is_of_the_world(fault: Exception, db: Connected) -> bool:
    return isinstance(fault, WORLD) or _is_lost(db)


def _is_lost(db: Connected) -> bool:
    """A pool takes a broken connection back, whose proxy then only raises."""
    try:
        return db.is_closed()
    except InterfaceError:
        return True
