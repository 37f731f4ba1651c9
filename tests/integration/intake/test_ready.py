"""Intake says it is ready when it can serve, and not with keys that would lose people."""

import pytest

from chassis.sealed.rewrap import WrongKeys
from tests.integration.intake.town import running_town


async def test_it_is_ready_while_the_bus_is_down(servers, town):
    assert (await town.client.get("/health/ready")).status_code == 200
    servers.nats.stop()
    try:
        assert (await town.client.get("/health/ready")).status_code == 200
    finally:
        servers.nats.start()


async def test_it_does_not_begin_with_another_vault_key(servers, database, bus, issuer):
    pool = await database("chassis", "intake")
    async with running_town(servers, pool, bus, issuer) as town:
        assert (await town.client.get("/health/ready")).status_code == 200
    with pytest.raises(WrongKeys):
        async with running_town(servers, pool, bus, issuer, vault_key=b"w" * 32):
            raise AssertionError("it began")
