"""One batch of events to a stream, all or none.

Every stream has one writer, so the writer knows the stream's last sequence and says so with each
atomic batch (ADR-50): a zombie, a lost acknowledgement or a double start cannot add, repeat or
reorder anything.
"""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from chassis.bus import ANSWER_SECONDS, Bus, accepted
from contracts import CONTENT_TYPE

BATCH = 500
"""Events in an atomic batch; the server allows 1,000."""


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
