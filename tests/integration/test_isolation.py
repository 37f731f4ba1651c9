"""A service speaks only for itself and reads only what is its own, whatever its code does."""

from itertools import permutations

import asyncpg
import pytest

from contracts import SERVICES, durable, speakers_heard_by
from liuchi.permissions import inbox_prefix

PAIRS = list(permutations(SERVICES, 2))

AGAINST_ITS_OWN_STREAM = ["DELETE", "UPDATE", "PURGE", "MSG.DELETE"]


async def is_denied(bus, subject):
    await bus.client.publish(subject, b"{}")
    return await has_been_denied(bus)


async def has_been_denied(bus):
    """nats-py's first PING overtakes what waits to be sent; the second comes after it."""
    await bus.client.flush()
    await bus.client.flush()
    return "permissions violation" in str(bus.client.last_error)


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_says_its_own_events(bus, connect, service):
    speaker = await connect(service)
    assert not await is_denied(speaker, f"{service}.thing.done.v1.34.04.02")
    assert (await bus.api(f"STREAM.INFO.{service}"))["state"]["last_seq"] == 1


@pytest.mark.parametrize(("service", "other"), PAIRS)
async def test_a_service_cannot_speak_for_another(bus, connect, service, other):
    assert await is_denied(await connect(service), f"{other}.thing.done.v1.34.04.02")
    assert (await bus.api(f"STREAM.INFO.{other}"))["state"]["last_seq"] == 0


@pytest.mark.parametrize(("service", "other"), PAIRS)
async def test_a_service_cannot_wake_the_relay_of_another(connect, service, other):
    assert await is_denied(await connect(service), f"kick.{other}")


@pytest.mark.parametrize(("service", "other"), PAIRS)
async def test_a_service_cannot_touch_the_stream_of_another(bus, connect, service, other):
    assert await is_denied(await connect(service), f"$JS.API.STREAM.DELETE.{other}")


@pytest.mark.parametrize("verb", AGAINST_ITS_OWN_STREAM)
async def test_a_service_cannot_change_what_it_said(bus, connect, verb):
    assert await is_denied(await connect("intake"), f"$JS.API.STREAM.{verb}.intake")


@pytest.mark.parametrize(("service", "other"), PAIRS)
@pytest.mark.parametrize("verb", ["CREATE", "DELETE", "MSG.NEXT"])
async def test_a_service_cannot_use_the_durables_of_another(bus, connect, service, other, verb):
    for speaker in speakers_heard_by(other):
        subject = f"$JS.API.CONSUMER.{verb}.{speaker}.{durable(other, speaker)}"
        assert await is_denied(await connect(service), subject)


@pytest.mark.parametrize(("service", "other"), PAIRS)
async def test_a_service_cannot_read_the_replies_of_another(connect, service, other):
    listener = await connect(service)
    await listener.client.subscribe(f"{inbox_prefix(other)}.>")
    assert await has_been_denied(listener)


@pytest.mark.parametrize(("service", "other"), PAIRS)
async def test_a_role_cannot_read_the_database_of_another(servers, service, other):
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied for database"):
        await asyncpg.connect(servers.database_url(service, other))


@pytest.mark.parametrize("service", SERVICES)
async def test_a_role_cannot_read_the_maintenance_database(servers, service):
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied for database"):
        await asyncpg.connect(servers.database_url(service, "postgres"))
