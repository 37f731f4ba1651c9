"""What must hold of a city at rest, read from its databases and its bus."""

import asyncio
from collections import Counter, defaultdict

from contracts import SERVICES, decode
from liuchi.connections import database, operator_bus
from liuchi.status import status
from reporting.tables.cube import cube_checksum

OUTBOX = "SELECT count(*) FROM outbox"
RECORDED = "SELECT id FROM events"
DEAD = "SELECT durable, error FROM dead_letters"
SETTLE_SECONDS = 90


async def settled(stack):
    """Return when nothing waits anywhere, twice in a row. Fails after a minute and a half."""
    quiet = 0
    async with asyncio.timeout(SETTLE_SECONDS):
        while quiet < 2:
            now = await status(stack)
            waiting = [one.backlog or sum(one.lag.values()) for one in now.services]
            asked = all(one.backlog is not None and one.state == "ready" for one in now.services)
            quiet = quiet + 1 if asked and not any(waiting) and not now.faults else 0
            await asyncio.sleep(0.2)


async def said(stack, service):
    """Everything in a service's stream, in order."""
    async with operator_bus(stack) as bus:
        last = (await bus.api(f"STREAM.INFO.{service}"))["state"]["last_seq"]
        messages = bus.client.jetstream()
        found = [await messages.get_msg(service, n, direct=True) for n in range(1, last + 1)]
    return [decode(message.data) for message in found]


async def assert_streams_are_the_logs(stack):
    """Every recorded event is on the bus once, each aggregate's in the order of its versions."""
    for service in SERVICES:
        envelopes = await said(stack, service)
        twice = [one for one, count in Counter(e.id for e in envelopes).items() if count > 1]
        assert twice == [], f"{service} said events twice"
        async with database(stack, service) as pool:
            recorded = {row["id"] for row in await pool.fetch(RECORDED)}
        assert {envelope.id for envelope in envelopes} == recorded, f"{service} lost events"
        versions = defaultdict(list)
        for envelope in envelopes:
            versions[envelope.subject].append(envelope.version)
        for stream, numbers in versions.items():
            assert numbers == list(range(1, len(numbers) + 1)), f"{stream} is out of order"


async def assert_nothing_is_dead(stack):
    for service in SERVICES:
        async with database(stack, service) as pool:
            assert [tuple(row) for row in await pool.fetch(DEAD)] == []


async def assert_cube_is_the_rebuilt_cube(stack, liuchi):
    """Count everything anew from the streams: the sums are the same."""

    async def checksum():
        async with database(stack, "reporting") as pool:
            return await cube_checksum(pool)

    live = await checksum()
    await asyncio.to_thread(liuchi, "rebuild")
    assert await checksum() == live
