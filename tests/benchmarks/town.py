"""The whole system as `make up` starts it, with a register and without the demonstration city.

Intake runs twice: one Python process keeps one core busy at most.
"""

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
from liuchi.processes import HOST
from liuchi.service_process import ServiceProcess
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
    ports: list[int]
    """Of the replicas of intake; who asks goes round, as a gateway would."""

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
            async with _replica(stack) as port:
                yield Town(stack, client, villages, [stack.settings.intake_port, port])


@asynccontextmanager
async def whole_system(home: Path) -> AsyncIterator[Stack]:
    stack = Stack(settings(home, **{f"{name}_port": free_port() for name in PORTS}))
    _intake(stack).environment["INTAKE_FILINGS_A_MINUTE"] = UNLIMITED  # all come from one address
    console = Console(quiet=True)
    try:
        await asyncio.to_thread(up, stack, console)
        yield stack
    finally:
        await asyncio.to_thread(down, stack, console)


@asynccontextmanager
async def _replica(stack: Stack) -> AsyncIterator[int]:
    """Another intake on the same database and bus; its port."""
    port = free_port()
    environment = {**_intake(stack).environment, "INTAKE_PORT": str(port)}
    folder = stack.settings.home / "replica"
    process = ServiceProcess("intake", f"http://{HOST}:{port}", folder, environment)
    await asyncio.to_thread(process.start)
    try:
        await asyncio.to_thread(process.await_ready)
        yield port
    finally:
        await asyncio.to_thread(process.stop)


def _intake(stack: Stack) -> ServiceProcess:
    (intake,) = (one for one in stack.services if one.name == "intake")
    return intake
