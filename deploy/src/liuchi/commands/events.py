"""`liuchi events`: watch what is said."""

import asyncio
import json
from typing import Annotated

import typer

from chassis.access import territory
from chassis.bus import Bus
from chassis.pull import ListeningLost, Message
from liuchi.connections import operator_bus
from liuchi.processes import StackError
from liuchi.settings import settings
from liuchi.stack import Stack
from liuchi.tail import pattern, streams, tail

app = typer.Typer(no_args_is_help=True)


@app.callback()
def events() -> None:
    """What the services say."""


@app.command("tail")
def show_events(
    event_type: Annotated[
        str, typer.Option("--type", help="Begin of the type; * is any word: intake.case.*")
    ] = "*",
    area: Annotated[str, typer.Option(help="12-digit code: the area and all inside it")] = "",
    back: Annotated[int, typer.Option(help="Begin so many events before each stream's end")] = 10,
    follow: Annotated[bool, typer.Option(help="Go on with what is said from now on")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Whole CloudEvents, one a line")] = False,
) -> None:
    """Show events as they are said, those of a stream in its order."""
    asyncio.run(_show(event_type, _territory(area), back, follow, as_json))


async def _show(event_type: str, within: str, back: int, follow: bool, as_json: bool) -> None:
    async def read(bus: Bus, stream: str) -> None:
        subject = pattern(stream, event_type, within)
        async for message in tail(bus, stream, subject, back, follow):
            if line := _line(message, within, as_json):
                typer.echo(line)

    chosen = streams(event_type)
    async with operator_bus(Stack(settings())) as bus:
        try:
            async with asyncio.TaskGroup() as readers:
                for stream in chosen:
                    readers.create_task(read(bus, stream))
        except* ListeningLost:
            raise StackError("The bus was lost. Run it again when the bus is back.") from None


def _line(message: Message, within: str, as_json: bool) -> str | None:
    """None for an event outside the area, whose subject only tells its county."""
    try:
        event = json.loads(message.body)
        if not event["area"].startswith(within):
            return None
        fields = json.dumps(event["data"], ensure_ascii=False)
        line = f"{event['time']} {event['type']} {event['area']} {event['subject']} {fields}"
    except (ValueError, KeyError, TypeError):
        return f"{message.subject} at {message.sequence} is no event: {message.body[:80]!r}"
    return message.body.decode() if as_json else line


def _territory(area: str) -> str:
    try:
        return territory(area) if area else ""
    except ValueError as fault:
        raise StackError(f"{area} is no area: {fault}.") from None
