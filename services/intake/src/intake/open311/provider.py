"""Who offers this and which apps may report: a file of the operator's, read again when it changes.

contact = "热线 12345"
key_service = "在 … 申请"
type = "production"                 # or "test": nobody acts on what is reported

[[key]]
hash = "…"                          # `python -m intake.open311 ACTOR AREA` makes it
actor = "street_lamp_app"           # what stands in the events: never a person's name
area = "340400000000"               # it reports for no other place
filings_a_minute = 60
"""

import secrets
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chassis import telemetry
from chassis.sealed.seal import Keyring
from chassis.web.asked import Place
from contracts.fields import Code

KEY_BYTES = 24


class ProviderRefused(Exception):  # noqa: N818 - an answer to whoever wrote the file
    """Says what is wrong with the file."""


class Key(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    actor: Code
    area: Place
    filings_a_minute: int = Field(600, ge=1)


class Provider(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    contact: str = "请联系社会工作部 / Ask the social work department of the city"
    key_service: str = "请向社会工作部申请 / The social work department gives them out"
    type: Literal["production", "test"] = "test"
    keys: tuple[Key, ...] = Field((), alias="key")

    def key(self, keyring: Keyring, api_key: str) -> Key | None:
        """None for a key that nobody was given."""
        asked = _hash(keyring, api_key)
        return next((key for key in self.keys if key.hash == asked), None)


@dataclass
class ProviderFile:
    """A key is given or taken back by writing the file: nothing has to be started again."""

    path: Path | None
    _written: int | None = None
    _read: Provider = field(default_factory=Provider)

    @classmethod
    def opened(cls, path: Path | None) -> Self:
        """Raises ProviderRefused: nothing begins with a file that cannot be used."""
        if path and path.is_file():
            load(path)
        return cls(path)

    def now(self) -> Provider:
        """As the file says; as it said before, while it cannot be used. Without a file, no keys."""
        written = self.path.stat().st_mtime_ns if self.path and self.path.is_file() else None
        if written != self._written:
            self._written = written
            try:
                self._read = load(self.path if written else None)
            except ProviderRefused as refused:
                telemetry.log.warning("open311_file_refused", fault=str(refused))
        return self._read


def load(path: Path | None) -> Provider:
    """Raises ProviderRefused with a sentence for each thing that is not right."""
    if path is None:
        return Provider()
    try:
        return Provider.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise ProviderRefused(f"{path} is not TOML in UTF-8.") from None
    except ValidationError as faults:
        wrong = (
            f"{path}: {'.'.join(map(str, fault['loc']))}: {fault['msg']}."
            for fault in faults.errors(include_input=False)
        )
        raise ProviderRefused("\n".join(wrong)) from None


def new_key(keyring: Keyring, actor: str, area: str) -> tuple[str, str]:
    """A key, to be given to the app and kept nowhere, and its lines for the file."""
    api_key = secrets.token_urlsafe(KEY_BYTES)
    key = Key(hash=_hash(keyring, api_key), actor=actor, area=area)
    return api_key, f'[[key]]\nhash = "{key.hash}"\nactor = "{key.actor}"\narea = "{key.area}"\n'


def _hash(keyring: Keyring, api_key: str) -> str:
    return keyring.keyed_hash(f"open311 key {api_key}").hex()
