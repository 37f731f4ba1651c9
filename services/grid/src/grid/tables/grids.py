"""The grids table: every grid ever drawn, and whether it is in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.db import Db
from contracts import Event
from contracts.fields import GridLevel
from contracts.grid import GridDrawn, GridRetired
from grid.domain.grid import Grid

ADD = """
    INSERT INTO grids (grid_id, level, area, parent_id, drawn_at, version)
    VALUES ($1, $2, $3, $4, $5, 1)
"""

RETIRE = "UPDATE grids SET retired_at = $2, version = version + 1 WHERE grid_id = $1"

# Shared by those who build on it being active, exclusive for the one who retires it: whoever comes
# second waits, and then sees what the first has done.
HOLD = """
    SELECT grid_id, level, area, retired_at IS NULL AS is_active
      FROM grids WHERE grid_id = $1 FOR SHARE
"""

LOCK = "SELECT true FROM grids WHERE grid_id = $1 FOR UPDATE"

IS_DRAWN = """
    SELECT EXISTS (
        SELECT FROM grids WHERE area = $1 AND level = $2 AND retired_at IS NULL
    )
"""

CHILDREN = "SELECT count(*) FROM grids WHERE parent_id = $1 AND retired_at IS NULL"

FIND = "SELECT * FROM staffed_grids WHERE grid_id = $1"

LIST = """
    SELECT *
      FROM staffed_grids
     WHERE area >= $1 AND area < $1 || ':'
       AND ($2::text IS NULL OR level = $2)
       AND ($3::uuid IS NULL OR parent_id = $3)
       AND ($4::boolean IS NULL OR (retired_at IS NULL) = $4)
       AND ($5::boolean IS NULL OR (workers > 0) = $5)
       AND ($6::uuid IS NULL OR grid_id > $6)
     ORDER BY grid_id
     LIMIT $7
"""


@dataclass(frozen=True)
class GridRow:
    grid_id: UUID
    level: GridLevel
    area: str
    parent_id: UUID | None
    name: str | None
    workers: int
    """People who hold the role grid_worker in it."""
    drawn_at: datetime
    retired_at: datetime | None
    version: int


async def project(db: Db, events: Sequence[Event]) -> None:
    for event in events:
        match event:
            case GridDrawn(grid_id=grid, level=level, area=area, parent_id=parent, time=at):
                await db.execute(ADD, grid, level, area, parent, at)
            case GridRetired(grid_id=grid, time=at):
                await db.execute(RETIRE, grid, at)


async def hold(db: Db, grid_id: UUID) -> Grid | None:
    """The grid as it will be until the transaction ends."""
    row = await db.fetchrow(HOLD, grid_id)
    return Grid(**row) if row else None


async def lock(db: Db, grid_id: UUID) -> None:
    """Nobody builds on it until the transaction ends."""
    await db.execute(LOCK, grid_id)


async def is_drawn(db: Db, area: str, level: str) -> bool:
    """An active grid of this level is in this very area."""
    return bool(await db.fetchval(IS_DRAWN, area, level))


async def children(db: Db, grid_id: UUID) -> int:
    """Active grids right below it."""
    return int(await db.fetchval(CHILDREN, grid_id))


async def find(db: Db, grid_id: UUID) -> GridRow | None:
    row = await db.fetchrow(FIND, grid_id)
    return GridRow(**row) if row else None


async def select(
    db: Db,
    within: str,
    level: str | None,
    parent_id: UUID | None,
    is_active: bool | None,
    is_staffed: bool | None,
    after: UUID | None,
    most: int,
) -> list[GridRow]:
    """Grids in areas whose codes begin with `within`, in the order they were drawn."""
    rows = await db.fetch(LIST, within, level, parent_id, is_active, is_staffed, after, most)
    return [GridRow(**row) for row in rows]
