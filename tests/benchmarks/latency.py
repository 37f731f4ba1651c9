"""From a command's begin until it is counted, against the barest chain that does as much.

Both at the same rate, 30 % of what our chain sustains, arriving by the clock whether or not the one
before is done.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from statistics import median, quantiles
from uuid import UUID, uuid4

from asyncpg import Pool

from chassis.bus import Bus, accepted
from chassis.db import Db
from chassis.decider import Decider
from chassis.execute import execute
from chassis.listen import listen
from chassis.outbox.relay import Relay
from chassis.pull import Message, pulling
from chassis.transact import transact
from contracts import decode
from contracts.intake import CaseFiled
from reporting.metric_files import SHIPPED, load
from reporting.subscribers import listeners
from tests.benchmarks.measure import Ratio, at_once
from tests.benchmarks.world import World
from tests.integration.chassis.teams import HERE

LOAD = 0.30
CALIBRATION = 2_000
SECONDS = 8
ROUNDS = 3
WORKERS = 16

BARE_TABLES = """
    CREATE TABLE bare (id uuid PRIMARY KEY, body text NOT NULL);
    CREATE TABLE tally (area text PRIMARY KEY, count bigint NOT NULL);
"""
INSERT = "INSERT INTO bare (id, body) VALUES ($1, $2)"
UPSERT = """
    INSERT INTO tally (area, count) VALUES ($1, $2)
    ON CONFLICT (area) DO UPDATE SET count = tally.count + EXCLUDED.count
"""

Chain = Callable[[UUID], Awaitable[None]]
"""Begins one event's way; its end is told to `Clock.arrived`."""


class Clock:
    """When each event began and when it could be seen."""

    def __init__(self) -> None:
        self.begun: dict[UUID, float] = {}
        self.took: list[float] = []
        self._waiting: dict[UUID, asyncio.Event] = {}

    def begin(self) -> UUID:
        one = uuid4()
        self.begun[one] = time.perf_counter()
        self._waiting[one] = asyncio.Event()
        return one

    def arrived(self, ones: Sequence[UUID]) -> None:
        now = time.perf_counter()
        for one in ones:
            if begun := self.begun.pop(one, None):
                self.took.append(now - begun)
                self._waiting[one].set()

    async def seen(self, one: UUID) -> None:
        await self._waiting[one].wait()
        del self._waiting[one]


async def latency(world: World) -> Ratio:
    await world.empty_streams()
    ours, bare = Clock(), Clock()
    async with _our_chain(world, ours) as file_case, _bare_chain(world, bare) as insert:
        sustained = await _sustained(ours, file_case)
        await _sustained(bare, insert)
        found: tuple[list[float], list[float]] = ([], [])
        for _ in range(ROUNDS):
            for clock, chain, p99s in ((ours, file_case, found[0]), (bare, insert, found[1])):
                p99s.append(await _p99(clock, chain, LOAD * sustained))
    sides = (median(found[0]) * 1000, median(found[1]) * 1000)
    name = f"filed to counted, p99 at {LOAD * sustained:.0f}/s ÷ bare chain"
    return Ratio(name, "ms", *sides, 2.0, 1.5, is_smaller_better=True)


async def _sustained(clock: Clock, chain: Chain) -> float:
    async def one_way() -> None:
        one = clock.begin()
        await chain(one)
        await clock.seen(one)

    start = time.perf_counter()
    done = await at_once(WORKERS, one_way, CALIBRATION)
    return done / (time.perf_counter() - start)


async def _p99(clock: Clock, chain: Chain, rate: float) -> float:
    clock.took.clear()
    start = time.perf_counter()
    under_way: set[asyncio.Task[None]] = set()
    for number in range(int(rate * SECONDS)):
        await asyncio.sleep(start + number / rate - time.perf_counter())

        async def one_way() -> None:
            one = clock.begin()
            await chain(one)
            await clock.seen(one)

        task = asyncio.create_task(one_way())
        under_way.add(task)
        task.add_done_callback(under_way.discard)
    await asyncio.gather(*under_way)
    return quantiles(clock.took, n=100)[98]


@asynccontextmanager
async def _our_chain(world: World, clock: Clock):  # type: ignore[no-untyped-def]
    """execute → outbox → relay → stream → projection, as intake and reporting run them."""
    decider = Decider[None, CaseFiled](None, lambda _, filed: [filed], lambda state, _: state)
    (listener,) = (one for one in listeners(load(SHIPPED)) if one.stream == "intake")
    handled: list[UUID] = []

    async def handle(db: Db, messages: Sequence[Message]) -> None:
        await listener.handle(db, messages)
        handled.extend(decode(message.body).event.case_id for message in messages)

    def committed() -> None:
        clock.arrived(handled)
        handled.clear()

    async with (
        world.database("intake") as intake,
        world.database("reporting") as reporting,
        world.bus("intake") as speaker,
        world.bus("reporting") as wire,
    ):
        relay = Relay(intake, speaker, "intake")

        async def file_case(case_id: UUID) -> None:
            filed = CaseFiled(
                area=HERE,
                time=datetime.now(UTC),
                case_id=case_id,
                kind="request",
                step="filed",
                source="resident",
            )

            async def work(db: Db) -> None:
                await execute(db, decider, f"case-{case_id}", filed, creates=True)

            await transact(intake, relay, work)

        duties = [
            asyncio.create_task(relay.run()),
            asyncio.create_task(
                listen(replace(listener, handle=handle), reporting, wire, committed)
            ),
        ]
        yield file_case
        await _end(duties)


@asynccontextmanager
async def _bare_chain(world: World, clock: Clock):  # type: ignore[no-untyped-def]
    """insert → publish → pull → upsert, with nothing that makes it safe."""
    async with (
        world.database("grid") as pool,
        world.bus("grid") as speaker,
        world.bus("intake") as wire,
    ):
        await pool.execute(BARE_TABLES)

        async def insert(one: UUID) -> None:
            body = f'{{"id":"{one}","area":"{HERE}","padding":"{"x" * 400}"}}'
            await pool.execute(INSERT, one, body)
            answer = await speaker.client.request(
                "grid.post.released.v1.34.04.02", one.bytes + body.encode(), timeout=5
            )
            accepted(answer.data)

        duty = asyncio.create_task(_count_bare(pool, wire, clock))
        yield insert
        await _end([duty])


async def _count_bare(pool: Pool, wire: Bus, clock: Clock) -> None:
    place = "grid", "intake-grid", ["grid.post.released.v1.>"]
    async with pulling(wire, *place, 0, 5000) as pull, pool.acquire() as db:
        while True:
            batch = await pull.batch()
            await db.execute(UPSERT, HERE, len(batch))
            clock.arrived([UUID(bytes=message.body[:16]) for message in batch])


async def _end(duties: Sequence[asyncio.Task[None]]) -> None:
    for duty in duties:
        duty.cancel()
    await asyncio.gather(*duties, return_exceptions=True)
