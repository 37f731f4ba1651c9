"""`liuchi open311-key`: a key for an app that reports by Open311."""

import os
import subprocess
import sys
from typing import Annotated

import typer

from liuchi.processes import StackError
from liuchi.settings import settings
from liuchi.stack import Stack


def open311_key(
    actor: Annotated[str, typer.Argument(help="What stands in the events: never a person.")],
    area: Annotated[
        str, typer.Option(help="12-digit code of the place it reports for.")
    ] = "340400000000",
) -> None:
    """Give an app a key to report to intake, and print it: it is shown this once.

    It holds at once. Taking its lines out of open311.toml takes it back.
    """
    stack = Stack(settings())
    (intake,) = (service for service in stack.services if service.name == "intake")
    done = subprocess.run(  # noqa: S603 - the command is our own, no shell
        [sys.executable, "-m", "intake.open311", actor, area],
        env={**os.environ, **intake.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise StackError(done.stderr.strip())
    api_key, _, lines = done.stdout.partition("\n")
    with stack.open311_file.open("a", encoding="utf-8") as file:
        file.write(lines)
    typer.echo(api_key)
