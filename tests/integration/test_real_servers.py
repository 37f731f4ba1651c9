"""The servers every other test stands on."""

import pytest

from contracts import SERVICES
from contracts.intake import CaseFiled
from tests.integration.conversation import Conversation

FILED = CaseFiled(
    area="340402001002",
    time="2024-03-04T05:06:07Z",
    case_id="018e0a5e-0000-7000-8000-000000000001",
    kind="request",
    step="filed",
    source="resident",
)


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_has_a_database_of_its_own(database, service):
    pool = await database("chassis", service)
    assert await pool.fetchval("SELECT current_user") == service


@pytest.mark.parametrize("again", [1, 2])
async def test_every_test_gets_an_empty_database(database, again):
    pool = await database("chassis")
    assert await pool.fetchval("SELECT count(*) FROM outbox") == 0
    await pool.execute("INSERT INTO outbox VALUES (1)")


@pytest.mark.parametrize("again", [1, 2])
async def test_every_test_gets_empty_streams(bus, again):
    assert await Conversation(bus).puts("grid.area.registered.v1.34.04.02", b"{}") == 1


async def test_what_is_said_is_heard_in_order(bus):
    talk = Conversation(bus)
    said = [await talk.hears(FILED, "case-1", version) for version in (1, 2)]
    assert [await talk.says_envelope(CaseFiled) for _ in said] == said
    assert await talk.all_said("intake") == said
