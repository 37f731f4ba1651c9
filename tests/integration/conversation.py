"""Talk to real services: say something to them, wait for what they say, wait until all is done."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from asyncpg import Pool
from nats.js.errors import NotFoundError
from uuid_utils.compat import uuid7

from chassis.bus import Bus, BusRefused
from contracts import (
    CONTENT_TYPE,
    Envelope,
    Event,
    decode,
    durable,
    nats_subject,
    speakers_heard_by,
)

E = TypeVar("E", bound=Event)

POLL_SECONDS = 0.01


@dataclass
class Conversation:
    """`bus` is the operator's; `pools` are the databases of the services that take part."""

    bus: Bus
    pools: Mapping[str, Pool] = field(default_factory=dict)
    _read: dict[type[Event], int] = field(default_factory=dict)

    async def hears(
        self, event: Event, stream: str, version: int = 1, event_id: UUID | None = None
    ) -> Envelope:
        """Put the event on the bus as its speaker would; `stream` is the log stream, `case-…`."""
        envelope = Envelope(event_id or uuid7(), stream, version, event)
        await self.puts(nats_subject(event), envelope.to_json(), str(envelope.id))
        return envelope

    async def puts(self, subject: str, body: bytes, event_id: str = "") -> int:
        """Put any bytes on the bus, a poison message for instance. Returns its sequence."""
        headers = {"Content-Type": CONTENT_TYPE, "Nats-Msg-Id": event_id or str(uuid7())}
        acknowledged = await self.bus.client.jetstream().publish(subject, body, headers=headers)
        return acknowledged.seq

    async def says(self, kind: type[E], within: float = 5) -> E:
        """The next event of this kind, in order. Fails after `within` seconds of silence."""
        envelope = await self.says_envelope(kind, within)
        assert isinstance(envelope.event, kind)
        return envelope.event

    async def says_envelope(self, kind: type[Event], within: float = 5) -> Envelope:
        async with asyncio.timeout(within):
            while True:
                if found := await self._next(kind):
                    return found
                await asyncio.sleep(POLL_SECONDS)

    async def all_said(self, stream: str) -> list[Envelope]:
        """Everything in a JetStream stream, in order."""
        last = (await self.bus.api(f"STREAM.INFO.{stream}"))["state"]["last_seq"]
        jetstream = self.bus.client.jetstream()
        messages = [await jetstream.get_msg(stream, seq, direct=True) for seq in range(1, last + 1)]
        return [decode(message.data or b"") for message in messages]

    async def settles(self, within: float = 30) -> None:
        """Every outbox is empty and every durable of the services taking part has handled all.

        Handling may say something new, so it must hold twice in a row.
        """
        async with asyncio.timeout(within):
            in_a_row = 0
            while in_a_row < 2:
                in_a_row = in_a_row + 1 if await self._is_settled() else 0
                await asyncio.sleep(POLL_SECONDS)

    async def _next(self, kind: type[Event]) -> Envelope | None:
        speaker, after = kind.type.partition(".")[0], self._read.get(kind, 0)
        jetstream = self.bus.client.jetstream()
        try:
            message = await jetstream.get_msg(
                speaker, after + 1, subject=f"{kind.type}.>", next=True, direct=True
            )
        except NotFoundError:
            return None
        assert message.seq is not None
        self._read[kind] = message.seq
        return decode(message.data or b"")

    async def _is_settled(self) -> bool:
        for service, pool in self.pools.items():
            if await pool.fetchval("SELECT count(*) FROM outbox"):
                return False
            for speaker in speakers_heard_by(service):
                if await self._unhandled(speaker, durable(service, speaker)):
                    return False
        return True

    async def _unhandled(self, stream: str, consumer: str) -> int:
        """A durable that is being made anew counts as behind."""
        try:
            info = await self.bus.api(f"CONSUMER.INFO.{stream}.{consumer}")
        except BusRefused:
            return 1
        unhandled: int = info["num_pending"] + info["num_ack_pending"]
        return unhandled
