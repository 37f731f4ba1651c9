"""Reads that belong together: one instant, one generation of the tables, one set of definitions."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from asyncpg import Pool
from fastapi import Depends, Request

from chassis.acquire import acquired
from chassis.db import Db
from reporting.metric_files import Metrics
from reporting.tables import generation
from reporting.tables.generation import Generation

# Before anything is read: the snapshot is taken after it, so a switch is seen whole or not at all.
HOLD = "LOCK TABLE definitions, facts, cube, memberships, cases, areas IN ACCESS SHARE MODE"


class Reader:
    def __init__(self, pool: Pool, shipped: Metrics) -> None:
        self._pool = pool
        self.shipped = shipped
        self._known: Generation | None = None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[tuple[Db, Generation]]:
        async with (
            acquired(self._pool) as db,
            db.transaction(isolation="repeatable_read", readonly=True),
        ):
            await db.execute(HOLD)
            self._known = await generation.look(db, self._known, self.shipped)
            yield db, self._known


def _reader_of(request: Request) -> Reader:
    reader: Reader = request.app.state.reader
    return reader


Reads = Annotated[Reader, Depends(_reader_of)]
