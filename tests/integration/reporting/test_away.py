"""Reporting goes away and comes back: the database says where to go on, and nothing else."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from reporting.app import make_app
from reporting.tables.cube import cube_checksum
from tests.integration.conversation import Conversation
from tests.integration.reporting.city import Counting, histories, messages

DURABLES = ("reporting-intake", "reporting-grid", "reporting-volunteer")


@pytest.fixture
def reporting(settings):
    @asynccontextmanager
    async def runs():
        app = make_app(settings)
        async with app.router.lifespan_context(app):
            yield app.state.service.pool

    return runs


async def test_what_is_said_meanwhile_is_counted_once_also_without_its_consumers(
    reporting, bus, database
):
    said = histories(5, size=60)
    talk = Conversation(bus)

    async def say(part):
        for events in said.values():
            for event in events[part::3]:
                await talk.hears(event, stream="log-1")

    for part in range(3):
        async with reporting() as pool:
            await say(part)
            if part == 1:
                for durable in DURABLES:
                    await bus.api(f"CONSUMER.DELETE.{durable.partition('-')[2]}.{durable}")
            if part == 2:
                await Conversation(bus, {"reporting": pool}).settles()
                async with pool.acquire() as db:
                    found = await cube_checksum(db)
            else:
                await asyncio.sleep(0)  # leave in the middle
    alone = Counting(await database("chassis", "reporting"))
    for speaker, events in said.items():
        in_order = [event for part in range(3) for event in events[part::3]]
        await alone.counts_messages(speaker, messages(in_order))
    async with alone.pool.acquire() as db:
        assert await cube_checksum(db) == found
