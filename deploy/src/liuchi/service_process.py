"""One service as a process of its own, as the embedded stack runs it."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from liuchi.processes import Program, StackError, refuse_taken, wait_until


@dataclass(frozen=True)
class ServiceProcess:
    name: str
    url: str
    folder: Path
    """Where its pid file stands and, under logs/, its log."""
    environment: dict[str, str]

    @property
    def program(self) -> Program:
        log = self.folder / "logs" / f"{self.name}.log"
        return Program(self.name, self.folder / "run" / f"{self.name}.pid", log)

    def start(self) -> bool:
        """Start it unless it runs; True when it was started. Variables given by hand win."""
        if self.program.pid() is not None:
            return False
        refuse_taken(urlsplit(self.url).port or 0)
        given = (f"{self.name.upper()}_", "OTEL_")
        by_hand = {name: value for name, value in os.environ.items() if name.startswith(given)}
        command = [sys.executable, "-m", self.name]
        self.program.start(command, {**self.environment, **by_hand})
        return True

    def await_ready(self, within: float = 60) -> None:
        """Return when it is ready. Raises StackError with its last words when it will not be."""
        log = self.program.log
        wait_until(
            lambda: self._check_alive() and self.lacks() is None,
            within,
            lambda: f"{self.name} is not ready ({self.lacks()}). Its log is {log}.",
        )

    def lacks(self) -> str | None:
        """Why it is not ready, as a sentence; None when it is."""
        try:
            answer = httpx2.get(f"{self.url}/health/ready", timeout=3)
        except httpx2.HTTPError as fault:
            return f"no answer at {self.url}: {type(fault).__name__}"
        if answer.status_code == httpx2.codes.OK:
            return None
        is_problem = answer.headers.get("content-type", "").startswith("application/problem+json")
        detail: str = answer.json().get("detail", "") if is_problem else ""
        return detail or f"HTTP {answer.status_code}"

    def stop(self) -> None:
        self.program.stop()

    def _check_alive(self) -> bool:
        if self.program.pid() is None:
            said = f"{self.program.log} ends with:\n{self.program.last_words()}"
            raise StackError(f"{self.name} ended at once. {said}")
        return True
