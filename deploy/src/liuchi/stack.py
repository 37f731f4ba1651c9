"""The whole system on one machine: two servers, four services, and how they reach each other."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from contracts import SERVICES
from liuchi import credentials
from liuchi.issuer import Issuer
from liuchi.nats_server import NatsServer
from liuchi.permissions import USERS
from liuchi.postgres import Postgres
from liuchi.processes import HOST, Program
from liuchi.service_process import ServiceProcess
from liuchi.settings import Settings


@dataclass(frozen=True)
class Stack:
    settings: Settings

    @cached_property
    def secrets(self) -> dict[str, str]:
        return credentials.load(self.settings.home / "secrets")

    @cached_property
    def issuer(self) -> Issuer:
        return Issuer(self.settings.home / "issuer")

    @cached_property
    def nats(self) -> NatsServer | None:
        """The embedded server; None when LIUCHI_NATS_URL names another."""
        if self.settings.nats_url:
            return None
        passwords = {user: self.secrets[f"{user.upper()}_NATS_PASSWORD"] for user in USERS}
        return NatsServer(self.settings.home / "nats", self.settings.nats_port, passwords)

    @cached_property
    def postgres(self) -> Postgres | None:
        """The embedded server; None when LIUCHI_DATABASE_URL names another."""
        if self.settings.database_url:
            return None
        password = self.secrets["POSTGRES_PASSWORD"]
        return Postgres(self.settings.home / "postgres", self.settings.postgres_port, password)

    @cached_property
    def services(self) -> list[ServiceProcess]:
        return [
            ServiceProcess(
                name, self.settings.url(name), self.settings.home, self._environment(name)
            )
            for name in SERVICES
        ]

    @property
    def open311_file(self) -> Path:
        """Which apps may report to intake; there is none until a key is given out."""
        return self.settings.home / "open311.toml"

    def programs(self) -> dict[str, Program]:
        """Whatever this machine runs of it, by name; servers of one's own are left out."""
        servers = {"nats": self.nats, "postgres": self.postgres}
        found = {name: server.program for name, server in servers.items() if server}
        return found | {service.name: service.program for service in self.services}

    @property
    def admin_url(self) -> str:
        return self.postgres.admin_url if self.postgres else str(self.settings.database_url)

    def database_url(self, service: str) -> str:
        """The service's own role on its own database, wherever the server is."""
        password = self.secrets[f"{service.upper()}_DATABASE_PASSWORD"]
        return _as(self.admin_url, service, password, path=f"/{service}")

    def nats_url(self, user: str) -> str:
        """With the user's own password, unless a server of one's own came with a user."""
        url = self.settings.nats_url or f"nats://{HOST}:{self.settings.nats_port}"
        if urlsplit(url).username:
            return url
        return _as(url, user, self.secrets[f"{user.upper()}_NATS_PASSWORD"])

    def _environment(self, service: str) -> dict[str, str]:
        prefix = f"{service.upper()}_"
        keys = {
            name: value
            for name, value in self.secrets.items()
            if name.startswith(prefix) and name.endswith("_KEY")
        }
        return {
            **keys,
            f"{prefix}DATABASE_URL": self.database_url(service),
            f"{prefix}NATS_URL": self.nats_url(service),
            f"{prefix}JWKS_URL": self.issuer.jwks_url,
            f"{prefix}HOST": HOST,
            f"{prefix}PORT": str(self.settings.port(service)),
            f"{prefix}ACCEPTS_PAST": "true",  # the demo city has a past
            "INTAKE_OPEN311_FILE": str(self.open311_file),
        }


def _as(url: str, user: str, password: str, path: str | None = None) -> str:
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    netloc = f"{user}:{password}@{place}"
    return urlunsplit(parts._replace(netloc=netloc, path=path if path is not None else parts.path))
