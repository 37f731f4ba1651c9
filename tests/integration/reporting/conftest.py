"""Reporting as it runs: its real app on a real PostgreSQL and a real bus."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from liuchi.issuer import Issuer
from reporting.app import make_app
from reporting.settings import Settings
from tests.integration.conversation import Conversation
from tests.integration.reporting.city import City, Counting, register


@pytest.fixture
async def counting(database) -> Counting:
    """The projection, which has counted nothing yet."""
    return Counting(await database("chassis", "reporting"))


@pytest.fixture
async def settings(servers, database, tmp_path) -> Settings:
    """Of a reporting on an empty database."""
    pool = await database("chassis", "reporting")
    issuer = Issuer(tmp_path)
    issuer.make()
    return Settings(
        database_url=servers.database_url(
            "reporting", await pool.fetchval("SELECT current_database()")
        ),
        nats_url=servers.nats_url("reporting"),
        port=0,
        jwks_url=issuer.jwks_url,
    )


@pytest.fixture
async def silent_city(settings, bus, tmp_path) -> AsyncIterator[City]:
    """Reporting, which has heard nothing yet."""
    app = make_app(settings)
    transport = httpx2.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://reporting") as client,
    ):
        pool = app.state.service.pool
        talk = Conversation(bus, {"reporting": pool})
        yield City(client, Issuer(tmp_path), talk, pool)


@pytest.fixture
async def city(silent_city: City) -> City:
    """Reporting, which knows the areas."""
    await silent_city.says(*register())
    return silent_city
