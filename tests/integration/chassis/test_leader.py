"""One at a time, and somebody else when the one is gone."""

import asyncio

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


@pytest.fixture
async def duty(database):
    return Duty(await database("chassis"))


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
