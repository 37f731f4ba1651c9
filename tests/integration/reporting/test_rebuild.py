"""A rebuild counts everything anew beside what is live, and nobody notices but by new numbers."""

import asyncio
import os
import sys

import httpx2
import pytest

from chassis import listen
from liuchi import bus as topology
from liuchi.issuer import Issuer
from reporting import rebuild as rebuilding
from reporting import subscribers
from reporting.app import make_app
from reporting.metric_files import SHIPPED, load
from reporting.reading import Reader
from reporting.rebuild import CannotRebuild, rebuild
from reporting.tables.cube import cube_checksum
from tests.integration.conversation import Conversation
from tests.integration.reporting.city import City, closed, filed, histories

SHIPPED_METRICS = load(SHIPPED)
YEAR = {"since": "2026-01-01", "until": "2027-01-01"}

WAITING = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND mode ~ '^AccessExcl')"

REQUESTS_ONLY = """
[[metric]]
id = "cases_filed"
version = 2
title = { zh = "诉求", en = "Requests filed" }
unit = { zh = "件", en = "cases" }
kind = "flow"
[[metric.source]]
event = "intake.case.filed.v1"
where = { kind = "request" }
"""


@pytest.fixture
async def rebuilds(settings, connect):
    """Rebuilds with reporting's own rights."""
    bus = await connect("reporting")

    async def run(shipped=SHIPPED_METRICS):
        return await rebuild(settings.database_url, bus, shipped)

    return run


@pytest.fixture
async def checksum(city):
    async def ask():
        async with city.pool.acquire() as db:
            return await cube_checksum(db)

    return ask


async def rows(city, table):
    found = await city.pool.fetch(f"SELECT * FROM {table}")  # noqa: S608 - a name of ours
    return sorted(tuple(row) for row in found)


async def test_the_rebuilt_tables_are_the_live_ones(city, rebuilds, checksum):
    for events in histories(1, size=40).values():
        await city.puts(*events)
    await city.talk.settles()
    tables = ("facts", "cube", "memberships", "areas")
    live = {table: await rows(city, table) for table in tables}
    before = await checksum()
    done = await rebuilds()
    assert done.generation == 2
    assert await checksum() == before
    assert {table: await rows(city, table) for table in tables} == live
    assert (
        await city.pool.fetchval("SELECT count(*) FROM checkpoints WHERE durable LIKE '%-re%d'")
        == 0
    )
    schemas = await city.pool.fetch("SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_|info'")
    assert {row["nspname"] for row in schemas} == {"public"}


async def test_events_keep_coming_and_readers_keep_reading_meanwhile(
    city, rebuilds, checksum, monkeypatch
):
    """Many small rounds, so that the switch happens in the thick of it."""
    monkeypatch.setattr(rebuilding, "NEAR", 5)
    seen, number, is_over = [], 0, False

    async def say():
        nonlocal number
        while not is_over:
            number += 1
            await city.puts(filed(number, "2026-03-01"), closed(number, "2026-03-02"))

    async def read():
        while not is_over:
            seen.append(await city.number("cases_filed", **YEAR))

    others = [asyncio.create_task(say()), asyncio.create_task(read())]
    await city.puts(*(filed(10_000 + one, "2026-02-01") for one in range(300)))
    for generation in (2, 3):
        assert (await rebuilds()).generation == generation
    is_over = True
    await asyncio.gather(*others)
    await city.talk.settles()
    assert seen == sorted(seen)
    assert await city.number("cases_filed", **YEAR) == 300 + number
    assert await city.number("cases_open", **YEAR) == 300
    live = await checksum()
    await rebuilds()
    assert await checksum() == live
    await city.says(filed(9999, "2026-03-01"))
    assert await city.number("cases_filed", **YEAR) == 301 + number


async def test_a_reader_who_began_before_the_switch_sees_the_old_tables_whole(city, rebuilds):
    await city.says(*(filed(one, "2026-03-01") for one in range(5)))
    reader = Reader(city.pool, SHIPPED_METRICS)
    async with reader.reading():
        pass  # from now on it knows the definitions and does not look at them
    async with reader.reading() as (db, _):
        switching = asyncio.create_task(rebuilds())
        while not switching.done() and not await city.pool.fetchval(WAITING):
            await asyncio.sleep(0.01)
        assert await db.fetchval("SELECT count(*) FROM facts") == 10
    assert (await switching).generation == 2


async def test_a_changed_metric_is_counted_as_before_until_a_rebuild(
    city, rebuilds, settings, tmp_path
):
    await city.says(filed(1, "2026-03-01"), filed(2, "2026-03-01", kind="dispute"))
    own = tmp_path / "metrics"
    own.mkdir()
    (own / "own.toml").write_text(REQUESTS_ONLY, encoding="utf-8")
    app = make_app(settings.model_copy(update={"metrics": own}))
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://new") as client,
    ):
        new = City(client, Issuer(tmp_path), Conversation(city.talk.bus), city.pool)
        shown = await new.shows("/v1/metrics")
        assert shown["to_rebuild"] == ["cases_filed"]
        assert "liuchi rebuild" in shown["remedy"]
        assert await new.parts("cases_filed", by="kind", **YEAR) == {"dispute": 1, "request": 1}
        await rebuilds(load(SHIPPED, own))
        assert (await new.shows("/v1/metrics"))["to_rebuild"] == []
        shown = await new.shows("/v1/metrics/cases_filed", **YEAR)
        assert (shown["version"], shown["value"], shown["title"]["en"]) == (2, 1, "Requests filed")
        await city.says(filed(3, "2026-03-01"), filed(4, "2026-03-01", kind="dispute"))
        assert await new.number("cases_filed", **YEAR) == 2
        assert await city.number("cases_filed", **YEAR) == 2


async def test_what_was_poison_and_is_none_any_more_is_counted_once(
    city, rebuilds, checksum, monkeypatch
):
    monkeypatch.setattr(listen, "PAUSES_SECONDS", (0.0,))
    reads = subscribers.effects

    def stumbles(messages, rules):
        if any(b'"dispute"' in one.body for one in messages):
            raise RuntimeError("a fault of ours, mended later")
        return reads(messages, rules)

    with monkeypatch.context() as faulty:
        faulty.setattr(subscribers, "effects", stumbles)
        await city.talk.puts("intake.case.filed.v1.34.04.02", b"not json")
        await city.says(filed(1, "2026-03-01"), filed(2, "2026-03-01", kind="dispute"))
    assert await city.number("cases_filed", **YEAR) == 1
    await rebuilds()
    assert await city.number("cases_filed", **YEAR) == 2
    (letter,) = (await city.shows("/v1/dead-letters", role="operator"))["items"]
    assert (letter["durable"], letter["sequence"]) == ("reporting-intake", 1)


async def test_dying_half_way_changes_nothing(city, rebuilds, checksum, monkeypatch):
    await city.says(*(filed(one, "2026-03-01") for one in range(20)))
    before = await checksum()

    async def dies(*_):
        raise ConnectionError("killed")

    with monkeypatch.context() as broken:
        broken.setattr(rebuilding, "_change_places", dies)
        with pytest.raises(ConnectionError):
            await rebuilds()
    await city.says(filed(99, "2026-03-01"))
    assert await city.number("cases_filed", **YEAR) == 21
    assert before != await checksum()
    assert (await rebuilds()).generation == 2
    assert await city.number("cases_filed", **YEAR) == 21


async def test_a_stream_that_lost_events_is_not_counted_anew(city, rebuilds, bus):
    await city.says(filed(1, "2026-03-01"))
    await bus.api("STREAM.DELETE.intake")
    await topology.apply(bus)
    with pytest.raises(CannotRebuild, match="run `liuchi bus restore` first"):
        await rebuilds()
    assert await city.number("cases_filed", **YEAR) == 1


async def test_it_runs_from_the_command_line(city, settings):
    await city.says(filed(1, "2026-03-01"))
    names = ("database_url", "nats_url", "port", "jwks_url")
    values = {f"REPORTING_{name.upper()}": str(getattr(settings, name)) for name in names}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "reporting.rebuild"),
        env={**os.environ, **values},
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await process.communicate()
    assert process.returncode == 0
    assert told.decode().endswith("generation 2 is live\n")
