"""Count everything anew, beside the live tables, and change places with them: `liuchi rebuild`.

The streams are read from their first event into the same tables in another schema, by the metrics
this release ships, until little is missing. Then the live listeners wait for a moment, the rest is
read to exactly their checkpoints, and the tables change schemas in one transaction. Readers wait
no longer than that transaction; dying anywhere before its commit changes nothing.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import perf_counter

import asyncpg
from asyncpg import LockNotAvailableError, Pool

from chassis import logs
from chassis.bus import Bus, BusRefused
from chassis.db import Db
from chassis.leader import leading
from chassis.listen import CHECKPOINT, Listener
from chassis.settings import from_environment
from reporting.metric_files import Metrics, MetricsRefused
from reporting.metric_rules import LISTENER
from reporting.replay import Counting, Replay
from reporting.settings import Settings, metrics_of
from reporting.tables import generation

TABLES = ("definitions", "facts", "cube", "memberships", "cases", "areas")
"""In the order in which readers take hold of them."""

BESIDE, BEFORE = "rebuilding", "retired"
"""Schemas of the tables being filled, and of those just replaced."""

NEAR = 2000
"""Messages missing at most when the live listeners are asked to wait."""

SWITCH_ATTEMPTS = 10
SWITCH_PAUSE_SECONDS = 0.5

HOLD_BRIEFLY = "SET LOCAL lock_timeout = '2s'"
"""Longer waiting for a reader would keep all later readers waiting too."""

FORGET_CHECKPOINTS = "DELETE FROM checkpoints WHERE durable = ANY($1)"

# What the rebuild could count is dead no longer; what it could not waits under the live name.
FORGET_LETTERS = "DELETE FROM dead_letters WHERE durable = $1 AND sequence <= $2"
ADOPT_LETTERS = "UPDATE dead_letters SET durable = $1 WHERE durable = $2"
DROP_LETTERS = "DELETE FROM dead_letters WHERE durable = ANY($1)"


class CannotRebuild(Exception):  # noqa: N818 - an answer to the operator
    """The sentence says what to do first."""


@dataclass(frozen=True)
class Rebuilt:
    events: int
    seconds: float
    generation: int


async def rebuild(database_url: str, bus: Bus, shipped: Metrics) -> Rebuilt:
    """Returns when the new tables are live. One at a time: a second one waits for the first."""
    started = perf_counter()
    counting = Counting(shipped)
    replayed = [Replay(listener) for listener in counting.listeners()]
    async with _pool(database_url, len(replayed) + 1) as pool, leading(pool, "rebuild") as db:
        await _check(bus, replayed, await _live(db, replayed))
        await _begin(db, replayed, shipped)
        await _replay(pool, bus, replayed, await _live(db, replayed))
        await counting.fill_cube(db)
        while await _behind(db, replayed) > NEAR:
            await _replay(pool, bus, replayed, await _live(db, replayed))
        for table in TABLES:
            await db.execute(f"ANALYZE {BESIDE}.{table}")
        number = await _switch(db, pool, bus, replayed)
        for schema in (BEFORE, BESIDE):
            await db.execute(f"DROP SCHEMA {schema} CASCADE")
        for one in replayed:
            await _forget_durable(bus, one.listener)
    events = sum(one.events for one in replayed)
    return Rebuilt(events, perf_counter() - started, number)


@asynccontextmanager
async def _pool(database_url: str, size: int) -> AsyncIterator[Pool]:
    """Connections that find the tables beside before the live ones."""
    async with asyncpg.create_pool(
        database_url,
        min_size=0,
        max_size=size,
        server_settings={
            "application_name": "reporting rebuild",
            "search_path": f"{BESIDE}, public",
            "synchronous_commit": "off",  # the switch is on again, and flushes all before it
            "plan_cache_mode": "force_custom_plan",  # tables grow from nothing under the plans
        },
    ) as pool:
        yield pool


async def _check(bus: Bus, replayed: Sequence[Replay], targets: list[int]) -> None:
    """Raise CannotRebuild unless each stream still holds all that was counted."""
    for one, target in zip(replayed, targets, strict=True):
        state = (await bus.api(f"STREAM.INFO.{one.listener.stream}"))["state"]
        if target and (state["last_seq"] < target or state["first_seq"] > 1):
            raise CannotRebuild(
                f"{target} events of {one.listener.stream} were counted, its stream holds"
                f" {state['first_seq']} to {state['last_seq']}: run `liuchi bus restore` first."
            )


async def _begin(db: Db, replayed: Sequence[Replay], shipped: Metrics) -> None:
    """Forget an earlier attempt that died, and make empty tables."""
    names = [one.listener.durable for one in replayed]
    async with db.transaction():
        await db.execute(FORGET_CHECKPOINTS, names)
        await db.execute(DROP_LETTERS, names)
        for schema in (BESIDE, BEFORE):
            await db.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
            await db.execute(f"CREATE SCHEMA {schema}")
        for table in TABLES:
            await db.execute(f"CREATE TABLE {BESIDE}.{table} (LIKE public.{table} INCLUDING ALL)")
        await generation.define(db, shipped)


async def _live(db: Db, replayed: Sequence[Replay]) -> list[int]:
    return [await db.fetchval(CHECKPOINT, one.live) or 0 for one in replayed]


async def _behind(db: Db, replayed: Sequence[Replay]) -> int:
    targets = await _live(db, replayed)
    return sum(target - one.after for one, target in zip(replayed, targets, strict=True))


async def _replay(pool: Pool, bus: Bus, replayed: Sequence[Replay], targets: list[int]) -> None:
    async with asyncio.TaskGroup() as together:
        for one, target in zip(replayed, targets, strict=True):
            together.create_task(one.read_to(pool, bus, target))


async def _switch(db: Db, pool: Pool, bus: Bus, replayed: Sequence[Replay]) -> int:
    """Returns the new generation's number. Raises LockNotAvailableError when readers never rest."""
    for attempt in range(1, SWITCH_ATTEMPTS + 1):
        try:
            async with db.transaction():
                return await _change_places(db, pool, bus, replayed)
        except LockNotAvailableError:
            if attempt == SWITCH_ATTEMPTS:
                raise
        await asyncio.sleep(SWITCH_PAUSE_SECONDS)
    raise AssertionError("unreachable: the last attempt returns or raises")


async def _change_places(db: Db, pool: Pool, bus: Bus, replayed: Sequence[Replay]) -> int:
    await db.execute(HOLD_BRIEFLY)
    await db.fetchval(generation.ALONE)
    targets = await _live(db, replayed)
    await _replay(pool, bus, replayed, targets)
    live_tables = ", ".join(f"public.{table}" for table in TABLES)
    await db.execute(f"LOCK TABLE {live_tables} IN ACCESS EXCLUSIVE MODE")
    for table in TABLES:
        await db.execute(f"ALTER TABLE public.{table} SET SCHEMA {BEFORE}")
        await db.execute(f"ALTER TABLE {BESIDE}.{table} SET SCHEMA public")
    for one, target in zip(replayed, targets, strict=True):
        await db.execute(FORGET_LETTERS, one.live, target)
        await db.execute(ADOPT_LETTERS, one.live, one.listener.durable)
    await db.execute(FORGET_CHECKPOINTS, [one.listener.durable for one in replayed])
    number: int = await db.fetchval(generation.ADVANCE)
    return number


async def _forget_durable(bus: Bus, listener: Listener) -> None:
    try:
        await bus.api(f"CONSUMER.DELETE.{listener.stream}.{listener.durable}")
    except BusRefused:
        return  # nothing was heard from this speaker


async def _from_environment(settings: Settings) -> Rebuilt:
    bus = Bus(settings.nats_url, LISTENER)
    await bus.connect()
    try:
        return await rebuild(settings.database_url, bus, metrics_of(settings))
    finally:
        await bus.close()


def main() -> None:
    """`python -m reporting.rebuild`, in the environment of the service."""
    logs.start("reporting")
    try:
        done = asyncio.run(_from_environment(from_environment(Settings)))
    except (CannotRebuild, MetricsRefused) as sentence:
        sys.exit(str(sentence))
    sys.stdout.write(
        f"{done.events} events counted anew in {done.seconds:.1f} s;"
        f" generation {done.generation} is live\n"
    )


if __name__ == "__main__":
    main()
