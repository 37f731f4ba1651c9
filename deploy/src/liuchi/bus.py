"""The streams and durables that the CATALOGUE asks for: planned, compared and made."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from chassis.bus import Bus, BusRefused
from chassis.pull import consumer_config
from contracts import SERVICES, durable, heard, speakers_heard_by

Config = dict[str, Any]

ONE_SECOND = 1_000_000_000
NOT_FOUND = (10014, 10059)
CONSUMER_EXISTS = 10148


@dataclass(frozen=True)
class Item:
    """One stream or durable: what the CATALOGUE wants against what the server has."""

    stream: str
    durable: str | None
    wanted: Config
    found: Config | None = None

    @property
    def name(self) -> str:
        return f"durable {self.durable}" if self.durable else f"stream {self.stream}"

    @property
    def drift(self) -> dict[str, tuple[Any, Any]]:
        """Field -> (wanted, found). The server leaves out what is zero or false."""
        found = self.found or {}
        return {
            name: (value, found.get(name))
            for name, value in self.wanted.items()
            if (found.get(name) or None) != (value or None)
        }

    @property
    def state(self) -> str:
        if self.found is None:
            return "missing"
        return "drift" if self.drift else "same"

    @property
    def is_wrong(self) -> bool:
        return self.state != "same"


def stream_config(speaker: str, replicas: int = 1) -> Config:
    """Everything a service says, kept for ever, in batches that are stored whole or not at all."""
    return {
        "name": speaker,
        "subjects": [f"{speaker}.>"],
        "storage": "file",
        "retention": "limits",
        "discard": "old",
        "max_age": 0,
        "max_bytes": -1,
        "max_msgs": -1,
        "max_msgs_per_subject": -1,
        "num_replicas": replicas,
        "allow_atomic": True,
        "allow_direct": True,
        "deny_delete": True,
        "deny_purge": True,
        # The relay's fence keeps copies out. The window is a cache and only costs memory.
        "duplicate_window": ONE_SECOND,
    }


async def plan(bus: Bus, replicas: int = 1) -> list[Item]:
    """Compare, change nothing. `bus` is connected as the operator."""
    return [await _look(bus, item) for item in _wanted(replicas)]


async def apply(bus: Bus, replicas: int = 1) -> list[Item]:
    """Make what is missing and mend what drifted. Returns these items; deletes nothing, ever.

    Raises BusRefused when the server will not change a field of an existing stream.
    """
    changed = [item for item in await plan(bus, replicas) if item.is_wrong]
    for item in changed:
        await _make(bus, item)
    return changed


def _wanted(replicas: int) -> Iterator[Item]:
    for service in SERVICES:
        yield Item(service, None, stream_config(service, replicas))
    for listener in SERVICES:
        for speaker in speakers_heard_by(listener):
            name = durable(listener, speaker)
            subjects = [f"{event_type}.>" for event_type in heard(listener, speaker)]
            yield Item(speaker, name, consumer_config(name, subjects))


async def _look(bus: Bus, item: Item) -> Item:
    place = f"CONSUMER.INFO.{item.stream}.{item.durable}"
    try:
        answer = await bus.api(place if item.durable else f"STREAM.INFO.{item.stream}")
    except BusRefused as refusal:
        if refusal.code in NOT_FOUND:
            return item
        raise
    return replace(item, found=answer["config"])


async def _make(bus: Bus, item: Item) -> None:
    """Where a durable begins is its listener's business; one that is new begins at the first."""
    config = {**(item.found or {}), **item.wanted}
    if item.durable:
        action = "update" if item.found else "create"
        request = {"stream_name": item.stream, "config": config, "action": action}
        try:
            await bus.api(f"CONSUMER.CREATE.{item.stream}.{item.durable}", request)
        except BusRefused as refusal:
            if refusal.code != CONSUMER_EXISTS:  # then its listener was quicker
                raise
    else:
        verb = "UPDATE" if item.found else "CREATE"
        await bus.api(f"STREAM.{verb}.{item.stream}", config)
