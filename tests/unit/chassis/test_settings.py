"""Settings: a wrong environment ends in sentences, and secrets stay secret."""

from base64 import b64encode

import pytest
from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.settings import SecretKey, SecretKeys, Settings, from_environment

KEY = bytes(range(32))


class DepotSettings(Settings):
    model_config = SettingsConfigDict(env_prefix="DEPOT_")

    vault_key: SecretKey = Field(description="the key that wraps the vault's keys")
    vault_keys_before: SecretKeys = Field((), description="earlier ones")


@pytest.fixture
def environment(monkeypatch):
    given = {
        "DATABASE_URL": "postgresql://depot:secret@127.0.0.1/depot",
        "NATS_URL": "nats://depot:secret@127.0.0.1:4322",
        "PORT": "8109",
        "JWKS_URL": "file:///jwks.json",
        "VAULT_KEY": b64encode(KEY).decode(),
    }
    for name, value in given.items():
        monkeypatch.setenv(f"DEPOT_{name}", value)
    return monkeypatch


def test_they_come_from_the_services_own_variables(environment):
    settings = from_environment(DepotSettings)
    assert (settings.port, settings.host, settings.vault_key) == (8109, "127.0.0.1", KEY)


def test_lists_are_separated_by_commas(environment):
    environment.setenv("DEPOT_TRUSTED_PROXIES", "10.0.0.1,10.1.0.0/16")
    environment.setenv("DEPOT_VAULT_KEYS_BEFORE", ",".join([b64encode(KEY).decode()] * 2))
    settings = from_environment(DepotSettings)
    assert settings.trusted_proxies == ("10.0.0.1", "10.1.0.0/16")
    assert settings.vault_keys_before == (KEY, KEY)


def test_a_collector_is_named_by_the_standard_variable(environment):
    environment.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    assert from_environment(DepotSettings).otlp_endpoint == "http://127.0.0.1:4318"


def test_every_missing_variable_gets_a_sentence(environment):
    environment.delenv("DEPOT_NATS_URL")
    environment.delenv("DEPOT_VAULT_KEY")
    with pytest.raises(SystemExit) as leaving:
        from_environment(DepotSettings)
    assert str(leaving.value).splitlines() == [
        "DEPOT_NATS_URL is not set. It is the NATS server, like nats://intake:…@127.0.0.1:4322.",
        "DEPOT_VAULT_KEY is not set. It is the key that wraps the vault's keys.",
    ]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "many", "DEPOT_PORT is not right: Input should be a valid integer"),
        ("VAULT_KEY", "c2hvcnQ=", "DEPOT_VAULT_KEY is not right: .*32 random bytes in base64"),
        ("VAULT_KEY", "not base64!", "DEPOT_VAULT_KEY is not right: .*32 random bytes in base64"),
        ("JWKS_URL", "ftp://keys", "DEPOT_JWKS_URL is not right"),
        ("LOG_LEVEL", "chatty", "DEPOT_LOG_LEVEL is not right"),
    ],
)
def test_a_wrong_one_is_explained_but_not_repeated(environment, name, value, said):
    environment.setenv(f"DEPOT_{name}", value)
    with pytest.raises(SystemExit, match=said) as leaving:
        from_environment(DepotSettings)
    assert value not in str(leaving.value)


def test_printed_settings_show_no_secret(environment):
    shown = repr(from_environment(DepotSettings))
    assert "secret" not in shown
    assert repr(KEY) not in shown
