"""A connection of the pool for one request, while whoever asked is still there; and what is raised
when there is none, or it is lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from asyncpg import (
    CannotConnectNowError,
    InterfaceError,
    InternalClientError,
    Pool,
    PostgresConnectionError,
    PostgresError,
    TooManyConnectionsError,
)

from chassis.db import Connected

SECONDS = 20
"""asyncpg waits for ever by default; a caller should rather hear 503 before a gateway gives up
(nginx: 60 s), but not in a spike that is over soon."""

AWAY = (
    CannotConnectNowError,
    ConnectionError,
    InterfaceError,
    InternalClientError,
    PostgresConnectionError,
    TimeoutError,
    TooManyConnectionsError,
)
"""What asyncpg raises when the database is down, starting, full, or gone in mid-transaction.

The last shows as InterfaceError (its connection is closed) or, by a race, InternalClientError.
"""

FAILED = (PostgresError, OSError, *AWAY)
"""The same, and whatever else is the database's fault rather than that of what was at hand."""


@asynccontextmanager
async def acquired(pool: Pool) -> AsyncIterator[Connected]:
    """Raises TimeoutError when none is free within SECONDS."""
    async with asyncio.timeout(SECONDS):  # the pool's own limit would make a task of it
        connection = await pool.acquire()
    try:
        yield connection
    finally:
        await pool.release(connection, timeout=SECONDS)
