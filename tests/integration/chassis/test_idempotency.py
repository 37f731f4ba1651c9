"""Idempotency-Key: a command runs once, whoever asks how often."""

import asyncio
from typing import Annotated
from uuid import UUID, uuid4

import httpx2
import pytest
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from chassis.access import Caller, allow, public
from chassis.acquire import acquired
from chassis.db import write
from chassis.decider import Refused
from chassis.transact import transact
from chassis.web.app import make_app
from chassis.web.idempotency import PRUNE, Key, once
from tests.unit.chassis.issuer import Issuer

router = APIRouter(prefix="/v1")


class Running:
    """What a service has of it. Counts how often it says that something was done."""

    def __init__(self, pool):
        self.pool, self.kicks = pool, 0

    def kick(self):
        self.kicks += 1

    def connection(self):
        return acquired(self.pool)

    async def transact(self, work):
        return await transact(self.pool, self, work)


DEPOT = "CREATE TABLE parcels (parcel_id uuid PRIMARY KEY)"
ADD = "INSERT INTO parcels VALUES ($1) ON CONFLICT DO NOTHING RETURNING true"
DROP = "dropped AS (INSERT INTO parcels VALUES ($1))"
PARCELS = "SELECT count(*) FROM parcels"


def answer():
    parcel_id = uuid4()
    headers = {"location": f"/v1/parcels/{parcel_id}", "etag": '"1"'}
    return JSONResponse({"parcel_id": str(parcel_id), "code": "SECRET"}, 201, headers)


async def add(db, request, body):
    if not await db.fetchval(ADD, UUID(body.get("parcel_id") or str(uuid4()))):
        raise Refused("It lies here already: bring another one.")
    request.app.state.running.release()
    async with request.app.state.may_go_on:
        if body.get("refused"):
            raise Refused("The depot is full: come back tomorrow.")


@router.post("/parcels", dependencies=[public])
async def bring(request: Request, body: dict, key: Key):
    async def run(db):
        await add(db, request, body)
        return answer()

    return await once(request.app.state.here, key, run)


@router.post("/letters", dependencies=[public])
async def drop(request: Request, body: dict, key: Key):
    """All it does is write: the key goes together with the letter."""

    async def run(db):
        await write(db, DROP, uuid4())
        request.app.state.running.release()
        async with request.app.state.may_go_on:
            return answer()

    return await once(request.app.state.here, key, run)


@router.post("/later", dependencies=[public])
async def later(request: Request, body: dict, key: Key):
    return await bring(request, body, key)


@router.post("/lockers", dependencies=[public])
async def bring_to_locker(request: Request, body: dict, key: Key):
    return await bring(request, body, key.with_header("locker"))


@router.post("/mine")
async def mine(
    key: Key, request: Request, body: dict, caller: Annotated[Caller, allow("dispatcher")]
):
    return await bring(request, body, key)


@pytest.fixture
async def depot(database, tmp_path):
    """A client of an app on a real database; `may_go_on` holds commands up when it is closed."""
    pool = await database("chassis")
    await pool.execute(DEPOT)
    app = make_app("depot", [router], Issuer(tmp_path / "jwks.json").settings())
    app.state.here = Running(pool)
    app.state.running = asyncio.Semaphore(0)
    app.state.may_go_on = asyncio.Lock()
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://depot") as client:
        client.app, client.pool = app, pool
        yield client


def a_key():
    return {"idempotency-key": str(uuid4())}


def told(response):
    kept = {name: response.headers.get(name) for name in ("content-type", "location", "etag")}
    return response.status_code, response.content, kept


ALL = pytest.mark.parametrize("path", ["/v1/parcels", "/v1/letters"])


@ALL
async def test_a_retry_gets_the_first_answer_byte_for_byte(depot, path):
    key = a_key()
    first, again = [await depot.post(path, json={"n": 1}, headers=key) for _ in range(2)]
    assert first.status_code == 201
    assert told(again) == told(first)
    assert await depot.pool.fetchval(PARCELS) == 1


async def test_without_a_key_every_request_is_a_command(depot):
    for _ in range(2):
        await depot.post("/v1/parcels", json={"n": 1})
    assert await depot.pool.fetchval(PARCELS) == 2


async def test_a_retry_says_nothing_and_is_no_command(depot):
    key, here = a_key(), depot.app.state.here
    for _ in range(3):
        assert (await depot.post("/v1/parcels", json={"n": 1}, headers=key)).status_code == 201
        assert here.kicks == 1


@ALL
async def test_two_at_the_same_moment_are_one_command(depot, path):
    key = a_key()
    async with depot.app.state.may_go_on:
        asked = [depot.post(path, json={"n": 1}, headers=key) for _ in range(2)]
        both = [asyncio.create_task(one) for one in asked]
        for _ in both:
            await depot.app.state.running.acquire()  # each is inside its command
    first, again = await asyncio.gather(*both)
    assert told(again) == told(first)
    assert await depot.pool.fetchval(PARCELS) == 1


async def test_a_retry_of_what_cannot_be_done_twice_gets_the_first_answer(depot):
    key = a_key()
    body = {"parcel_id": str(uuid4())}
    first, again = [await depot.post("/v1/parcels", json=body, headers=key) for _ in range(2)]
    assert first.status_code == 201
    assert told(again) == told(first)
    assert (await depot.post("/v1/parcels", json=body, headers=a_key())).status_code == 409


async def test_a_refusal_leaves_nothing_and_the_key_is_free(depot):
    key = a_key()
    refused = await depot.post("/v1/parcels", json={"refused": True}, headers=key)
    assert refused.status_code == 409
    assert await depot.pool.fetchval(PARCELS) == 0
    assert (await depot.post("/v1/parcels", json={"n": 1}, headers=key)).status_code == 201


@pytest.mark.parametrize(
    ("path", "body"),
    [
        pytest.param("/v1/parcels", {"n": 2}, id="another body"),
        pytest.param("/v1/parcels?quick=1", {"n": 1}, id="another query"),
        pytest.param("/v1/letters", {"n": 2}, id="another body of what only writes"),
    ],
)
async def test_one_key_for_two_requests_is_refused(depot, path, body):
    key = a_key()
    await depot.post(path.partition("?")[0], json={"n": 1}, headers=key)
    answer = await depot.post(path, json=body, headers=key)
    assert answer.status_code == 422
    assert "choose a new one" in answer.json()["detail"]
    assert "SECRET" not in answer.text
    assert await depot.pool.fetchval(PARCELS) == 1


async def test_one_key_for_two_of_what_a_header_names_is_refused(depot):
    key = a_key()
    asked = [{**key, "locker": name} for name in ("7", "7", "8")]
    first, again, other = [
        await depot.post("/v1/lockers", json={"n": 1}, headers=headers) for headers in asked
    ]
    assert told(again) == told(first)
    assert other.status_code == 422
    assert "choose a new one" in other.json()["detail"]
    assert await depot.pool.fetchval(PARCELS) == 1


async def test_keys_of_different_routes_and_callers_do_not_meet(depot, tmp_path):
    issuer = Issuer(tmp_path / "jwks.json")
    depot.app.state.tokens = issuer.tokens()
    key = a_key()
    answers = [
        await depot.post("/v1/parcels", json={"n": 1}, headers=key),
        await depot.post("/v1/later", json={"n": 1}, headers=key),
    ]
    for actor in ("ann", "ben"):
        headers = {**key, **issuer.bearer("dispatcher", sub=actor)}
        answers.append(await depot.post("/v1/mine", json={"n": 1}, headers=headers))
    assert [answer.status_code for answer in answers] == [201] * 4
    assert await depot.pool.fetchval(PARCELS) == 4


@pytest.mark.parametrize(
    "key", ["short", "x" * 129, "with some spaces in it", "ümläutümläutümläut"]
)
async def test_a_poor_key_is_refused(depot, key):
    headers = {"idempotency-key": key.encode()}
    answer = await depot.post("/v1/parcels", json={"n": 1}, headers=headers)
    assert answer.status_code == 422
    assert "a new UUID will do" in answer.json()["detail"]
    assert await depot.pool.fetchval(PARCELS) == 0


async def test_who_reads_the_table_learns_neither_keys_nor_answers(depot):
    key = a_key()
    await depot.post("/v1/parcels", json={"phone": "13800001111"}, headers=key)
    row = await depot.pool.fetchrow("SELECT * FROM idempotency")
    stored = b"".join(value for value in row.values() if isinstance(value, bytes))
    for secret in (key["idempotency-key"], "SECRET", "13800001111"):
        assert secret.encode() not in stored


async def test_answers_are_kept_for_a_day(depot):
    for age in ("23 hours", "25 hours"):
        await depot.post("/v1/parcels", json={"n": 1}, headers=a_key())
        await depot.pool.execute(
            "UPDATE idempotency SET answered_at = now() - $1::text::interval"
            " WHERE answered_at > now() - interval '1 hour'",
            age,
        )
    await depot.pool.execute(PRUNE)
    assert await depot.pool.fetchval("SELECT count(*) FROM idempotency") == 1
