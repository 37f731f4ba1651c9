"""`liuchi rebuild`: count every figure anew."""

import os
import subprocess
import sys

import typer

from liuchi.settings import settings
from liuchi.stack import Stack


def rebuild() -> None:
    """Count every figure anew from the streams, beside the live ones, and change over."""
    (reporting,) = (one for one in Stack(settings()).services if one.name == "reporting")
    command = [sys.executable, "-m", "reporting.rebuild"]
    environment = {**reporting.environment, **os.environ}
    done = subprocess.run(command, env=environment, check=False)  # noqa: S603 - our own module
    raise typer.Exit(done.returncode)
