"""A town that serves Open311, with the key of an app of the county."""

import pytest

from tests.integration.intake.open311.served import Served
from tests.integration.intake.town import register_areas, running_town


@pytest.fixture
async def served(servers, database, bus, issuer, tmp_path):
    pool = await database("chassis", "intake")
    await register_areas(pool)
    file = tmp_path / "open311.toml"
    async with running_town(
        servers, pool, bus, issuer, open311_file=file, reads_a_minute=1000
    ) as town:
        yield Served(town, file)
