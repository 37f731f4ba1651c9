"""The operator's way in: a bus connection and a service's database, or a sentence why not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from asyncpg import Pool

from chassis.bus import Bus
from liuchi.permissions import OPERATOR
from liuchi.processes import StackError
from liuchi.stack import Stack

CONNECT_SECONDS = 10


@asynccontextmanager
async def operator_bus(stack: Stack, within: float = CONNECT_SECONDS) -> AsyncIterator[Bus]:
    """Raises StackError when the bus does not let the operator in."""
    bus = Bus(stack.nats_url(OPERATOR), OPERATOR)
    try:
        await asyncio.wait_for(bus.connect(), within)
    except TimeoutError:
        raise StackError("The bus does not answer. `liuchi up` starts it.") from None
    try:
        yield bus
    finally:
        await bus.close()


@asynccontextmanager
async def database(
    stack: Stack, service: str, within: float = CONNECT_SECONDS
) -> AsyncIterator[Pool]:
    """The service's database in its own role. Raises StackError when it cannot be reached."""
    try:
        pool = await asyncpg.create_pool(
            stack.database_url(service), min_size=1, max_size=2, timeout=within
        )
    except (OSError, asyncpg.PostgresError, TimeoutError) as fault:
        sentence = f"The database of {service} cannot be reached: {fault}. `liuchi up` starts it."
        raise StackError(sentence) from None
    async with pool:
        yield pool
