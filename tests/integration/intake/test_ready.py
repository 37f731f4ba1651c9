"""Intake says it is ready when it can serve, and not with keys that would lose people."""

from tests.integration.intake.town import running_town


async def test_it_is_ready_while_the_bus_is_down(servers, town):
    assert (await town.client.get("/health/ready")).status_code == 200
    servers.nats.stop()
    try:
        assert (await town.client.get("/health/ready")).status_code == 200
    finally:
        servers.nats.start()


async def test_it_is_not_ready_with_another_vault_key(servers, database, bus, issuer):
    pool = await database("chassis", "intake")
    async with running_town(servers, pool, bus, issuer) as town:
        assert (await town.client.get("/health/ready")).status_code == 200
    async with running_town(servers, pool, bus, issuer, vault_key=b"w" * 32) as town:
        answer = await town.client.get("/health/ready")
        assert answer.status_code == 503
        assert "vault keys" in answer.json()["detail"]
