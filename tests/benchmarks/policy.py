"""Policies with inbox, checkpoint and a row written each, against FastStream doing nothing."""

import asyncio
from uuid import uuid4

from asyncpg import Pool
from faststream import AckPolicy
from faststream.nats import ConsumerConfig, JStream, NatsBroker, PullSub

from chassis.bus import Bus
from chassis.db import Db
from chassis.hears import Hears
from chassis.listen import listen
from chassis.outbox.publish import BATCH, publish
from contracts import Envelope, nats_subject
from contracts.grid import AreaRegistered, PostAssigned, PostReleased
from tests.benchmarks.measure import Ratio, per_second, rates
from tests.benchmarks.world import World
from tests.integration.chassis.teams import HERE, NOW

COUNT = 5_000
TABLE = "CREATE TABLE released (post_id uuid PRIMARY KEY, area text NOT NULL)"
ADD = "INSERT INTO released VALUES ($1, $2)"
HANDLED = "SELECT sequence FROM checkpoints WHERE durable = 'intake-grid'"


async def policies(world: World) -> Ratio:
    await world.empty_streams()
    async with (
        world.database("intake") as pool,
        world.bus("grid") as speaker,
        world.bus("intake") as wire,
    ):
        await pool.execute(TABLE)
        last = 0

        async def ours() -> float:
            nonlocal last
            last = await _say(speaker, last)
            return await per_second(lambda: _listen_to_all(pool, wire, last))

        async def faststream() -> float:
            nonlocal last
            last = await _say(speaker, last)
            url = world.servers.nats_url("operator")
            return await per_second(lambda: _faststream(url))

        found = await rates(ours, faststream)
    return Ratio("policies ÷ FastStream no-op, one by one", "messages/s", *found, 1.0, 3.0)


async def _say(speaker: Bus, last: int) -> int:
    for _ in range(0, COUNT, BATCH):
        rows = []
        for one in (uuid4() for _ in range(BATCH)):
            event = PostReleased(
                area=HERE,
                time=NOW,
                post_id=one,
                person_id=one,
                role="grid_worker",
                way="released",
                engagement="full_time",
            )
            body = Envelope(one, f"post-{one}", 1, event).to_json().decode()
            rows.append({"id": one, "subject": nats_subject(event), "body": body})
        last = await publish(speaker, rows, last)
    return last


async def _listen_to_all(pool: Pool, wire: Bus, last: int) -> int:
    hears = Hears("intake")

    @hears(PostReleased)
    async def add(db: Db, heard: Envelope) -> None:
        await db.execute(ADD, heard.id, heard.event.area)

    @hears(PostAssigned, AreaRegistered)
    async def never(_db: Db, _heard: Envelope) -> None:
        raise AssertionError("nobody says this here")

    (listener,) = (one for one in hears.listeners() if one.stream == "grid")
    before = await pool.fetchval(HANDLED) or 0
    task = asyncio.create_task(listen(listener, pool, wire, lambda: None))
    while (await pool.fetchval(HANDLED) or 0) < last:
        await asyncio.sleep(0.02)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return last - before


async def _faststream(url: str) -> int:
    broker = NatsBroker(url, inbox_prefix="_INBOX.operator", logger=None)
    handled, all_handled = 0, asyncio.Event()

    @broker.subscriber(
        "grid.post.released.v1.>",
        stream=JStream("grid", declare=False),
        durable="yardstick",
        pull_sub=PullSub(batch_size=1),
        config=ConsumerConfig(filter_subjects=["grid.post.released.v1.>"]),
        ack_policy=AckPolicy.NACK_ON_ERROR,
        inbox_prefix=b"_INBOX.operator.",
    )
    async def do_nothing(_body: bytes) -> None:
        nonlocal handled
        handled += 1
        if handled == COUNT:
            all_handled.set()

    await broker.start()
    await all_handled.wait()
    await broker.stop()
    return COUNT
