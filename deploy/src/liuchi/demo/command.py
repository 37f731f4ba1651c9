"""`liuchi demo`: loads the demo city, shows how far it is, and keeps it alive if asked to."""

import asyncio
import time
from typing import Annotated

import typer
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.text import Text

from liuchi.commands.screen import out
from liuchi.demo.client import connected
from liuchi.demo.live import Day, go_on
from liuchi.demo.load import load
from liuchi.demo.size import SIZES, Size
from liuchi.processes import StackError
from liuchi.settings import settings
from liuchi.stack import Stack


def demo(
    size: Annotated[str, typer.Option(help="small or full.")] = "small",
    live: Annotated[
        float | None, typer.Option(min=0.01, help="Then file so many cases a second, until Ctrl-C.")
    ] = None,
) -> None:
    """Fill Huainan with an invented city, the same each time; a second time changes nothing."""
    if size not in SIZES:
        raise StackError(f"There is no demo city {size}: choose {' or '.join(SIZES)}.")
    stack = Stack(settings())
    begun = time.monotonic()
    fill(stack, SIZES[size])
    out.print(f"The demo city is there ({time.monotonic() - begun:.0f} s). All of it is invented.")
    if live:
        try:
            asyncio.run(_live(stack, SIZES[size], live))
        except KeyboardInterrupt:
            out.print("\nStopped. What is in hand stays open.")


def fill(stack: Stack, size: Size) -> None:
    """Load the city and show how far each part of it is."""
    with _Screen() as screen:
        asyncio.run(load(stack, size, screen))


async def _live(stack: Stack, size: Size, rate: float) -> None:
    day = Day()
    async with connected(stack, size.seed) as client:
        with Live(console=out, get_renderable=lambda: _told(day)):
            await go_on(client, day, rate)


def _told(day: Day) -> Text:
    counts = f"filed {day.filed}   in hand {day.in_hand}   ended {day.ended}   (Ctrl-C stops)"
    return Text.assemble(counts, ("\n" + day.fault if day.fault else "", "red"))


class _Screen(Bars):
    """A bar for each part of the city."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description:<20}"), BarColumn(), MofNCompleteColumn())
        super().__init__(*columns, TimeElapsedColumn(), console=out)
        self.parts: dict[str, TaskID] = {}

    def begin(self, what: str, count: int) -> None:
        if count:
            self.parts[what] = self.add_task(what, total=count)

    def step(self, what: str) -> None:
        self.advance(self.parts[what])
