"""Those who watch hear of new figures soon, and of nothing when nothing happens."""

import asyncio
import json
import socket

import httpx2
import pytest
import uvicorn

from liuchi.issuer import Issuer
from reporting.app import make_app
from reporting.live import KICK, Live
from tests.integration.conversation import Conversation
from tests.integration.reporting.city import CITY, COUNTY, NEXT_COUNTY, City, filed, register

DAYS = {"from": "2026-01-01", "to": "2027-01-01"}


@pytest.fixture
async def watched(settings, bus, tmp_path):
    """Reporting behind a real socket: a stream that never ends needs one."""
    app = make_app(settings)
    config = uvicorn.Config(
        app, log_config=None, lifespan="on", ws="none", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        running = asyncio.create_task(server.serve([listening]))
        async with asyncio.timeout(20):
            while not server.started:
                await asyncio.sleep(0.01)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        async with httpx2.AsyncClient(base_url=address) as client:
            pool = app.state.service.pool
            city = City(client, Issuer(tmp_path), Conversation(bus, {"reporting": pool}), pool)
            await city.says(*register())
            yield city
        server.should_exit = True
        await running


async def figures(answer):
    """Number of the message and cases filed, as they come."""
    number = None
    async for line in answer.aiter_lines():
        if line.startswith("id: "):
            number = int(line[4:])
        elif line.startswith("data: "):
            items = {one["metric"]: one["value"] for one in json.loads(line[6:])["items"]}
        elif not line and number is not None:
            yield number, items["cases_filed"]
            number = None


async def test_a_watcher_hears_the_figures_at_once_and_when_they_move(watched):
    headers = watched.headers(area=COUNTY)
    async with watched.http.stream("GET", "/v1/live", params=DAYS, headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        heard = figures(answer)
        async with asyncio.timeout(20):
            first, cases = await anext(heard)
            assert cases == 0
            await watched.puts(filed(1, "2026-03-01"), filed(2, "2026-03-01", NEXT_COUNTY))
            while cases == 0:
                number, cases = await anext(heard)
        assert cases == 1
        assert number > first


async def test_a_browser_brings_its_token_in_a_cookie(watched):
    token = watched.headers()["authorization"].removeprefix("Bearer ")
    cookies = {"cookie": f"liuchi_token={token}"}
    async with watched.http.stream("GET", "/v1/live", headers=cookies) as answer:
        assert answer.status_code == 200
    for cookie in ("liuchi_token=made.up.token", "other=1"):
        answer = await watched.http.get("/v1/live", headers={"cookie": cookie})
        assert answer.status_code == 401
    for area, status in ((CITY, 403), ("340402999999", 404)):
        headers = watched.headers(area=COUNTY)
        answer = await watched.http.get("/v1/live", params={"area": area}, headers=headers)
        assert answer.status_code == status


async def test_the_cookie_opens_nothing_else(watched):
    token = watched.headers()["authorization"].removeprefix("Bearer ")
    answer = await watched.http.get("/v1/headlines", headers={"cookie": f"liuchi_token={token}"})
    assert answer.status_code == 401


async def test_a_replica_that_counts_nothing_hears_of_it_too(connect):
    counts, stands_by = Live(), Live()
    buses = [await connect("reporting"), await connect("reporting")]
    running = [
        asyncio.create_task(live.run(bus))
        for live, bus in zip((counts, stands_by), buses, strict=True)
    ]
    heard = stands_by.moves()
    first = await anext(heard)
    following = asyncio.ensure_future(anext(heard))
    async with asyncio.timeout(20):
        while not following.done():
            counts.stir()
            await asyncio.wait([following], timeout=0.1)
    assert following.result() > first
    for task in running:
        task.cancel()


async def test_at_rest_nobody_is_told_anything(connect):
    """A replica's own message does not set it off again."""
    live, told = Live(), asyncio.Event()
    running = asyncio.create_task(live.run(await connect("reporting")))

    async def on_kick(_msg):
        told.set()

    await (await connect("reporting")).client.subscribe(KICK, cb=on_kick)
    while not told.is_set():
        live.stir()
        await asyncio.wait([asyncio.ensure_future(told.wait())], timeout=0.1)
    live.stir()  # it will be told a second later
    heard = live.moves()
    await anext(heard)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(2.5):
            await anext(heard)
    running.cancel()
