"""Matching while much happens at the same moment: nobody twice, and nobody overlooked."""

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from functools import partial
from uuid import UUID, uuid4

import pytest
from asyncpg import UniqueViolationError

from chassis.event_log import Origin
from contracts.volunteer import DemandMatched, TeamMemberJoined, TeamMemberLeft
from tests.integration.volunteer.world import HERE, NEXT_DOOR, now
from volunteer import handlers, matching
from volunteer.asked import Asked
from volunteer.domain.demand import PostDemand

ORIGIN = Origin()
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def a_demand(area=HERE):
    return PostDemand(uuid4(), uuid4(), area, "repair", "normal", now())


async def post(town, demand):
    await town.service.transact(lambda db: matching.post(db, demand, ORIGIN))


async def open_demands(town):
    rows = await town.pool.fetch("SELECT volunteer_id FROM demands WHERE state = 'matched'")
    return Counter(row["volunteer_id"] for row in rows)


@asynccontextmanager
async def uncommitted(town, work):
    """`work` is done, and not committed before the block ends."""
    async with town.pool.acquire() as db, db.transaction():
        await work(db)
        yield


async def waits_or_ends(town, task):
    """`task` waits for its turn, or is done because nothing made it wait."""
    async with asyncio.timeout(5):
        while not task.done() and not await town.pool.fetchval(WAITING):
            await asyncio.sleep(0.01)


async def test_many_demands_at_once_never_get_the_same_volunteer(town):
    people = [await town.registers() for _ in range(4)]
    await asyncio.gather(*(post(town, a_demand()) for _ in range(12)))
    assert await open_demands(town) == Counter(people)
    assert len(await town.said(DemandMatched)) == 4


async def test_the_second_of_two_demands_sees_that_the_volunteer_is_taken(town):
    ana = await town.registers()
    first, second = a_demand(), a_demand(NEXT_DOOR)
    async with uncommitted(town, lambda db: matching.post(db, first, ORIGIN)):
        other = asyncio.create_task(post(town, second))
        await waits_or_ends(town, other)
    await other
    assert await open_demands(town) == {ana: 1}


async def test_a_demand_and_a_volunteer_who_come_at_the_same_moment_find_each_other(town):
    demand = a_demand()
    async with uncommitted(town, lambda db: matching.post(db, demand, ORIGIN)):
        registering = asyncio.create_task(town.registers())
        await waits_or_ends(town, registering)
    ana = await registering
    assert await open_demands(town) == {ana: 1}


async def test_whatever_happens_at_once_nobody_waits_beside_somebody_free(town):
    people = [await town.registers() for _ in range(3)]

    async def fulfil_one(who):
        mine = await town.does("GET", f"/v1/volunteers/{who}/demands?state=matched")
        for one in mine["items"]:
            path = f"/v1/demands/{one['demand_id']}/fulfilment"
            await town.does("POST", path, role="volunteer", actor=who)

    for _ in range(4):
        await asyncio.gather(
            *(post(town, a_demand()) for _ in range(3)),
            *(fulfil_one(who) for who in people),
            town.registers(),
        )
    waiting = await town.demands("posted")
    busy = await open_demands(town)
    registered = await town.does("GET", "/v1/volunteers")
    assert set(busy.values()) <= {1}
    assert not waiting or len(busy) == len(registered["items"])


async def test_the_database_itself_refuses_a_second_open_demand(town):
    await town.registers()
    await post(town, a_demand())
    await post(town, a_demand())
    with pytest.raises(UniqueViolationError, match="one_open_demand"):
        await town.pool.execute(
            "UPDATE demands SET state = 'matched', volunteer_id = (SELECT volunteer_id"
            " FROM volunteers) WHERE state = 'posted'"
        )


async def test_who_deregisters_while_joining_a_team_has_left_it(town):
    ana, team = await town.registers(), UUID(await town.forms_team())
    join = partial(
        handlers.join_team, team_id=team, volunteer_id=ana, at=now(), asked=Asked(ORIGIN)
    )
    async with uncommitted(town, join):
        leaving = asyncio.create_task(town.post(f"/v1/volunteers/{ana}/deregistration"))
        await waits_or_ends(town, leaving)
    assert (await leaving).status_code == 204
    said = await town.said(TeamMemberJoined, TeamMemberLeft)
    assert [type(event) for event in said] == [TeamMemberJoined, TeamMemberLeft]
    assert (await town.does("GET", f"/v1/teams/{team}"))["members"] == 0
