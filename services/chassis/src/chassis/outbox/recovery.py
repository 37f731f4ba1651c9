"""After any doubt the stream itself is read to learn what arrived; what it lost is sent again."""

import json
from collections.abc import Sequence
from uuid import UUID

from asyncpg import Pool, Record

from chassis.bus import ANSWER_SECONDS, Bus
from chassis.db import Connected
from chassis.leader import leading
from chassis.outbox.publish import BATCH, publish
from chassis.telemetry import log

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
