"""The relay: carries recorded events to JetStream in order, each exactly once."""

import asyncio
from contextlib import suppress
from typing import NoReturn

from asyncpg import Pool, Record
from nats.errors import Error as NatsError

from chassis import telemetry
from chassis.bus import Bus
from chassis.db import Connected
from chassis.leader import COMMIT_WITHOUT_WAITING, leading
from chassis.logs import told
from chassis.outbox.publish import BATCH, publish
from chassis.outbox.recovery import RECORD, recover
from chassis.telemetry import log

BUSY = 10
"""Where so many events go out in a batch, others come soon. A lone event never waits for any."""

LINGER_SECONDS = 0.05
"""Those that come meanwhile go together: every batch costs the relay, the bus and each listener a
round of its own."""

POLL_SECONDS = 5.0
"""The safety net under the kicks."""

RESTART_SECONDS = 0.5

# The rows under way are left out by name: a smaller position may have become visible meanwhile,
# and its aggregate's next event must not overtake it.
NEXT = """
    SELECT position, id, subject, body
      FROM (SELECT position FROM outbox
             WHERE position <> ALL($1::bigint[])
             ORDER BY position
             LIMIT $2) AS waiting
     CROSS JOIN LATERAL (
           -- looked up one by one (OFFSET): few wait, and the log is long
           SELECT id, subject, body FROM events WHERE events.position = waiting.position OFFSET 0
           ) AS event
     ORDER BY position
"""

BACKLOG = "SELECT count(*) FROM outbox"


class Relay:
    """One service's relay. Replicas stand by; `kick` may be called on any of them."""

    def __init__(self, pool: Pool, bus: Bus, service: str) -> None:
        self._pool = pool
        self._bus = bus
        self._stream = service
        self._kicked = asyncio.Event()
        self._is_leader = False
        self._is_in_doubt = True
        self._has_news = False
        self._next_kick: asyncio.TimerHandle | None = None
        self._calls: set[asyncio.Task[None]] = set()
        """Under way: a task that nobody holds may be lost."""
        self.fault: str | None = None
        """Why nothing is relayed at the moment, as a sentence; None while all is well."""

    def kick(self) -> None:
        """Something was committed: look at once."""
        if self._is_leader:
            self._kicked.set()
        elif self._next_kick:
            self._has_news = True
        elif self._bus.is_up:
            loop = asyncio.get_running_loop()
            call = loop.create_task(self._kick_leader())
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)
            self._next_kick = loop.call_later(LINGER_SECONDS, self._kick_again)

    async def run(self) -> NoReturn:
        await self._bus.connected.wait()
        await self._bus.client.subscribe(f"kick.{self._stream}", cb=self._on_kick)
        self._bus.on_reconnect(self._doubt)
        while True:
            try:
                async with leading(self._pool, "relay") as db:
                    self._is_leader = True
                    await self._relay(db)
            except Exception as fault:
                self.fault = str(fault) or type(fault).__name__
                log.warning("relay_restarts", fault=told(fault))
            finally:
                self._is_leader = False
            await asyncio.sleep(RESTART_SECONDS)

    async def _relay(self, db: Connected) -> NoReturn:
        await db.execute(COMMIT_WITHOUT_WAITING)  # what a crash forgets, recover() finds again
        last = 0
        self._is_in_doubt = True
        while True:
            if self._is_in_doubt:
                self._is_in_doubt = False
                last = await recover(db, self._bus, self._stream)
                self.fault = None
            self._kicked.clear()
            batch = await db.fetch(NEXT, [], BATCH)
            telemetry.outbox_backlog.set(len(batch))
            if batch:
                last = await self._send(db, batch, last)
                if len(batch) >= BUSY:
                    await asyncio.sleep(LINGER_SECONDS)
            else:
                await self._rest()

    async def _send(self, db: Connected, batch: list[Record], last: int) -> int:
        """Publish a batch and, while they are full, the ones behind it. Returns the new last.

        While one is on its way, the one before is recorded and the next one read.
        """
        arrived: tuple[int, list[int]] | None = None
        while batch:
            positions = [row["position"] for row in batch]
            publishing = asyncio.ensure_future(publish(self._bus, batch, last))
            try:
                if arrived:
                    await db.execute(RECORD, *arrived)
                following = await db.fetch(NEXT, positions, BATCH) if len(batch) == BATCH else []
            finally:
                last = await publishing
            telemetry.relayed.add(len(batch))
            telemetry.relay_batches.record(len(batch))
            arrived, batch = (last, positions), following
        if arrived:
            await db.execute(RECORD, *arrived)
        return last

    async def _rest(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL_SECONDS):  # wait_for may swallow a cancellation
                await self._kicked.wait()

    async def _kick_leader(self) -> None:
        try:
            await self._bus.client.publish(f"kick.{self._stream}")
        except NatsError as fault:
            log.info("kick_lost", fault=told(fault))  # the leader polls

    def _kick_again(self) -> None:
        """For all that was committed since the last one."""
        self._next_kick = None
        if self._has_news:
            self._has_news = False
            self.kick()

    def _doubt(self) -> None:
        """A bus that was away may be back without what it had."""
        self._is_in_doubt = True
        self._kicked.set()

    async def _on_kick(self, _msg: object) -> None:
        self._kicked.set()
