"""Read a JetStream stream from a known place: overlapped pulls, one inbox callback.

nats-py's own `fetch` leaves the wire idle between batches and keeps a lone message waiting; here
the next request is on its way while a batch is handled, and what has come is handed out at once.
The database says where to begin; what the server remembers of a durable is only for operators.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from nats.aio.msg import Msg

from chassis.bus import API, Bus, BusRefused

EXPIRES_SECONDS = 60
HEARTBEAT_SECONDS = 15
NANOSECONDS = 1_000_000_000
CONSUMER_NOT_FOUND = 10014
ACK_TOKENS = 9
"""`$JS.ACK.<stream>.<durable>.<delivered>.<sequence>.<consumer sequence>.<time>.<pending>`; the
newer form has domain and account in front and a random token behind."""
PENDING = 3
"""Tokens from the sequence to the number of messages that wait."""


class ListeningLost(Exception):  # noqa: N818 - a cue to begin again from the checkpoint
    """Messages may be missing from here on."""


class Message(NamedTuple):
    sequence: int
    """In the JetStream stream."""
    subject: str
    body: bytes
    reply: str = ""
    pending: int = 0
    """Messages that wait on the server behind this one."""


def consumer_config(durable: str, subjects: list[str]) -> dict[str, Any]:
    """What a durable looks like on the server, whoever makes it."""
    return {
        "durable_name": durable,
        "ack_policy": "all",
        "ack_wait": 60 * NANOSECONDS,
        "max_ack_pending": 65_536,
        "max_deliver": -1,
        "filter_subjects": subjects,
        "replay_policy": "instant",
    }


@asynccontextmanager
async def pulling(
    bus: Bus, stream: str, durable: str, subjects: list[str], after: int, most: int
) -> AsyncIterator["Pull"]:
    """Make the durable anew so that it begins behind sequence `after`, and read on from there."""
    await _begin(bus, stream, durable, subjects, after)
    inbox = bus.client.new_inbox()
    pull = Pull(bus, f"{API}CONSUMER.MSG.NEXT.{stream}.{durable}", inbox, most)
    subscription = await bus.client.subscribe(
        inbox, cb=pull.take, pending_msgs_limit=-1, pending_bytes_limit=-1
    )
    forget = bus.on_reconnect(lambda: pull.lose("the connection was made anew"))
    try:
        yield pull
    finally:
        forget()
        if bus.is_up:
            await subscription.unsubscribe()


async def _begin(bus: Bus, stream: str, durable: str, subjects: list[str], after: int) -> None:
    config = consumer_config(durable, subjects)
    config |= {"deliver_policy": "by_start_sequence", "opt_start_seq": after + 1}
    try:
        await bus.api(f"CONSUMER.DELETE.{stream}.{durable}")
    except BusRefused as refusal:
        if refusal.code != CONSUMER_NOT_FOUND:
            raise
    await bus.api(
        f"CONSUMER.CREATE.{stream}.{durable}",
        {"stream_name": stream, "config": config, "action": "create"},
    )


class Pull:
    """Messages in order, each once; ListeningLost as soon as that cannot be promised."""

    def __init__(self, bus: Bus, next_subject: str, inbox: str, most: int) -> None:
        self._bus = bus
        self._next_subject = next_subject
        self._inbox = inbox
        self._most = most
        self._arrived: list[Message] = []
        self._asked_for = 0
        self._consumer_sequence = 0
        self._fault: str | None = None
        self._stirred = asyncio.Event()

    async def batch(self) -> list[Message]:
        """All that has come, at most `most`, at least one. Waits for it."""
        while True:
            if self._fault:
                raise ListeningLost(self._fault)
            await self._ask()
            if self._arrived:
                batch, self._arrived = self._arrived[: self._most], self._arrived[self._most :]
                return batch
            self._stirred.clear()
            try:
                async with asyncio.timeout(HEARTBEAT_SECONDS * 2 + 1):
                    await self._stirred.wait()
            except TimeoutError:
                raise ListeningLost("the server fell silent") from None

    async def ack(self, last: Message) -> None:
        """Tell operators how far we are. Losing it loses nothing."""
        await self._bus.client.publish(last.reply, b"+ACK")

    async def take(self, msg: Msg) -> None:
        """The inbox callback."""
        if msg.reply:
            self._take_message(msg)
        else:
            self._take_status(msg.headers or {})
        self._stirred.set()

    def lose(self, why: str) -> None:
        self._fault = self._fault or why
        self._stirred.set()

    async def _ask(self) -> None:
        if self._asked_for > self._most or len(self._arrived) > self._most:
            return
        self._asked_for += self._most
        request = {
            "batch": self._most,
            "expires": EXPIRES_SECONDS * NANOSECONDS,
            "idle_heartbeat": HEARTBEAT_SECONDS * NANOSECONDS,
        }
        await self._bus.client.publish(
            self._next_subject, json.dumps(request).encode(), self._inbox
        )

    def _take_message(self, msg: Msg) -> None:
        tokens = msg.reply.split(".")
        place = 5 if len(tokens) == ACK_TOKENS else 7
        consumer_sequence = int(tokens[place + 1])
        if consumer_sequence != self._consumer_sequence + 1:
            self.lose(f"delivery {self._consumer_sequence + 1} is missing")
            return
        self._consumer_sequence = consumer_sequence
        self._asked_for -= 1
        sequence, pending = int(tokens[place]), int(tokens[place + PENDING])
        self._arrived.append(Message(sequence, msg.subject, msg.data, msg.reply, pending))

    def _take_status(self, headers: dict[str, str]) -> None:
        match headers.get("Status"):
            case "100":
                pass  # a heartbeat: being heard is its message
            case "404" | "408":
                self._asked_for -= int(headers.get("Nats-Pending-Messages", self._most))
            case status:
                self.lose(f"{status} {headers.get('Description', '')}")
