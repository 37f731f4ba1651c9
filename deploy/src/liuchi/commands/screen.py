"""Where commands write, and how they fail: in one sentence."""

import sys
from typing import Any

import typer
from rich.console import Console

from chassis.bus import BusRefused
from chassis.outbox.recovery import BusDisagrees
from liuchi.processes import StackError

PAPER_COLUMNS = 200
"""Where there is no terminal, nothing is cut to fit one."""

out = Console(highlight=False, width=None if sys.stdout.isatty() else PAPER_COLUMNS)
err = Console(stderr=True, highlight=False)


class CommandLine(typer.Typer):
    """Expected failures end in one sentence on standard error and exit code 1."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().__call__(*args, **kwargs)
        except (StackError, BusRefused, BusDisagrees) as fault:
            err.print(str(fault), style="red", markup=False)
            sys.exit(1)
