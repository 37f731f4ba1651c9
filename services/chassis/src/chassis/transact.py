"""One command: commit, then wake the relay; decide again when history moved."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from asyncpg import Pool

from chassis import telemetry
from chassis.acquire import acquired
from chassis.db import Db, HistoryMoved, together
from chassis.decider import Refused

Result = TypeVar("Result")

ATTEMPTS = 3


class Kicked(Protocol):
    def kick(self) -> None: ...


async def transact(pool: Pool, relay: Kicked, work: Callable[[Db], Awaitable[Result]]) -> Result:
    """Run `work`, all of it or nothing. Raises HistoryMoved after three lost races."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            async with acquired(pool) as connection, together(connection) as db:
                result = await work(db)
        except HistoryMoved:
            if attempt == ATTEMPTS:
                raise
        except Refused:
            telemetry.refused.add(1)
            raise
        else:
            relay.kick()
            telemetry.commands.add(1)
            return result
    raise AssertionError("unreachable: the last attempt returns or raises")
