"""The relay against bare atomic batches, both into a stream that is synced at every batch."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from asyncpg import Pool

from chassis.bus import Bus
from chassis.execute import execute_many
from chassis.outbox.publish import BATCH, publish
from chassis.outbox.relay import Relay
from contracts import Envelope, nats_subject
from contracts.grid import GridRetired
from tests.benchmarks.measure import Ratio, per_second, rates
from tests.benchmarks.world import World
from tests.integration.chassis.teams import HERE, NOW, Form, decider, stream

COUNT = 30_000
WAITING = "SELECT EXISTS (SELECT FROM outbox)"


async def relay(world: World) -> Ratio:
    await world.empty_streams()
    async with (
        world.database("volunteer") as pool,
        world.bus("volunteer") as wire,
        world.bus("grid") as bare_wire,
    ):

        async def ours() -> float:
            await _fill(pool)
            return await per_second(lambda: _relay_all(pool, wire))

        async def bare() -> float:
            rows = _rows()
            return await per_second(lambda: _publish_all(bare_wire, rows))

        found = await rates(ours, bare)
    return Ratio("relay ÷ bare atomic batches", "events/s", *found, 0.60, 0.80)


async def _fill(pool: Pool) -> None:
    ids = [uuid4() for _ in range(COUNT)]
    for start in range(0, COUNT, 1000):
        commands = [(stream(one), Form(one)) for one in ids[start : start + 1000]]
        await execute_many(pool, decider, commands)


async def _relay_all(pool: Pool, wire: Bus) -> int:
    task = asyncio.create_task(Relay(pool, wire, "volunteer").run())
    while await pool.fetchval(WAITING):
        await asyncio.sleep(0.02)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return COUNT


def _rows() -> list[dict[str, Any]]:
    event = GridRetired(area=HERE, time=NOW, grid_id=uuid4(), level="community")
    body = Envelope(uuid4(), "team-1", 1, event).to_json().decode()
    return [{"id": uuid4(), "subject": nats_subject(event), "body": body} for _ in range(COUNT)]


async def _publish_all(wire: Bus, rows: Sequence[dict[str, Any]]) -> int:
    last: int = (await wire.api("STREAM.INFO.grid"))["state"]["last_seq"]
    for start in range(0, len(rows), BATCH):
        last = await publish(wire, rows[start : start + BATCH], last)
    return len(rows)
