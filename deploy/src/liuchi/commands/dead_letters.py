"""`liuchi dead-letters`: what could not be handled, to look at, handle again or drop."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.table import Table

from liuchi.commands.screen import out
from liuchi.operations import ask
from liuchi.processes import StackError
from liuchi.service_process import ServiceProcess
from liuchi.settings import settings
from liuchi.stack import Stack

app = typer.Typer(no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="SERVICE", help="The service that could not handle.")]
Number = Annotated[int, typer.Argument(metavar="ID", help="As `list` shows it.")]
Numbers = Annotated[list[int], typer.Argument(metavar="ID…", help="As `list` shows them.")]


@app.callback()
def dead_letters() -> None:
    """What could not be handled: look at it, handle it again, drop it."""


@app.command("list")
def list_letters(
    service: Annotated[str | None, typer.Option(help="Only of this service.")] = None,
) -> None:
    """List what waits, oldest first, of every service or one."""
    stack = Stack(settings())
    table = Table("service", "id", "durable", "subject", "tries", "buried at", "error", box=None)
    for one in [_find(stack, service)] if service else stack.services:
        for letter in _all(stack, one):
            numbers = [str(letter[name]) for name in ("id", "durable", "subject", "attempts")]
            table.add_row(one.name, *numbers, letter["buried_at"], letter["error"])
    out.print(table if table.row_count else "There are no dead letters.")


@app.command()
def show(service: Name, letter: Number) -> None:
    """Show one whole: where it came from, what it says, and how handling it failed."""
    stack = Stack(settings())
    found = ask(stack, _find(stack, service), "GET", f"dead-letters/{letter}")
    for name, value in found.items():
        out.print(f"{name}: {value}", markup=False, soft_wrap=True)


@app.command()
def replay(service: Name, letters: Numbers) -> None:
    """Handle them again, in this order; one that fails again stays and stops the rest."""
    stack = Stack(settings())
    for letter in letters:
        ask(stack, _find(stack, service), "POST", f"dead-letters/{letter}/replay")
        out.print(f"{service} handled dead letter {letter}")


@app.command()
def drop(service: Name, letters: Numbers) -> None:
    """Delete them for good: what they say will never be handled."""
    stack = Stack(settings())
    for letter in letters:
        ask(stack, _find(stack, service), "DELETE", f"dead-letters/{letter}")
        out.print(f"dead letter {letter} of {service} dropped")


def _find(stack: Stack, name: str) -> ServiceProcess:
    for service in stack.services:
        if service.name == name:
            return service
    names = ", ".join(service.name for service in stack.services)
    raise StackError(f"There is no service {name}. There are {names}.")


def _all(stack: Stack, service: ServiceProcess) -> Iterator[dict[str, Any]]:
    path = "dead-letters"
    while path:
        page = ask(stack, service, "GET", path)
        yield from page["items"]
        path = f"dead-letters?cursor={page['next']}" if page["next"] else ""
