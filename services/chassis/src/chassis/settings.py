"""What every service needs from its environment; a missing or wrong variable ends in a sentence.

A service subclasses this in its own settings.py with `env_prefix="INTAKE_"` and adds its fields;
each field's description becomes the sentence an operator reads.
"""

from base64 import b64decode
from typing import Annotated, TypeVar

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

S = TypeVar("S", bound="Settings")


def _key(text: object) -> object:
    """Text from the environment becomes the 32 bytes it stands for; all else passes unchanged."""
    if not isinstance(text, str):
        return text
    try:
        key = b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ValueError("must be 32 random bytes in base64, as `openssl rand -base64 32` prints")
    return key


def _split(text: object) -> object:
    return [part for part in text.split(",") if part] if isinstance(text, str) else text


SecretKey = Annotated[bytes, BeforeValidator(_key)]
"""32 bytes, in the environment as base64."""

SecretKeys = Annotated[tuple[SecretKey, ...], NoDecode, BeforeValidator(_split)]
"""Several of them, separated by commas."""

Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
"""The same of names: of hosts, of kinds."""


class Settings(BaseSettings):
    """`hide_input_in_errors`: a mistyped password must not reach a log."""

    model_config = SettingsConfigDict(frozen=True, hide_input_in_errors=True)

    database_url: str = Field(
        description="the PostgreSQL of this service, like postgresql://intake:…@127.0.0.1/intake",
    )
    nats_url: str = Field(description="the NATS server, like nats://intake:…@127.0.0.1:4322")
    port: int = Field(ge=0, le=65535, description="the port to listen on, like 8101")
    host: str = Field("127.0.0.1", description="the address to listen on")
    jwks_url: str = Field(
        pattern=r"^(https?|file)://",
        description="where the token issuer's public keys are: an https:, http: or file: URL",
    )
    issuer: str = Field("liuchi", description="the `iss` a token must name")
    audience: str = Field("liuchi", description="the `aud` a token must name")
    trusted_proxies: Names = Field(
        (), description="proxies whose X-Forwarded-For is believed: addresses or networks"
    )
    log_level: str = Field(
        "INFO",
        pattern="^(DEBUG|INFO|WARNING|ERROR)$",
        description="one of DEBUG, INFO, WARNING, ERROR",
    )
    otlp_endpoint: str | None = Field(
        None,
        validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT",
        description="an OpenTelemetry collector, like http://127.0.0.1:4318",
    )
    accepts_past: bool = Field(
        False, description="whether staff may enter afterwards what happened on a day before"
    )
    trace_share: float = Field(
        0.1, ge=0, le=1, description="the share of requests traced when there is a collector"
    )

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"  # half of it is passwords and keys

    __str__ = __repr__


def from_environment(settings: type[S]) -> S:
    """Read them, or leave the process with one sentence for each variable that is not right."""
    try:
        return settings()
    except ValidationError as faults:
        prefix = settings.model_config["env_prefix"]
        sentences = []
        for fault in faults.errors(include_input=False):
            name = str(fault["loc"][0])
            field = settings.model_fields.get(name)
            meaning = field.description if field else "see the service's settings.py"
            variable = f"{prefix}{name}".upper() if field else name
            wrong = "is not set" if fault["type"] == "missing" else f"is not right: {fault['msg']}"
            sentences.append(f"{variable} {wrong}. It is {meaning}.")
        raise SystemExit("\n".join(sentences)) from None
