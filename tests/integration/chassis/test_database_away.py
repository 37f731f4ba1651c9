"""When the database goes away under a request, the caller hears 503 and not a riddle."""

import asyncio

import asyncpg
import httpx2
import pytest
from fastapi import APIRouter

from chassis import acquire
from chassis.access import public
from chassis.acquire import acquired
from chassis.web.app import make_app
from tests.unit.chassis.issuer import Issuer

CUT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


async def ask(tmp_path, work):
    router = APIRouter(dependencies=[public])
    router.add_api_route("/v1/ask", work)
    app = make_app("depot", [router], Issuer(tmp_path / "jwks.json").settings())
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://depot") as client:
        return await client.get("/v1/ask")


async def idle_cut(pool, admin):
    async with pool.acquire() as db, db.transaction():
        await admin.execute(CUT)
        await db.execute("SELECT 1")


async def cut_at_commit(pool, admin):
    async with pool.acquire() as db, db.transaction():
        await admin.execute(CUT)


async def cut_while_asking(pool, admin):
    async with pool.acquire() as db, db.transaction():
        asking = asyncio.create_task(db.execute("SELECT pg_sleep(10)"))
        await admin.execute(CUT)
        await asking


async def cut_and_noticed(pool, admin):
    async with pool.acquire() as db, db.transaction():
        await admin.execute(CUT)
        while not db.is_closed():
            await asyncio.sleep(0.01)
        await db.execute("SELECT 1")


async def no_connection_in_time(pool, admin):
    async with acquired(pool):
        await no_connection_in_time(pool, admin)


@pytest.mark.parametrize(
    "happens", [idle_cut, cut_at_commit, cut_while_asking, cut_and_noticed, no_connection_in_time]
)
async def test_a_connection_lost(database, servers, tmp_path, monkeypatch, happens):
    monkeypatch.setattr(acquire, "SECONDS", 0.1)
    pool = await database("chassis")
    name = await pool.fetchval("SELECT current_database()")
    admin = await asyncpg.connect(servers.database_url("postgres", name))

    async def work():
        await happens(pool, admin)

    try:
        answer = await ask(tmp_path, work)
    finally:
        await admin.close()
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "with the same Idempotency-Key" in answer.json()["detail"]


async def test_a_wrong_statement_is_our_fault_and_no_outage(database, tmp_path):
    pool = await database("chassis")

    async def wrong():
        await pool.execute("SELECT $1::int", "no number")

    assert (await ask(tmp_path, wrong)).status_code == 500
