"""What the whole system costs while nobody asks it anything."""

import asyncio
import tempfile
from pathlib import Path

import psutil
from rich.console import Console

from liuchi.settings import settings
from liuchi.stack import Stack
from liuchi.up import down, up
from tests.benchmarks.measure import Ratio
from tests.benchmarks.world import World
from tests.servers import free_port

PORTS = ("intake", "grid", "volunteer", "reporting", "nats", "postgres")
QUIET_SECONDS = 10
MEASURED_SECONDS = 60


async def idle(_world: World) -> Ratio:
    with tempfile.TemporaryDirectory() as folder:
        ports = {f"{name}_port": free_port() for name in PORTS}
        stack = Stack(settings(Path(folder) / "home", **ports))
        console = Console(quiet=True)
        await asyncio.to_thread(up, stack, console)
        try:
            await asyncio.sleep(QUIET_SECONDS)
            before = _cpu_seconds(stack)
            await asyncio.sleep(MEASURED_SECONDS)
            used = _cpu_seconds(stack) - before
        finally:
            await asyncio.to_thread(down, stack, console)
    percent = 100 * used / MEASURED_SECONDS
    return Ratio("idle CPU of the whole system", "% of a core", percent, 1, 3, 1, True)


def _cpu_seconds(stack: Stack) -> float:
    programs = [one.program for one in (*stack.services, stack.nats, stack.postgres) if one]
    processes = [psutil.Process(pid) for one in programs if (pid := one.pid())]
    everybody = [child for one in processes for child in (one, *one.children(recursive=True))]
    times = [one.cpu_times() for one in everybody if one.is_running()]
    return sum(one.user + one.system for one in times)
