"""The areas table and their statistics: which divisions there are, and their numbers by year."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.db import Db
from contracts import Event
from contracts.fields import Level
from contracts.grid import AreaRegistered, AreaStatisticsSet

ADD = """
    INSERT INTO areas (code, level, parent, name, is_urban, version)
    SELECT *, 1 FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::boolean[])
"""

SET_STATISTICS = """
    WITH counted AS (
        INSERT INTO area_statistics (area, year, households, population, urban_residents)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (area, year) DO UPDATE SET
            households = EXCLUDED.households,
            population = EXCLUDED.population,
            urban_residents = EXCLUDED.urban_residents
    )
    UPDATE areas SET version = version + 1 WHERE code = $1
"""

NAMES = "SELECT code, name FROM areas WHERE code = ANY($1)"

# Held until the transaction ends: two grids cannot be drawn in the same area at once.
HOLD = "SELECT code FROM areas WHERE code = $1 FOR UPDATE"

FIND = "SELECT code, level, parent, name, is_urban, version FROM areas WHERE code = $1"

STATISTICS = """
    SELECT year, households, population, urban_residents
      FROM area_statistics WHERE area = $1 ORDER BY year DESC
"""

LIST = """
    SELECT code, level, parent, name, is_urban, version
      FROM areas
     WHERE code >= $1 AND code < $1 || ':'
       AND ($2::text IS NULL OR parent = $2)
       AND ($3::text IS NULL OR level = $3)
       AND ($4::text IS NULL OR strpos(name, $4) > 0)
       AND ($5::boolean IS NULL OR is_urban = $5)
       AND ($6::text IS NULL OR code > $6)
     ORDER BY code
     LIMIT $7
"""


@dataclass(frozen=True)
class AreaRow:
    code: str
    level: Level
    parent: str | None
    name: str
    is_urban: bool
    version: int


async def project(db: Db, events: Sequence[Event]) -> None:
    registered = [event for event in events if isinstance(event, AreaRegistered)]
    if registered:
        await db.execute(
            ADD,
            [event.area for event in registered],
            [event.level for event in registered],
            [event.parent for event in registered],
            [event.name for event in registered],
            [event.is_urban for event in registered],
        )
    for event in events:
        if isinstance(event, AreaStatisticsSet):
            numbers = (event.households, event.population, event.urban_residents)
            await db.execute(SET_STATISTICS, event.area, event.year, *numbers)


async def names(db: Db, codes: Sequence[str]) -> dict[str, str]:
    """Those of the codes that are registered, with their names."""
    return {row["code"]: row["name"] for row in await db.fetch(NAMES, codes)}


async def hold(db: Db, code: str) -> bool:
    """Lock the area until the transaction ends; False when it is not registered."""
    return await db.fetchval(HOLD, code) is not None


async def find(db: Db, code: str) -> AreaRow | None:
    row = await db.fetchrow(FIND, code)
    return AreaRow(**row) if row else None


async def statistics(db: Db, code: str) -> list[dict[str, int]]:
    """Year and its three numbers, latest first."""
    return [dict(row) for row in await db.fetch(STATISTICS, code)]


async def select(
    db: Db,
    within: str,
    parent: str | None,
    level: str | None,
    name: str | None,
    is_urban: bool | None,
    after: str | None,
    most: int,
) -> list[AreaRow]:
    """Areas whose codes begin with `within`, in the order of their codes."""
    rows = await db.fetch(LIST, within, parent, level, name, is_urban, after, most)
    return [AreaRow(**row) for row in rows]
