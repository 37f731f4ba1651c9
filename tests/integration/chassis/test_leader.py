"""One at a time, and somebody else when the one is gone."""

import asyncio

import asyncpg
import pytest
from asyncpg import InterfaceError, InternalClientError, PostgresError

from chassis.leader import leading

END_SESSION = "SELECT pg_terminate_backend($1)"


class Duty:
    """Replicas that want to lead; `leader` names the one that does."""

    def __init__(self, pool):
        self.pool = pool
        self.leader = None
        self.backend = None

    async def stand(self, name):
        async with leading(self.pool, "duty") as db:
            self.leader, self.backend = name, db.get_server_pid()
            while True:
                await db.execute("SELECT")
                await asyncio.sleep(0.01)

    async def is_led_by(self, name):
        async with asyncio.timeout(5):
            while self.leader != name:
                await asyncio.sleep(0.01)


async def as_it_is(_db):
    """As in a service: nothing but `leading` itself ends what was done in a session."""


@pytest.fixture
async def duty(servers, database):
    name = await (await database("chassis")).fetchval("SELECT current_database()")
    url = servers.database_url("postgres", name)
    pool = await asyncpg.create_pool(url, min_size=1, max_size=3, reset=as_it_is)
    yield Duty(pool)
    pool.terminate()  # whoever leads still does not hold up the end of a failed test


async def test_a_second_replica_waits_until_the_first_lets_go(duty):
    first = asyncio.create_task(duty.stand("first"))
    await duty.is_led_by("first")
    second = asyncio.create_task(duty.stand("second"))
    await asyncio.wait([second], timeout=1.5)  # longer than a turn of standing by
    assert duty.leader == "first"
    first.cancel()
    await duty.is_led_by("second")
    second.cancel()
    await asyncio.gather(first, second, return_exceptions=True)


async def test_a_leader_whose_connection_breaks_leads_no_more(duty):
    first = asyncio.create_task(duty.stand("first"))
    await duty.is_led_by("first")
    second = asyncio.create_task(duty.stand("second"))
    await duty.pool.execute(END_SESSION, duty.backend)
    with pytest.raises((PostgresError, InterfaceError, InternalClientError)):
        await first  # whatever it would have written on that connection is refused
    await duty.is_led_by("second")
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)


async def test_a_leader_that_is_stopped_stops_though_its_connection_broke(duty):
    standing = asyncio.Event()

    async def stand():
        async with leading(duty.pool, "duty") as db:
            duty.backend = db.get_server_pid()
            standing.set()
            await asyncio.Event().wait()

    first = asyncio.create_task(stand())
    await standing.wait()
    await duty.pool.execute(END_SESSION, duty.backend)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_a_leader_that_leaves_a_statement_under_way_leads_no_more(duty):
    async with leading(duty.pool, "duty") as db:
        left = asyncio.create_task(db.execute("SELECT pg_sleep(1)"))
        await asyncio.wait([left], timeout=0.1)  # it is on its way
    second = asyncio.create_task(duty.stand("second"))
    await duty.is_led_by("second")
    second.cancel()
    await asyncio.gather(left, second, return_exceptions=True)
