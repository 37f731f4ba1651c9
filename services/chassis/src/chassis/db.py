"""What a command asks of its database, and how what it writes gets there in one round trip.

What a command is to `write` is kept until something else is asked, or until its end, and sent
together as one statement. A command that only had a `look` before is that one statement, for which
no transaction needs to be begun.
"""

import re
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import lru_cache
from typing import Any, TypeAlias

from asyncpg import Connection, DeadlockDetectedError, Record, UniqueViolationError
from asyncpg.pool import PoolConnectionProxy

Connected: TypeAlias = "Connection[Record] | PoolConnectionProxy[Record]"

Part: TypeAlias = str
"""Queries of a WITH that change something, by name: `told AS (INSERT … VALUES ($1))`. Those that go
together see one snapshot, not each other's rows."""

ONE_PER_VERSION = "one_event_per_version"
"""The constraint that lets only one of two appends to the same history in."""

_PARAMETER = re.compile(r"\$(\d+)")


class HistoryMoved(Exception):  # noqa: N818 - it is an answer: load again and decide again
    """Somebody else appended to the same history first, or waited for what this command holds, as
    it for theirs. Nothing of the command is stored.
    """


class Together:
    """One command's reads and writes on its connection: all of it happens, or none of it."""

    def __init__(self, connection: Connected, transaction: AsyncExitStack) -> None:
        self._connection = connection
        self._transaction = transaction
        self._has_begun = False
        self._parts: list[tuple[Part, Sequence[object]]] = []

    async def fetch(self, query: str, *values: object) -> list[Record]:
        await self._begin()
        return await self._connection.fetch(query, *values)

    async def fetchrow(self, query: str, *values: object) -> Record | None:
        await self._begin()
        return await self._connection.fetchrow(query, *values)

    async def fetchval(self, query: str, *values: object) -> Any:
        await self._begin()
        return await self._connection.fetchval(query, *values)

    async def execute(self, query: str, *values: object) -> str:
        await self._begin()
        return await self._connection.execute(query, *values)

    async def copy_records_to_table(
        self, table: str, *, records: Iterable[Sequence[object]], columns: Sequence[str]
    ) -> str:
        await self._begin()
        return await self._connection.copy_records_to_table(table, records=records, columns=columns)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """A savepoint: what raises inside takes back what was done inside."""
        await self._begin()
        try:
            async with self._connection.transaction():
                yield
                await self.send()
        finally:
            self._parts.clear()

    async def look(self, query: str, *values: object) -> list[Record]:
        if self._parts:
            await self._begin()
        return await self._connection.fetch(query, *values)

    async def write(self, part: Part, *values: object) -> None:
        if any(part == other for other, _ in self._parts):  # a name stands once in a WITH
            await self._begin()
        self._parts.append((part, values))

    async def _begin(self) -> None:
        """From here on in a transaction, with all that was written before."""
        if not self._has_begun:
            await self._transaction.enter_async_context(self._connection.transaction())
            self._has_begun = True
        await self.send()

    async def send(self) -> None:
        """What was written until now. It commits by itself, unless a transaction has begun."""
        if self._parts:
            parts, self._parts = self._parts, []
            await _send(self._connection, parts)


Db: TypeAlias = "Connected | Together"


@asynccontextmanager
async def together(connection: Connected) -> AsyncIterator[Together]:
    """Raises HistoryMoved at the end, too: only then is all of it known to the database."""
    async with AsyncExitStack() as transaction:
        command = Together(connection, transaction)
        yield command
        await command.send()


async def look(db: Db, query: str, *values: object) -> list[Record]:
    """Rows of a query that holds nothing for the rest of the transaction: no lock, no change."""
    if isinstance(db, Together):
        return await db.look(query, *values)
    return await db.fetch(query, *values)


async def write(db: Db, part: Part, *values: object) -> None:
    """Now, or together with what else the command writes. Raises HistoryMoved, now or then."""
    if isinstance(db, Together):
        await db.write(part, *values)
    else:
        await _send(db, [(part, values)])


async def _send(db: Connected, parts: Sequence[tuple[Part, Sequence[object]]]) -> None:
    # PostgreSQL runs the last part first: locks are to be taken in the order of writing, as ever.
    backwards = parts[::-1]
    statement = _statement(tuple((part, len(values)) for part, values in backwards))
    try:
        await db.execute(statement, *(value for _, values in backwards for value in values))
    except UniqueViolationError as clash:
        if clash.constraint_name == ONE_PER_VERSION:
            raise HistoryMoved(clash.sqlstate) from clash
        raise
    except DeadlockDetectedError as clash:
        raise HistoryMoved(clash.sqlstate) from clash


@lru_cache
def _statement(parts: tuple[tuple[Part, int], ...]) -> str:
    """Of parts, and how many values each has."""
    queries, before = [], 0
    for part, values in parts:
        queries.append(_renumbered(part, before))
        before += values
    return f"WITH {', '.join(queries)} SELECT"


def _renumbered(part: Part, before: int) -> Part:
    return _PARAMETER.sub(lambda found: f"${int(found[1]) + before}", part)
