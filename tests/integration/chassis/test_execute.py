"""The shell of every command: all of it happens, or none of it."""

import asyncio
from uuid import uuid4

import pytest

from chassis.access import OutsideArea
from chassis.db import HistoryMoved
from chassis.decider import Refused
from chassis.event_log import load
from chassis.execute import execute, execute_many, project_nothing
from chassis.transact import transact
from tests.integration.chassis.teams import Form, Join, decider, formed, joined, stream

COUNTS = "SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM outbox)"


class Ear:
    """Stands where a relay would and counts its kicks."""

    kicks = 0

    def kick(self):
        self.kicks += 1


@pytest.fixture
async def pool(database):
    return await database("chassis")


async def form(db, team_id, **how):
    return await execute(db, decider, stream(team_id), Form(team_id), **how)


async def test_what_is_decided_is_recorded_and_enqueued_together(pool):
    team_id = uuid4()
    async with pool.acquire() as db, db.transaction():
        assert await form(db, team_id) == [formed(team_id)]
    assert await load(pool, stream(team_id)) == [formed(team_id)]
    assert tuple(await pool.fetchrow(COUNTS)) == (1, 1)


async def test_a_failed_projection_takes_the_events_back(pool):
    async def fail(_db, _events):
        raise RuntimeError("a read table is in the way")

    with pytest.raises(RuntimeError, match="in the way"):
        await transact(pool, Ear(), lambda db: form(db, uuid4(), project=fail))
    assert tuple(await pool.fetchrow(COUNTS)) == (0, 0)


async def test_a_command_that_already_holds_says_nothing(pool):
    team_id = uuid4()
    await transact(pool, Ear(), lambda db: form(db, team_id))
    assert await transact(pool, Ear(), lambda db: form(db, team_id)) == []
    assert tuple(await pool.fetchrow(COUNTS)) == (1, 1)


async def test_a_refusal_stores_nothing(pool):
    team_id = uuid4()
    with pytest.raises(Refused, match="form it first"):
        await execute(pool, decider, stream(team_id), Join(team_id, uuid4()))
    assert tuple(await pool.fetchrow(COUNTS)) == (0, 0)


async def test_creating_what_exists_is_history_moved(pool):
    team_id = uuid4()
    await form(pool, team_id)
    with pytest.raises(HistoryMoved):
        await form(pool, team_id, creates=True)


async def ask(db, _events):
    await db.fetchval("SELECT true")


@pytest.mark.parametrize("project", [project_nothing, ask])
async def test_racing_commands_on_one_history_all_get_in_by_deciding_again(pool, project):
    team_id, volunteers, ear = uuid4(), [uuid4() for _ in range(3)], Ear()
    await form(pool, team_id)

    def join(volunteer_id):
        command = Join(team_id, volunteer_id)
        return transact(
            pool, ear, lambda db: execute(db, decider, stream(team_id), command, project=project)
        )

    await asyncio.gather(*map(join, volunteers))
    history = await load(pool, stream(team_id))
    assert {event.volunteer_id for event in history[1:]} == set(volunteers)
    assert ear.kicks == 3


@pytest.mark.parametrize("place", ["340403000000", "341300000000"])
async def test_a_caller_reaches_nothing_outside_its_territory(pool, place):
    team_id = uuid4()
    form, join = Form(team_id, place), Join(team_id, uuid4())
    with pytest.raises(OutsideArea):
        await execute(pool, decider, stream(team_id), form, within="340402")
    await execute(pool, decider, stream(team_id), form)
    with pytest.raises(OutsideArea):
        await execute(pool, decider, stream(team_id), join, within="340402")


async def test_many_commands_are_recorded_in_one_go(pool):
    known, new, volunteer_id = uuid4(), uuid4(), uuid4()
    await form(pool, known)
    commands = [(stream(known), Join(known, volunteer_id)), (stream(new), Form(new))]
    said = await execute_many(pool, decider, commands)
    assert said == [joined(known, volunteer_id), formed(new)]
    assert await load(pool, stream(known)) == [formed(known), joined(known, volunteer_id)]
