"""`make bench`: one table of ratios, and the same as JSON in .liuchi/bench.json."""

import json
import sys
import tempfile
from pathlib import Path

import uvloop
from rich.console import Console
from rich.table import Table

from tests.benchmarks.commands import commands
from tests.benchmarks.idle import idle
from tests.benchmarks.latency import latency
from tests.benchmarks.lifecycle import lifecycle
from tests.benchmarks.measure import Ratio
from tests.benchmarks.policy import policies
from tests.benchmarks.projection import projection, rebuilding
from tests.benchmarks.relay import relay
from tests.benchmarks.spikes import spikes
from tests.benchmarks.world import World
from tests.servers import Servers

BENCHMARKS = (
    projection,
    commands,
    relay,
    policies,
    rebuilding,
    latency,
    idle,
    lifecycle,
    spikes,
)
WRITTEN = Path(".liuchi/bench.json")


async def measure(names: list[str]) -> list[Ratio]:
    with tempfile.TemporaryDirectory() as folder:
        servers = Servers.start(Path(folder))
        try:
            chosen = [one for one in BENCHMARKS if not names or one.__name__ in names]
            found: list[Ratio] = []
            for benchmark in chosen:
                measured = await benchmark(World(servers))
                found += measured if isinstance(measured, list) else [measured]
            return found
        finally:
            servers.stop()


def show(ratios: list[Ratio]) -> None:
    table = Table("what", "ours", "yardstick", "ratio", "at least", "aim", "reached")
    for one in ratios:
        sides = (f"{one.ours:,.0f} {one.unit}", f"{one.yardstick:,.0f} {one.unit}")
        numbers = (f"{one.ratio:.2f}", f"{one.target:g}", f"{one.aim:g}")
        table.add_row(one.name, *sides, *numbers, one.verdict)
    Console().print(table)


if __name__ == "__main__":
    found = uvloop.run(measure(sys.argv[1:]))
    show(found)
    WRITTEN.parent.mkdir(exist_ok=True)
    WRITTEN.write_text(json.dumps([one.as_json() for one in found], indent=2) + "\n")
