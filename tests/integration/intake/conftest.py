"""A town with its areas known and intake running."""

import pytest

from liuchi.issuer import Issuer
from tests.integration.intake.town import register_areas, running_town


@pytest.fixture(scope="session")
def issuer(tmp_path_factory):
    issuer = Issuer(tmp_path_factory.mktemp("issuer"))
    issuer.make()
    return issuer


@pytest.fixture
async def town(servers, database, bus, issuer):
    pool = await database("chassis", "intake")
    await register_areas(pool)
    async with running_town(servers, pool, bus, issuer) as town:
        yield town
