"""A running service: it does not begin with the wrong keys, and finishes a change of keys."""

import asyncio
import os
import socket
from contextlib import AsyncExitStack
from uuid import uuid4

import pytest

from chassis import acquire
from chassis import service as service_module
from chassis.leader import COMMIT_WITHOUT_WAITING, leading
from chassis.sealed.rewrap import WrongKeys
from chassis.sealed.seal import Keyring
from chassis.sealed.vault import Vault
from chassis.service import running
from chassis.settings import Settings

LED = """
    SELECT EXISTS (SELECT FROM pg_locks JOIN pg_database ON oid = database
                    WHERE locktype = 'advisory' AND datname = current_database())
"""

WRAPPED_BY = "SELECT DISTINCT wrapped_by FROM vault_keys"


@pytest.fixture
async def pool(database):
    return await database("chassis", "volunteer")


@pytest.fixture
async def settings(pool, servers):
    name = await pool.fetchval("SELECT current_database()")
    return Settings(
        database_url=servers.database_url("volunteer", name),
        nats_url=servers.nats_url("volunteer"),
        port=0,
        jwks_url="file:///nowhere",
    )


@pytest.fixture
async def first(pool):
    """The key with which somebody's name was sealed."""
    key = os.urandom(32)
    async with pool.acquire() as db, db.transaction():
        await Vault(Keyring(key)).put(db, {uuid4(): {"name": "somebody"}})
    return key


async def test_a_service_with_another_vault_key_does_not_begin(settings, first, bus):
    async with running(settings, "volunteer", keyring=Keyring(first)):
        pass
    with pytest.raises(WrongKeys, match="HASH_KEY"):
        async with running(settings, "volunteer", keyring=Keyring(os.urandom(32))):
            raise AssertionError("it began")


async def test_a_service_with_a_new_vault_key_wraps_anew_what_the_old_one_wraps(
    settings, pool, first, bus
):
    async with running(settings, "volunteer", keyring=Keyring(first)):
        pass
    changed = Keyring(os.urandom(32), (first,), first)
    async with running(settings, "volunteer", keyring=changed), asyncio.timeout(5):
        while await pool.fetchval(WRAPPED_BY) != changed.current:
            await asyncio.sleep(0.01)


async def test_a_request_never_gets_a_session_that_commits_without_waiting(settings, pool, bus):
    async with running(settings, "volunteer") as service:
        async with leading(service.pool, "duty") as db:
            await db.execute(COMMIT_WITHOUT_WAITING)
        requests = [await service.pool.acquire() for _ in range(service.pool.get_idle_size() + 1)]
        found = {await db.fetchval("SHOW synchronous_commit") for db in requests}
        for db in requests:
            await service.pool.release(db)
    assert found == {"on"}


async def test_housekeeping_goes_on_after_a_connection_was_lost(settings, bus, monkeypatch, caplog):
    monkeypatch.setattr(service_module, "HOUSEKEEPING_SECONDS", 0.05)
    with caplog.at_level("WARNING"):
        async with running(settings, "volunteer") as service, asyncio.timeout(10):
            service.pool.terminate()
            while caplog.text.count("housekeeping_failed") < 2:
                await asyncio.sleep(0.01)
    assert "InterfaceError" in caplog.text


async def test_a_service_that_ends_while_it_greets_the_bus_leaves_no_connection_open(settings):
    loop = asyncio.get_running_loop()
    with socket.create_server(("127.0.0.1", 0)) as slow:
        slow.setblocking(False)
        url = f"nats://127.0.0.1:{slow.getsockname()[1]}"
        async with asyncio.timeout(10):
            async with running(settings.model_copy(update={"nats_url": url}), "volunteer") as ended:
                greeted, _ = await loop.sock_accept(slow)
                await loop.sock_sendall(greeted, b"INFO {}\r\n")
                assert (await loop.sock_recv(greeted, 8)) == b"CONNECT "
            with greeted:
                while await loop.sock_recv(greeted, 4096):
                    pass
        assert not ended.bus.is_up


async def test_who_waits_for_a_connection_no_longer_leaves_none_behind(
    settings, pool, bus, monkeypatch
):
    async with running(settings, "volunteer") as service, AsyncExitStack() as taken:
        async with asyncio.timeout(10):
            while not await pool.fetchval(LED):  # by the relay, which keeps one of them
                await asyncio.sleep(0.01)
        for _ in range(service.pool.get_max_size() - 1):
            await taken.enter_async_context(service.connection())
        monkeypatch.setattr(acquire, "SECONDS", 0.05)
        waiting = asyncio.create_task(service.connection().__aenter__())
        await asyncio.sleep(0.01)
        waiting.cancel()
        with pytest.raises(TimeoutError):
            await service.connection().__aenter__()
        await taken.aclose()
        monkeypatch.undo()
        async with service.connection() as db:
            assert await db.fetchval("SELECT true")
        assert service.pool.get_idle_size() == service.pool.get_size() - 1  # the relay's
