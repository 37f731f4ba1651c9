"""The relay: carries recorded events to JetStream in order, each exactly once.

Every stream has one writer, so the writer knows the stream's last sequence and says so with each
atomic batch (ADR-50): a zombie, a lost acknowledgement or a double start cannot add, repeat or
reorder anything. After any doubt the stream itself is read to learn what arrived.
"""

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NoReturn
from uuid import UUID, uuid4

from asyncpg import Pool, Record
from nats.errors import Error as NatsError

from chassis import telemetry
from chassis.bus import Bus, accepted
from chassis.db import Connected
from chassis.leader import COMMIT_WITHOUT_WAITING, leading
from chassis.logs import told
from chassis.telemetry import log
from contracts import CONTENT_TYPE

BATCH = 500
"""Events in an atomic batch; the server allows 1,000."""

BUSY = 10
"""Where so many events go out in a batch, others come soon. A lone event never waits for any."""

LINGER_SECONDS = 0.05
"""Those that come meanwhile go together: every batch costs the relay, the bus and each listener a
round of its own."""

POLL_SECONDS = 5.0
"""The safety net under the kicks."""

RESTART_SECONDS = 0.5
ANSWER_SECONDS = 5.0

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

RECORD = """
    WITH gone AS (DELETE FROM outbox WHERE position = ANY($2::bigint[]))
    INSERT INTO relayed (last_sequence, positions) VALUES ($1, $2)
"""

LAST = """
    SELECT last_sequence, id
      FROM relayed JOIN events ON events.position = relayed.positions[cardinality(positions)]
     ORDER BY last_sequence DESC
     LIMIT 1
"""

WAITING = "SELECT id, position FROM outbox JOIN events USING (position) WHERE id = ANY($1::uuid[])"

BACKLOG = "SELECT count(*) FROM outbox"

# In the order they went out, with the sequence each had.
SENT = """
    SELECT last_sequence - cardinality(positions) + place AS sequence, id, subject, body
      FROM relayed,
           unnest(positions) WITH ORDINALITY AS sent (position, place)
           JOIN events USING (position)
     WHERE last_sequence > $1
       AND last_sequence - cardinality(positions) + place > $1
     ORDER BY 1
"""


class BusDisagrees(Exception):  # noqa: N818 - an operator must look
    """What stands in the stream is not what this service recorded."""


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


async def publish(bus: Bus, batch: Sequence[Any], last: int) -> int:
    """Publish rows (id, subject, body) behind sequence `last`, all or none. Returns the new last.

    Raises BusRefused when `last` is not the stream's last sequence, TimeoutError when nobody knows.
    """
    client = bus.client
    fence = {"Nats-Expected-Last-Sequence": str(last)}
    batch_id = uuid4().hex
    for place, row in enumerate(batch[:-1], 1):
        headers = {
            "Content-Type": CONTENT_TYPE,
            "Nats-Msg-Id": str(row["id"]),
            "Nats-Batch-Id": batch_id,
            "Nats-Batch-Sequence": str(place),
        }
        await client.publish(row["subject"], row["body"].encode(), headers=headers | fence)
        fence = {}
    final = batch[-1]
    headers = {"Content-Type": CONTENT_TYPE, "Nats-Msg-Id": str(final["id"])} | fence
    if len(batch) > 1:
        headers |= {
            "Nats-Batch-Id": batch_id,
            "Nats-Batch-Sequence": str(len(batch)),
            "Nats-Batch-Commit": "1",
        }
    answer = await client.request(
        final["subject"], final["body"].encode(), timeout=ANSWER_SECONDS, headers=headers
    )
    sequence: int = accepted(answer.data)["seq"]
    return sequence


async def recover(db: Connected, bus: Bus, stream: str) -> int:
    """Read the stream past the recorded sequence; forget what is already there. Returns its last.

    Raises BusDisagrees when the stream lost events or holds some that are not ours.
    """
    row = await db.fetchrow(LAST)
    recorded: int = row["last_sequence"] if row else 0
    last: int = (await bus.api(f"STREAM.INFO.{stream}"))["state"]["last_seq"]
    if last < recorded:
        raise BusDisagrees(
            f"the stream {stream} ends at {last}, {recorded} were relayed: run `liuchi bus restore`"
        )
    if row and (found := await _id_at(bus, stream, recorded)) not in (row["id"], None):
        raise BusDisagrees(f"the stream {stream} holds event {found} at {recorded}: it is not ours")
    if last > recorded:
        await _record_arrived(db, bus, stream, recorded, last)
    return last


async def _record_arrived(db: Connected, bus: Bus, stream: str, recorded: int, last: int) -> None:
    arrived = [await _id_at(bus, stream, sequence) for sequence in range(recorded + 1, last + 1)]
    positions = {row["id"]: row["position"] for row in await db.fetch(WAITING, arrived)}
    if strange := [str(one) for one in arrived if one not in positions]:
        raise BusDisagrees(f"the stream {stream} holds events that are not ours: {strange[:3]}")
    await db.execute(RECORD, last, [positions[one] for one in arrived if one])
    log.info("relay_recovered", events=len(arrived))


async def _id_at(bus: Bus, stream: str, sequence: int) -> UUID | None:
    """Event id at a sequence; None when the message is no longer there."""
    request = json.dumps({"seq": sequence}).encode()
    answer = await bus.client.request(f"$JS.API.DIRECT.GET.{stream}", request, ANSWER_SECONDS)
    found = (answer.headers or {}).get("Nats-Msg-Id")
    return UUID(found) if found else None


async def restore(pool: Pool, bus: Bus, stream: str) -> int:
    """Refill a stream that lost its end, or everything, from the service's own log.

    Same ids, same order, same sequence numbers, so no listener notices. Returns the events sent.
    """
    async with leading(pool, "relay") as db, db.transaction():
        last: int = (await bus.api(f"STREAM.INFO.{stream}"))["state"]["last_seq"]
        sent, batch = 0, []
        async for row in db.cursor(SENT, last, prefetch=BATCH):
            batch.append(row)
            if len(batch) == BATCH:
                last, sent, batch = await _resend(bus, batch, last), sent + BATCH, []
        if batch:
            await _resend(bus, batch, last)
        return sent + len(batch)


async def _resend(bus: Bus, batch: Sequence[Record], last: int) -> int:
    if batch[0]["sequence"] != last + 1:
        raise BusDisagrees(f"the log continues at {batch[0]['sequence']}, the stream at {last + 1}")
    return await publish(bus, batch, last)
