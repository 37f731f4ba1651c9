"""Programs that outlive the command which started them, found again by pid file."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

HOST = "127.0.0.1"

MARK = "LIUCHI_PROGRAM"
"""Every program carries its pid file's path in its environment, so that a reused pid is told."""

POLL_SECONDS = 0.03
RELEASE_SECONDS = 2.0


class StackError(Exception):
    """The stack cannot do what was asked. The message is a sentence with the remedy."""


@dataclass(frozen=True)
class Program:
    """One detached process: what it is called, where its pid and its output stand."""

    name: str
    pid_file: Path
    log: Path

    def pid(self) -> int | None:
        """The process id while it runs; a zombie or a stranger with a reused pid does not count."""
        try:
            pid = int(self.pid_file.read_text())
            environment = psutil.Process(pid).environ()
            # In the instant of its exec a new process shows no environment at all.
            mine = environment.get(MARK) == str(self.pid_file.absolute()) or not environment
            return pid if mine and is_alive(pid) else None
        except (FileNotFoundError, ValueError, psutil.Error):
            return None

    def start(
        self, command: Sequence[str], environment: Mapping[str, str], user: int | None = None
    ) -> int:
        """Start it detached, its output appended to the log. It inherits PATH and `environment`."""
        self.pid_file.parent.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - the command is our own, no shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**_inherited(), **environment, MARK: str(self.pid_file.absolute())},
                start_new_session=True,
                user=user,
                group=user,
                extra_groups=None if user is None else [],
            )
        self.pid_file.write_text(f"{process.pid}\n")
        process.returncode = 0  # it outlives us: nobody waits for this handle
        return process.pid

    def stop(self, ask: signal.Signals = signal.SIGTERM, within: float = 30) -> None:
        """Ask it to end; kill it when it has not ended `within` seconds. Harmless when down."""
        pid = self.pid()
        if pid is not None:
            end(pid, ask, within)
        self.pid_file.unlink(missing_ok=True)

    def last_words(self, lines: int = 15) -> str:
        """The end of its log, for a message about why it did not start."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])


def is_alive(pid: int) -> bool:
    """A zombie is not: it holds nothing, and its new parent may take seconds to reap it."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def end(pid: int, ask: signal.Signals, within: float = 30) -> None:
    """Signal the process and return when it is gone. SIGKILL follows after `within` seconds."""
    try:
        os.kill(pid, ask)
        wait_until(lambda: not is_alive(pid), within, lambda: f"process {pid} does not end")
    except ProcessLookupError:
        return
    except StackError:
        if ask is signal.SIGKILL:
            raise
        end(pid, signal.SIGKILL, within)
    with suppress(ChildProcessError):  # not ours to reap
        os.waitpid(pid, os.WNOHANG)


def refuse_taken(port: int) -> None:
    """Raise StackError when something answers at the port: it would be taken for ours.

    What was killed a moment ago may hold its port until the last of its threads is gone.
    """
    taken = f"Port {port} is in use by another program: choose another port."
    wait_until(lambda: not _answers(port), RELEASE_SECONDS, lambda: taken)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def wait_until(ready: Callable[[], bool], within: float, otherwise: Callable[[], str]) -> None:
    """Return as soon as `ready()` holds. Raises StackError(otherwise()) after `within` seconds."""
    deadline = time.monotonic() + within
    while not ready():
        if time.monotonic() > deadline:
            raise StackError(otherwise())
        time.sleep(POLL_SECONDS)


def _inherited() -> dict[str, str]:
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV")
    return {name: os.environ[name] for name in kept if name in os.environ}
