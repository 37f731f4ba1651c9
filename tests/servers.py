"""A real nats-server and PostgreSQL for tests, on free ports, with the rights of production."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from contracts import SERVICES
from liuchi.nats_server import NatsServer
from liuchi.permissions import USERS
from liuchi.postgres import Postgres, create_roles


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Servers:
    """A nats-server and a PostgreSQL with the users, roles and permissions of production."""

    nats: NatsServer
    postgres: Postgres
    templates: set[str] = field(default_factory=set)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    dropped: list[str] = field(default_factory=list)
    """Databases whose names are free again: an app that was made for one can serve the next."""

    @classmethod
    def start(cls, folder: Path) -> "Servers":
        passwords = {user: f"p-{user}" for user in USERS}
        servers = cls(
            NatsServer(folder / "nats", free_port(), passwords),
            Postgres(folder / "postgres", free_port(), "p-postgres"),
        )
        servers.postgres.start()
        servers.nats.start()
        create_roles(servers.postgres.admin_url, {name: passwords[name] for name in SERVICES})
        return servers

    def stop(self) -> None:
        self.nats.stop()
        self.postgres.stop()

    def nats_url(self, user: str) -> str:
        """`user` is a service or "operator"."""
        return self.nats.url(user)

    def database_url(self, role: str, database: str | None = None) -> str:
        """`role` is a service, whose own database is the default, or "postgres"."""
        where = f"127.0.0.1:{self.postgres.port}/{database or role}"
        return f"postgresql://{role}:p-{role}@{where}"
