"""The operator's command line. `liuchi --help` lists what it can do."""

import asyncio
import logging
from pathlib import Path
from typing import Annotated

import structlog
import typer
from rich.table import Table

from liuchi.commands import bus, dead_letters, events
from liuchi.commands.open311 import open311_key
from liuchi.commands.rebuild import rebuild
from liuchi.commands.screen import CommandLine, out
from liuchi.demo import SMALL
from liuchi.demo.command import demo, fill
from liuchi.settings import settings
from liuchi.stack import Stack
from liuchi.status import ServiceStatus, status
from liuchi.up import down as take_down
from liuchi.up import is_unused, migrate_all
from liuchi.up import up as bring_up

app = CommandLine(no_args_is_help=True, pretty_exceptions_enable=False)
app.add_typer(bus.app, name="bus")
app.add_typer(events.app, name="events")
app.add_typer(dead_letters.app, name="dead-letters")
app.command()(rebuild)
app.command()(open311_key)
app.command()(demo)

CITY = "340400000000"
"""Huainan, the demonstration city."""

DEVELOPER_ROLES = [
    "grid_worker",
    "dispatcher",
    "department",
    "registrar",
    "volunteer",
    "reader",
    "operator",
    "admin",
    "window",
    "clerk",
    "mediator",
    "petition_office",
    "review_office",
    "relief_office",
    "suggestion_desk",
    "supervisor",
    "host",
]

Port = Annotated[int | None, typer.Option(help="Instead of the default or the last one given.")]


@app.callback()
def liuchi() -> None:
    """Run Liuchi on this machine and look after it, here or elsewhere."""
    quiet = structlog.make_filtering_bound_logger(logging.CRITICAL)
    structlog.configure(wrapper_class=quiet)  # commands answer in sentences, not in log lines


@app.command()
def up(
    home: Annotated[Path | None, typer.Option(help="Where data, secrets and logs stand.")] = None,
    intake_port: Port = None,
    grid_port: Port = None,
    volunteer_port: Port = None,
    reporting_port: Port = None,
    nats_port: Port = None,
    postgres_port: Port = None,
    with_demo: Annotated[
        bool, typer.Option("--demo/--no-demo", help="Load the small demo city if there is none.")
    ] = True,
) -> None:
    """Start everything that is not up yet and return when all of it is ready."""
    stack = Stack(
        settings(
            home,
            intake_port=intake_port,
            grid_port=grid_port,
            volunteer_port=volunteer_port,
            reporting_port=reporting_port,
            nats_port=nats_port,
            postgres_port=postgres_port,
        )
    )
    bring_up(stack, out)
    if with_demo:
        _load_demo(stack)
    _print_addresses(stack)


@app.command()
def down() -> None:
    """Stop everything this machine runs of it. Data stays."""
    take_down(Stack(settings()), out)


@app.command("status")
def show_status() -> None:
    """Show what runs, waits and lies dead. Exit code 1 when anything is wrong."""
    found = asyncio.run(status(Stack(settings())))
    table = Table("service", "state", "outbox", "lag", "dead letters", box=None)
    for service in found.services:
        table.add_row(*_row(service))
    out.print(table)
    for fault in found.sentences():
        out.print(fault, style="red", markup=False)
    if found.sentences():
        raise typer.Exit(1)


@app.command()
def token(
    role: Annotated[list[str], typer.Option(help="A role; may be given several times.")],
    area: Annotated[str, typer.Option(help="12-digit code of the territory.")] = CITY,
    actor: Annotated[str, typer.Option(help="Opaque id of whoever acts.")] = "developer",
    hours: Annotated[float, typer.Option(help="How long it is valid.")] = 12,
) -> None:
    """Print a token of the development issuer."""
    stack = Stack(settings())
    stack.issuer.make()
    typer.echo(stack.issuer.token(actor, role, area, hours))


@app.command()
def issuer() -> None:
    """Make the development issuer's keys, unless there are some, and print where they are."""
    stack = Stack(settings())
    stack.issuer.make()
    typer.echo(stack.issuer.jwks_url)


@app.command()
def migrate() -> None:
    """Bring each service's database up to date."""
    for line in asyncio.run(migrate_all(Stack(settings()))):
        out.print(f"applied {line}")


def _load_demo(stack: Stack) -> None:
    """Only where nobody has moved in; broken off, the next `up` goes on with it."""
    begun = stack.settings.home / "demo-begun"
    if begun.exists() or asyncio.run(is_unused(stack)):
        begun.touch()
        fill(stack, SMALL)
        begun.unlink()


def _row(service: ServiceStatus) -> list[str]:
    lag = " ".join(f"{speaker} {count}" for speaker, count in service.lag.items())
    numbers = [service.backlog, service.dead_letters]
    backlog, dead = ("?" if number is None else str(number) for number in numbers)
    return [service.name, service.state, backlog, lag or "-", dead]


def _print_addresses(stack: Stack) -> None:
    out.print("\nLiuchi is up.")
    for service in stack.services:
        out.print(f"  {service.name:<10} {service.url}")
    token = stack.issuer.token("developer", DEVELOPER_ROLES, CITY)
    out.print("A token for development (`liuchi token --role …` makes others):")
    out.print(token, soft_wrap=True)
    out.print("Signed in with it (what is behind # is in no server's log), what waits for you")
    out.print(f"{stack.settings.url('intake')}/queue#token={token}", soft_wrap=True, markup=False)
    out.print("and the dashboard:")
    out.print(f"{stack.settings.url('reporting')}/#token={token}", soft_wrap=True, markup=False)
