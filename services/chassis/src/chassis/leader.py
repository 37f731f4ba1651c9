"""One at a time: replicas of a service share work by standing by for a PostgreSQL lock."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from asyncpg import InterfaceError, InternalClientError, Pool, PostgresError

from chassis.db import Connected

TAKE = "SELECT pg_try_advisory_lock(hashtextextended($1, 0))"

COMMIT_WITHOUT_WAITING = "SET synchronous_commit = off"
"""For duties that find out by themselves what a crash made them forget."""

STANDBY_SECONDS = 1.0
"""A blocking lock would hold a snapshot open and keep VACUUM from the outbox: so it is polled."""


@asynccontextmanager
async def leading(pool: Pool, duty: str) -> AsyncIterator[Connected]:
    """Wait until this process alone holds `duty`; yields the connection that holds it.

    Work done on that connection is fenced: when the connection breaks, the lock and any open
    transaction are gone together.
    """
    async with pool.acquire() as db:
        while not await db.fetchval(TAKE, duty):  # noqa: ASYNC110 - the event is in PostgreSQL
            await asyncio.sleep(STANDBY_SECONDS)
        try:
            yield db
        finally:
            # A broken connection has let go already, and its proxy only raises: that must not take
            # the place of a cancellation, or the duty would go on when its service stops.
            with suppress(InterfaceError, InternalClientError, PostgresError, OSError):
                try:
                    await db.reset()  # the lock, and whatever was SET on it
                except BaseException:
                    db.terminate()
                    raise
