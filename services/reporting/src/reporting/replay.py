"""Streams read again from their first event, to count them by the metrics of this release."""

from collections.abc import Sequence
from dataclasses import replace

from asyncpg import Pool

from chassis.bus import Bus
from chassis.db import Connected, Db
from chassis.listen import Listener, handle_batch
from chassis.pull import Message, pulling
from reporting.metric_files import Metrics
from reporting.projection import effects, store
from reporting.rules import compiled
from reporting.subscribers import listeners
from reporting.tables import cube

SUFFIX = "-rebuild"


class Counting:
    """By the shipped metrics. The cube is left out at first, and then filled from the facts."""

    def __init__(self, shipped: Metrics) -> None:
        self._shipped = shipped
        self._rules = compiled(shipped.values())
        self._is_filled = False

    def listeners(self) -> list[Listener]:
        return [replace(listener, handle=self._count) for listener in listeners(self._shipped)]

    async def fill_cube(self, db: Db) -> None:
        await cube.fill(db, [one.id for one in self._shipped.values() if one.kind == "distinct"])
        self._is_filled = True

    async def _count(self, db: Db, messages: Sequence[Message]) -> None:
        done = effects(messages, self._rules)
        await store(db, done, self._rules, sums=self._is_filled)


class Replay:
    """One speaker's stream, read into the tables beside."""

    def __init__(self, listener: Listener) -> None:
        self.live = listener.durable
        self.listener = replace(listener, durable=listener.durable + SUFFIX)
        self.after = 0
        self.events = 0

    async def read_to(self, pool: Pool, bus: Bus, target: int) -> None:
        """Count what is heard up to and with sequence `target`."""
        if self.after >= target:
            return
        one = self.listener
        async with (
            pool.acquire() as db,
            pulling(bus, one.stream, one.durable, one.subjects, self.after, one.most) as pull,
        ):
            while self.after < target:
                batch = await pull.batch()
                await self._count(db, [each for each in batch if each.sequence <= target])
                await pull.ack(batch[-1])
                if batch[-1].sequence >= target or not batch[-1].pending:
                    self.after = target

    async def _count(self, db: Connected, batch: Sequence[Message]) -> None:
        if batch:
            await handle_batch(self.listener, db, batch)
            self.after = batch[-1].sequence
            self.events += len(batch)
