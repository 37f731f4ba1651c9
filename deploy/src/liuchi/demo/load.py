"""Puts a demo city together, part by part; what is there already stays as it is."""

from datetime import UTC, datetime

from liuchi.demo import (
    affairs,
    areas,
    cases,
    checklists,
    grids,
    register,
    stories,
    teams,
    volunteers,
)
from liuchi.demo.client import Client, connected, each
from liuchi.demo.progress import Progress, Unwatched
from liuchi.demo.size import Size
from liuchi.stack import Stack


async def load(stack: Stack, size: Size, progress: Progress | None = None) -> None:
    """Fill the city. A second time changes nothing; broken off, it goes on where it was.

    Raises StackError with a service's sentence when it says no or stays away.
    """
    async with connected(stack, size.seed) as client:
        await fill(client, size, progress or Unwatched())


async def fill(client: Client, size: Size, progress: Progress) -> None:
    everywhere = register.read()
    places = register.registered(everywhere, size)
    communities = register.communities(places, size)
    mark = await checklists.find_mark(client)
    if mark and checklists.written(size) in mark.loaded:
        return
    await areas.load(client, progress, places)
    mark = mark or await checklists.begin_mark(client, datetime.now(UTC))
    until = mark.until
    await client.settles("grid", "intake", "volunteer")

    async def fill_grid() -> None:
        await areas.count_households(client, progress, size, places, until.year - 1)
        by_code = {place.code: place for place in places}
        await grids.load(client, progress, grids.plan(size, by_code, communities))
        await checklists.load(client, progress, size, until)

    async def fill_volunteer() -> None:
        await volunteers.load(client, progress, volunteers.plan(size, communities, until))
        formed = teams.teams(size, communities, until)
        await teams.load(client, progress, formed, teams.activities(size, formed, until), until)

    await each([fill_grid, fill_volunteer], lambda part: part())
    await client.settles("grid", "intake")
    await cases.load(client, progress, size, stories.plan(size, communities, until), communities)
    await affairs.load(client, progress, size, communities, until)
    await checklists.finish_mark(client, mark, size)
