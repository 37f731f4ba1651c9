"""Where the stack lives and on which ports: from options, the environment, or the last `up`."""

from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

REMEMBERED = "settings"
"""The file in the home that keeps what `up` was given."""


class Settings(BaseSettings):
    """Every field may come as LIUCHI_<FIELD>; what `up` was given is remembered for the rest."""

    model_config = SettingsConfigDict(env_prefix="LIUCHI_", frozen=True, extra="ignore")

    home: Path = Path(".liuchi")
    nats_url: str | None = Field(None, repr=False)
    """A nats-server of one's own. Without a user in it, each service uses its own."""
    database_url: str | None = Field(None, repr=False)
    """A superuser's URL of a PostgreSQL of one's own."""
    service_url: str = "http://127.0.0.1:{port}"
    """Where services answer, with {service} and {port} filled in."""
    token: str | None = Field(None, repr=False)
    """An operator's token. Without it the development issuer signs one."""
    intake_port: int = 8101
    grid_port: int = 8102
    volunteer_port: int = 8103
    reporting_port: int = 8104
    nats_port: int = 4322
    postgres_port: int = 5532

    def port(self, name: str) -> int:
        """`name` is a service, nats or postgres."""
        number: int = getattr(self, f"{name}_port")
        return number

    def url(self, service: str) -> str:
        return self.service_url.format(service=service, port=self.port(service))

    def remember(self) -> None:
        """Write down what differs from the defaults, for commands run without these options."""
        given = self.model_dump(exclude={"home", "token"}, exclude_defaults=True)
        lines = [f"LIUCHI_{name.upper()}={value}\n" for name, value in sorted(given.items())]
        path = self.home / REMEMBERED
        if not path.exists() or path.read_text() != "".join(lines):
            path.touch(mode=0o600)
            path.write_text("".join(lines))

    def port_of_last_up(self, name: str) -> int:
        """Whatever options and environment say now."""
        kept = dotenv_values(self.home / REMEMBERED).get(f"LIUCHI_{name.upper()}_PORT")
        return int(kept or Settings.model_fields[f"{name}_port"].default)


def settings(home: Path | None = None, **given: object) -> Settings:
    """Options that were given, over the environment, over what the last `up` was given."""
    place = (home or Settings().home).absolute()
    options: dict[str, Any] = {name: one for name, one in given.items() if one is not None}
    return Settings(_env_file=place / REMEMBERED, home=place, **options)
