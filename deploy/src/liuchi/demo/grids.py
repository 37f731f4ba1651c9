"""Draws grids of three levels in urban communities and finds people to work in them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from liuchi.demo.client import Client, each
from liuchi.demo.progress import Progress
from liuchi.demo.register import CITY, Place
from liuchi.demo.size import Size

LEVELS = ("township", "community", "estate")
UNSTAFFED = 0.08
"""Share of the estate grids that look for a worker."""


@dataclass(frozen=True)
class Grid:
    level: str
    area: str
    name: str
    parent: "Grid | None" = None
    has_worker: bool = False


def plan(size: Size, places: Mapping[str, Place], communities: Sequence[Place]) -> list[Grid]:
    """Parents before children."""
    rng = Random(f"{size.seed} grids")  # noqa: S311 - a city that can be had again
    townships = {
        code: Grid("township", code, f"{places[code].name}网格")
        for code in dict.fromkeys(community.parent for community in communities)
    }
    grids = [*townships.values()]
    for place in communities:
        parent = townships[place.parent]
        community = Grid("community", place.code, f"{place.name}网格", parent, has_worker=True)
        estates = size.estates if rng.random() < size.estates_in else 0
        grids += [community, *_estates(rng, community, place, estates)]
    return grids


async def load(client: Client, progress: Progress, grids: Sequence[Grid]) -> None:
    """What is drawn or staffed already stays as it is."""
    drawn = {
        (row["level"], row["area"], row["name"]): str(row["grid_id"])
        for row in await client.all("grid", "/v1/grids", area=CITY)
    }
    ids = {
        grid: drawn[key] for grid in grids if (key := (grid.level, grid.area, grid.name)) in drawn
    }
    progress.begin("grids", len(grids) - len(ids))

    async def draw(grid: Grid) -> None:
        body = {"level": grid.level, "area": grid.area, "name": grid.name}
        if grid.parent:
            body["parent_id"] = ids[grid.parent]
        row = await client.post("grid", "/v1/grids", body, f"grid-{grid.level}-{_place(grid)}")
        ids[grid] = row["grid_id"]
        progress.step("grids")

    for level in LEVELS:
        await each([one for one in grids if one.level == level and one not in ids], draw)
    await _find_workers(client, progress, [(one, ids[one]) for one in grids if one.has_worker])


async def _find_workers(
    client: Client, progress: Progress, grids: Sequence[tuple[Grid, str]]
) -> None:
    held = await client.all("grid", "/v1/posts", area=CITY, role="grid_worker")
    staffed = {row["grid_id"] for row in held}
    numbered = [one for one in enumerate(grids, 1) if one[1][1] not in staffed]
    progress.begin("grid workers", len(numbered))

    async def assign(one: tuple[int, tuple[Grid, str]]) -> None:
        number, (grid, grid_id) = one
        body = {
            "role": "grid_worker",
            "grid_id": grid_id,
            "way": "recruited",
            "engagement": "full_time" if grid.level == "community" else "part_time",
            "name": f"演示网格员{number:04}",
            "phone": f"00000-1{number:05}",
        }
        await client.post("grid", "/v1/posts", body, f"worker-{grid.level}-{_place(grid)}")
        progress.step("grid workers")

    await each(numbered, assign)


def _estates(rng: Random, community: Grid, place: Place, count: int) -> Iterator[Grid]:
    for number in range(1, count + 1):
        name = f"{place.name}第{number}网格"
        has_worker = rng.random() > UNSTAFFED
        yield Grid("estate", place.code, name, community, has_worker)


def _place(grid: Grid) -> str:
    """Its name in letters that a key may have."""
    return f"{grid.area}-{grid.name.encode().hex()[-24:]}"
