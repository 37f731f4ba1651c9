"""Read along with what the services say, without a trace on the server."""

from collections.abc import AsyncIterator

from chassis.bus import API, Bus
from chassis.pull import Message, Pull
from contracts import SERVICES
from liuchi.processes import StackError

TYPE_TOKENS = 4
"""`<service>.<noun>.<participle>.v<major>`"""

MOST = 500
IDLE_NANOSECONDS = 60_000_000_000
"""The server forgets the reader's consumer when it has been gone for so long."""


def streams(event_type: str) -> list[str]:
    """The streams that can hold such a type. Raises StackError when no service says it."""
    speaker = event_type.partition(".")[0]
    if speaker in ("*", ""):
        return list(SERVICES)
    if speaker in SERVICES:
        return [speaker]
    raise StackError(f"No service says {event_type}: types begin with {', '.join(SERVICES)} or *.")


def pattern(stream: str, event_type: str, area: str) -> str:
    """The NATS subject that matches this begin of a type and the area as far as its county."""
    words = [stream, *event_type.split(".")[1:]]
    words += ["*"] * (TYPE_TOKENS - len(words))
    places = [area[start : start + 2] for start in (0, 2, 4)]
    words += [place for place in places if place not in ("", "00")]
    return ".".join(words) if len(words) == TYPE_TOKENS + 3 else ".".join([*words, ">"])


async def tail(
    bus: Bus, stream: str, subject: str, back: int, is_followed: bool
) -> AsyncIterator[Message]:
    """Messages on the subject, from `back` before the stream's end; for ever, if followed."""
    last = (await bus.api(f"STREAM.INFO.{stream}"))["state"]["last_seq"]
    begin = {"deliver_policy": "by_start_sequence", "opt_start_seq": max(last - back, 0) + 1}
    reading = {"filter_subject": subject, "ack_policy": "none", "replay_policy": "instant"}
    config = {**begin, **reading, "inactive_threshold": IDLE_NANOSECONDS}
    consumer = await bus.api(f"CONSUMER.CREATE.{stream}", {"stream_name": stream, "config": config})
    inbox = bus.client.new_inbox()
    pull = Pull(bus, f"{API}CONSUMER.MSG.NEXT.{stream}.{consumer['name']}", inbox, MOST)
    await bus.client.subscribe(inbox, cb=pull.take)
    unread = consumer["num_pending"]
    while is_followed or unread > 0:
        for message in await pull.batch():
            unread -= 1
            yield message
