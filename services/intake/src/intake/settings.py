"""What intake needs from its environment."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.sealed.seal import Keyring
from chassis.settings import Names, SecretKey, SecretKeys
from chassis.settings import Settings as ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="INTAKE_")

    vault_key: SecretKey = Field(description="the key that wraps the vault's keys")
    vault_keys_before: SecretKeys = Field(
        (), description="earlier vault keys, newest first, with commas between"
    )
    hash_key: SecretKey | None = Field(
        None, description="set when the vault key is first changed: the very first vault key"
    )
    kinds_folder: Path | None = Field(
        None, description="a folder with the city's own kinds of case, *.toml"
    )
    lists_folder: Path | None = Field(
        None, description="a folder with the city's own lists of values, *.toml"
    )
    filings_a_minute: int = Field(
        30, ge=1, description="how many cases one address may file in a minute without a token"
    )
    lookups_a_minute: int = Field(
        30, ge=1, description="how often one address may ask for a case by receipt in a minute"
    )
    reads_a_minute: int = Field(
        120, ge=1, description="how often one address may read what is open to all in a minute"
    )
    open311_file: Path | None = Field(
        None, description="the file that says who offers Open311 here and which apps may report"
    )
    borders_folder: Path | None = Field(
        None, description="a folder with the borders of the city's divisions, <city>.geojson"
    )
    duplicates_days: int = Field(
        30, ge=1, le=365, description="how many days after its end a case counts as a duplicate"
    )
    duplicates_least: float = Field(
        0.06, gt=0, le=1, description="how alike the texts of likely duplicates are, of 1 at most"
    )
    duplicates_offered: Names = Field(
        ("request", "suggestion"),
        description="of which kinds whoever files is shown likely duplicates, commas between",
    )
    sweep_seconds: float = Field(
        15.0, gt=0, description="how often to look for steps that became late, in seconds"
    )

    @property
    def keyring(self) -> Keyring:
        return Keyring(self.vault_key, self.vault_keys_before, self.hash_key)
