"""Volunteer as it runs: its real app on a real PostgreSQL and a real bus."""

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import httpx2
import pytest

from chassis.bus import Bus
from liuchi.issuer import Issuer
from tests.conftest import Database
from tests.integration.conversation import Conversation
from tests.integration.volunteer.world import AREAS, Town
from tests.servers import Servers
from volunteer.app import make_app
from volunteer.settings import Settings

_callers = count(1)
"""Each town is called from an address of its own, for public routes count by address."""


@pytest.fixture
async def town(
    servers: Servers, database: Database, bus: Bus, tmp_path: Path
) -> AsyncIterator[Town]:
    """Volunteer, which knows some areas and nobody yet."""
    pool = await database("chassis", "volunteer")
    name = await pool.fetchval("SELECT current_database()")
    issuer = Issuer(tmp_path)
    issuer.make()
    settings = Settings(
        database_url=servers.database_url("volunteer", name),
        nats_url=servers.nats_url("volunteer"),
        port=0,
        jwks_url=issuer.jwks_url,
        vault_key=bytes(32),
    )
    app = make_app(settings)
    address = f"2001:db8:{next(_callers):x}::1"
    transport = httpx2.ASGITransport(app, client=(address, 1))
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://volunteer") as client,
    ):
        talk = Conversation(bus, {"volunteer": pool})
        town = Town(client, issuer, pool, talk, settings, app.state.service)
        await town.knows_areas(*AREAS)
        yield town
