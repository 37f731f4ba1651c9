"""Tells those who watch that the figures moved, soon after they did and not before."""

import asyncio
from collections.abc import AsyncIterator
from typing import NoReturn
from uuid import uuid4

from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from chassis.bus import Bus
from chassis.telemetry import log

KICK = "kick.reporting"
"""Core NATS: a replica that stands by has watchers too."""

GATHER_SECONDS = 1.0
"""However much moves, nobody is told oftener."""


class Live:
    """One for each process. At rest nothing runs here but waiting."""

    def __init__(self) -> None:
        self._name = uuid4().bytes
        self._own = 0
        self._all = 0
        self._moved = asyncio.Event()

    def stir(self) -> None:
        """This process committed something."""
        self._own += 1
        self._wake()

    async def run(self, bus: Bus) -> NoReturn:
        """Carry our commits to the other replicas and theirs to us."""
        await bus.connected.wait()
        await bus.client.subscribe(KICK, cb=self._on_kick)
        told = self._own
        while True:
            while self._own == told:
                await self._moved.wait()
            told = self._own
            try:
                await bus.client.publish(KICK, self._name)
            except NatsError as fault:
                log.info("kick_lost", fault=type(fault).__name__)
            await asyncio.sleep(GATHER_SECONDS)

    async def moves(self) -> AsyncIterator[int]:
        """A growing number, at once and then whenever something moved."""
        while True:
            seen = self._all
            yield seen
            await asyncio.sleep(GATHER_SECONDS)
            while self._all == seen:
                await self._moved.wait()

    async def _on_kick(self, msg: Msg) -> None:
        if msg.data != self._name:
            self._wake()

    def _wake(self) -> None:
        """Whoever waits holds the old event; whoever comes now looks at the counters first."""
        self._all += 1
        self._moved.set()
        self._moved = asyncio.Event()
