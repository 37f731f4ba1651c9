"""What a benchmark stands on: real servers, a migrated database, connections as services have."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
from asyncpg import Pool

from chassis.bus import Bus
from chassis.migrate import migrate
from liuchi import bus as topology
from tests.servers import Servers


@dataclass
class World:
    servers: Servers

    @asynccontextmanager
    async def database(self, service: str) -> AsyncIterator[Pool]:
        """The service's own database, empty and migrated."""
        admin = await asyncpg.connect(self.servers.postgres.admin_url)
        await admin.execute(f"DROP DATABASE IF EXISTS {service} WITH (FORCE)")
        await admin.execute(f"CREATE DATABASE {service} OWNER {service}")
        await admin.close()
        url = self.servers.database_url(service)
        async with asyncpg.create_pool(url, min_size=8, max_size=16) as pool:
            await migrate(pool, "chassis", service)
            yield pool

    @asynccontextmanager
    async def bus(self, user: str) -> AsyncIterator[Bus]:
        bus = Bus(self.servers.nats_url(user), user)
        await bus.connect()
        yield bus
        await bus.close()

    async def empty_streams(self) -> None:
        async with self.bus("operator") as bus:
            for name in (await bus.api("STREAM.NAMES"))["streams"] or []:
                await bus.api(f"STREAM.DELETE.{name}")
            await topology.apply(bus)
