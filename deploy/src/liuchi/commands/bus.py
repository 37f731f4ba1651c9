"""`liuchi bus`: the streams and durables of the CATALOGUE."""

import asyncio
from typing import Annotated

import typer
from rich.table import Table

from chassis.bus import Bus
from chassis.outbox.recovery import restore
from contracts import SERVICES
from liuchi import bus
from liuchi.bus import Item
from liuchi.commands.screen import out
from liuchi.connections import database, operator_bus
from liuchi.processes import StackError
from liuchi.settings import settings
from liuchi.stack import Stack
from liuchi.status import RELAYED

app = typer.Typer(no_args_is_help=True, help="Streams and durables, planned from the CATALOGUE.")

Replicas = Annotated[
    int, typer.Option(help="Copies of each stream in a cluster.", envvar="LIUCHI_REPLICAS")
]

PATIENCE_SECONDS = 30
"""How long a refill may take to begin; a long log takes longer to end."""


@app.command("plan")
def show_plan(replicas: Replicas = 1) -> None:
    """Show what is missing or has drifted. Exit code 1 when anything has."""
    items = asyncio.run(_plan(replicas))
    out.print(_table(items))
    if any(item.is_wrong for item in items):
        raise typer.Exit(1)


@app.command("apply")
def make(replicas: Replicas = 1) -> None:
    """Make what is missing and mend what drifted. Deletes nothing."""
    changed = asyncio.run(_apply(replicas))
    out.print(_table(changed) if changed else "The bus is as the CATALOGUE wants it.")


@app.command("restore")
def refill() -> None:
    """Refill streams that lost events from the services' own logs, with the same ids in order."""
    for service in SERVICES:
        sent = asyncio.run(_restore(service))
        out.print(f"{service}: {sent} events restored")


async def _plan(replicas: int) -> list[Item]:
    async with operator_bus(Stack(settings())) as operator:
        return await bus.plan(operator, replicas)


async def _apply(replicas: int) -> list[Item]:
    async with operator_bus(Stack(settings())) as operator:
        return await bus.apply(operator, replicas)


async def _restore(service: str) -> int:
    """The relay lets go of its lock when it finds the stream shorter than its records."""
    stack = Stack(settings())
    async with operator_bus(stack) as operator, database(stack, service) as pool:
        await bus.apply(operator)
        stored = await _stored(operator, service)
        if stored >= await pool.fetchval(RELAYED):
            return 0
        refilling = asyncio.create_task(restore(pool, operator, service))
        done, _ = await asyncio.wait({refilling}, timeout=PATIENCE_SECONDS)
        if not done and await _stored(operator, service) == stored:
            refilling.cancel()
            sentence = f"The relay of {service} holds on to its stream: stop {service}, try again."
            raise StackError(sentence)
        return await refilling


async def _stored(operator: Bus, stream: str) -> int:
    last: int = (await operator.api(f"STREAM.INFO.{stream}"))["state"]["last_seq"]
    return last


def _table(items: list[Item]) -> Table:
    table = Table("what", "state", "field", "wanted", "found", box=None)
    for item in items:
        fields = item.drift.items() if item.found else ()
        table.add_row(item.name, item.state)
        for name, (wanted, found) in fields:
            table.add_row("", "", name, str(wanted), str(found))
    return table
