"""The whole system as `make up` starts it, with a register and without the demonstration city."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from liuchi.demo import areas
from liuchi.demo.client import Client, connected
from liuchi.demo.progress import Unwatched
from liuchi.demo.register import read
from liuchi.settings import settings
from liuchi.stack import Stack
from liuchi.up import down, up
from tests.servers import free_port

PORTS = ("intake", "grid", "volunteer", "reporting", "nats", "postgres")
UNLIMITED = str(10**7)


@dataclass(frozen=True)
class Town:
    """Four services under way, and the villages of their register."""

    stack: Stack
    client: Client
    villages: list[str]

    async def settles(self) -> None:
        """Return when all that intake said was handled by everybody."""
        await self.client.settles("intake", "volunteer", "reporting")
        await self.client.settles("volunteer", "intake")


@asynccontextmanager
async def town() -> AsyncIterator[Town]:
    """With nobody on duty, so that no case is dispatched by itself."""
    with tempfile.TemporaryDirectory() as folder:
        async with whole_system(Path(folder) / "home") as stack, connected(stack, 1) as client:
            places = read()
            await areas.load(client, Unwatched(), places)
            await client.settles("grid", "intake", "volunteer", "reporting")
            villages = [place.code for place in places if place.level == "village"]
            yield Town(stack, client, villages)


@asynccontextmanager
async def whole_system(home: Path) -> AsyncIterator[Stack]:
    stack = Stack(settings(home, **{f"{name}_port": free_port() for name in PORTS}))
    (intake,) = (one for one in stack.services if one.name == "intake")
    intake.environment["INTAKE_FILINGS_A_MINUTE"] = UNLIMITED  # all come from one address
    console = Console(quiet=True)
    try:
        await asyncio.to_thread(up, stack, console)
        yield stack
    finally:
        await asyncio.to_thread(down, stack, console)
