"""The stack's secrets: made once, kept in one file that only its owner can read."""

import os
import secrets
from base64 import b64encode
from pathlib import Path

from contracts import SERVICES
from liuchi.permissions import USERS

PASSWORDS = (
    "POSTGRES_PASSWORD",
    *(f"{user.upper()}_NATS_PASSWORD" for user in USERS),
    *(f"{service.upper()}_DATABASE_PASSWORD" for service in SERVICES),
)
KEYS = ("INTAKE_VAULT_KEY", "GRID_VAULT_KEY", "VOLUNTEER_VAULT_KEY")


def load(path: Path) -> dict[str, str]:
    """Every secret by the name of its variable: from the environment, else from the file.

    What neither has is made and added to the file.
    """
    known = dict(line.split("=", 1) for line in _lines(path))
    known |= {name: os.environ[name] for name in (*PASSWORDS, *KEYS) if name in os.environ}
    made = {name: _password() for name in PASSWORDS if name not in known}
    made |= {name: _key() for name in KEYS if name not in known}
    if made:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "w") as file:
            file.writelines(f"{name}={value}\n" for name, value in made.items())
    return {**known, **made}


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def _password() -> str:
    """Begins with a letter: nats-server would read a leading digit as a number."""
    return "p" + secrets.token_hex(16)


def _key() -> str:
    return b64encode(secrets.token_bytes(32)).decode()
