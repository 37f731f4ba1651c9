"""What a command writes goes to the database together, and all of it or nothing."""

from contextlib import asynccontextmanager, suppress
from uuid import uuid4

import pytest
from asyncpg import UniqueViolationError

from chassis.db import HistoryMoved, look, together, write
from chassis.event_log import Origin, append, next_in
from tests.integration.chassis.teams import formed, stream

NOTE = """
    noted AS (INSERT INTO notes (place, words) VALUES ($1, $2))
"""

COUNT = """
    counted AS (INSERT INTO counts (of) VALUES ($1))
"""

NOTES = "SELECT place, words FROM notes ORDER BY place"


@pytest.fixture
async def pool(database):
    pool = await database("chassis")
    await pool.execute("CREATE TABLE notes (place integer PRIMARY KEY, words text NOT NULL)")
    await pool.execute("CREATE TABLE counts (of text)")
    return pool


@asynccontextmanager
async def listening(pool):
    """A command, and the statements that its connection sends."""
    sent = []
    async with pool.acquire() as connection:
        with connection.query_logger(lambda record: sent.append(record.query.split()[0])):
            async with together(connection) as db:
                yield db, sent


async def notes(db):
    return [tuple(row) for row in await db.fetch(NOTES)]


async def test_what_is_looked_at_and_written_is_two_round_trips(pool):
    async with listening(pool) as (db, sent):
        assert await look(db, NOTES) == []
        await write(db, NOTE, 1, "one")
        await write(db, COUNT, "one")
    assert sent == ["SELECT", "WITH"]
    assert await notes(pool) == [(1, "one")]
    assert await pool.fetchval("SELECT of FROM counts") == "one"


async def test_what_asks_for_more_is_a_transaction_that_sees_what_was_written(pool):
    async with listening(pool) as (db, sent):
        await write(db, NOTE, 1, "one")
        assert await notes(db) == [(1, "one")]
        assert await look(db, NOTES) != []
        await db.execute("UPDATE notes SET words = 'two'")
        await write(db, NOTE, 2, "more")
        assert await db.fetchval("SELECT count(*) FROM notes") == 2
        assert await notes(pool) == []
    assert sent[:3] == ["BEGIN;", "WITH", "SELECT"]
    assert await notes(pool) == [(1, "two"), (2, "more")]


async def test_a_look_sees_what_was_written_before_it(pool):
    async with listening(pool) as (db, _):
        await write(db, NOTE, 1, "one")
        assert [tuple(row) for row in await look(db, NOTES)] == [(1, "one")]


async def test_parts_are_run_in_the_order_of_writing(pool):
    await pool.execute("CREATE SEQUENCE turns")
    async with listening(pool) as (db, _):
        for name in ("event", "row", "key"):
            turn = f"{name} AS (INSERT INTO counts SELECT $1 || nextval('turns'))"
            await write(db, turn, f"{name} ")
    taken = [row["of"] for row in await pool.fetch("SELECT of FROM counts ORDER BY of")]
    assert taken == ["event 1", "key 3", "row 2"]


async def test_the_same_may_be_written_twice(pool):
    async with listening(pool) as (db, _):
        await write(db, NOTE, 1, "one")
        await write(db, NOTE, 2, "two")
    assert await notes(pool) == [(1, "one"), (2, "two")]


@pytest.mark.parametrize("has_begun", [False, True])
async def test_a_fault_takes_all_of_it_back(pool, has_begun):
    async def work():
        async with listening(pool) as (db, _):
            await write(db, NOTE, 1, "one")
            if has_begun:
                await db.execute("INSERT INTO counts VALUES ('one')")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await work()
    assert await notes(pool) == []
    assert await pool.fetchval("SELECT count(*) FROM counts") == 0


async def test_one_refused_part_takes_the_others_along(pool):
    await write(pool, NOTE, 1, "one")

    async def work():
        async with listening(pool) as (db, _):
            await write(db, COUNT, "one")
            await write(db, NOTE, 1, "again")

    with pytest.raises(UniqueViolationError):
        await work()
    assert await pool.fetchval("SELECT count(*) FROM counts") == 0


async def test_a_savepoint_takes_back_what_was_written_inside_and_nothing_else(pool):
    async with listening(pool) as (db, _):
        await write(db, NOTE, 1, "before")
        with suppress(ZeroDivisionError):
            async with db.transaction():
                await write(db, COUNT, "inside")
                await db.execute("UPDATE notes SET words = 'inside'")
                await write(db, NOTE, 2, "inside")
                raise ZeroDivisionError
        async with db.transaction():
            await write(db, NOTE, 3, "inside")
        await write(db, COUNT, "after")
    assert await notes(pool) == [(1, "before"), (3, "inside")]
    assert [row["of"] for row in await pool.fetch("SELECT of FROM counts")] == ["after"]


async def test_who_comes_second_to_a_history_is_told_at_the_end(pool):
    team_id = uuid4()
    first = next_in(stream(team_id), 0, [formed(team_id)], Origin())
    await append(pool, first)

    async def work():
        async with listening(pool) as (db, _):
            await write(db, NOTE, 1, "one")
            await append(db, next_in(stream(team_id), 0, [formed(team_id)], Origin()))

    with pytest.raises(HistoryMoved):
        await work()
    assert await notes(pool) == []
