"""Grid as it runs: its real app on a real PostgreSQL and a real bus."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
import uvicorn

from chassis.bus import Bus
from grid.app import make_app
from grid.settings import Settings
from liuchi.issuer import Issuer
from tests.conftest import Database
from tests.integration.conversation import Conversation
from tests.integration.grid.world import SMALL, Grid
from tests.servers import Servers


@pytest.fixture
async def grid(
    servers: Servers, database: Database, bus: Bus, tmp_path: Path
) -> AsyncIterator[Grid]:
    """Grid with an empty register."""
    pool = await database("chassis", "grid")
    name = await pool.fetchval("SELECT current_database()")
    issuer = Issuer(tmp_path)
    issuer.make()
    settings = Settings(
        database_url=servers.database_url("grid", name),
        nats_url=servers.nats_url("grid"),
        port=0,
        jwks_url=issuer.jwks_url,
        vault_key=bytes(32),
    )
    app = make_app(settings)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://grid") as client,
    ):
        yield Grid(app, client, issuer, pool, Conversation(bus, {"grid": pool}))


@pytest.fixture
async def city(grid: Grid) -> Grid:
    """Grid that knows one county."""
    await grid.imports(SMALL)
    return grid


@pytest.fixture
async def served(grid: Grid) -> AsyncIterator[str]:
    """Address of grid behind a real socket, where a client can go away."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(grid.app, lifespan="off", log_config=None))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        await serving
