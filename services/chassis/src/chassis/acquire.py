"""A connection of the pool for one request, while whoever asked is still there."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from asyncpg import Pool

from chassis.db import Connected

SECONDS = 20
"""asyncpg waits for ever by default; a caller should rather hear 503 before a gateway gives up
(nginx: 60 s), but not in a spike that is over soon."""


@asynccontextmanager
async def acquired(pool: Pool) -> AsyncIterator[Connected]:
    """Raises TimeoutError when none is free within SECONDS."""
    async with asyncio.timeout(SECONDS):  # the pool's own limit would make a task of it
        connection = await pool.acquire()
    try:
        yield connection
    finally:
        await pool.release(connection, timeout=SECONDS)
