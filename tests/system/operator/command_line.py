"""`liuchi` as an operator runs it, with a home of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psutil

from liuchi.processes import MARK
from liuchi.settings import settings
from liuchi.stack import Stack


@dataclass
class CommandLine:
    home: Path
    environment: dict[str, str]

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(Path(sys.executable).with_name("liuchi")), *words],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=150,
        )

    @cached_property
    def stack(self) -> Stack:
        """The same stack, to look inside; up must have run."""
        return Stack(settings(self.home))

    def processes(self) -> dict[str, int]:
        """Pid by name of everything that runs for this home; servers' own children left out."""
        marks = {process.pid: _mark(process) for process in psutil.process_iter()}
        return {
            Path(mark).stem: pid
            for pid, mark in marks.items()
            if mark.startswith(str(self.home)) and marks.get(psutil.Process(pid).ppid()) != mark
        }

    def files(self) -> dict[str, str]:
        kept = ("secrets", "settings", "issuer/private.pem", "issuer/jwks.json")
        return {name: (self.home / name).read_text() for name in kept}


def _mark(process: psutil.Process) -> str:
    try:
        return str(process.environ().get(MARK, ""))
    except psutil.Error:
        return ""
