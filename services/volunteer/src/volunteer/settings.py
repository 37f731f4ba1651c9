"""What volunteer needs from its environment."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.settings import SecretKey, SecretKeys
from chassis.settings import Settings as ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="VOLUNTEER_")

    vault_key: SecretKey = Field(description="the key that wraps the vault's keys")
    vault_keys_before: SecretKeys = Field(
        (), description="earlier vault keys, newest first, with commas"
    )
    hash_key: SecretKey | None = Field(
        None, description="set when the vault key is first changed: the very first vault key"
    )
    kinds_folder: Path | None = Field(
        None,
        description="a folder with the city's own skills.toml, team_kinds.toml,"
        " activity_kinds.toml or themes.toml, each instead of ours",
    )
