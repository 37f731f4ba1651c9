"""The posts table: who holds, or held, which role where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.db import Db
from contracts import Event
from contracts.grid import PostAssigned, PostReleased
from grid.domain.post import Engagement, WayIn, WayOut

ADD = """
    INSERT INTO posts
        (post_id, person_id, role, area, grid_id, way_in, engagement, assigned_at, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)
"""

RELEASE = """
    UPDATE posts SET way_out = $2, released_at = $3, version = version + 1 WHERE post_id = $1
"""

# What is decided about a person is decided one after another.
HOLD_PERSON = "SELECT pg_advisory_xact_lock(hashtextextended($1::uuid::text, 0))"

IS_HELD = """
    SELECT EXISTS (
        SELECT FROM posts
         WHERE person_id = $1 AND role = $2 AND area = $3
           AND grid_id IS NOT DISTINCT FROM $4 AND released_at IS NULL
    )
"""

HELD_IN = "SELECT count(*) FROM posts WHERE grid_id = $1 AND released_at IS NULL"

OF_PERSON = "SELECT * FROM posts WHERE person_id = $1 ORDER BY post_id"

FIND = "SELECT * FROM posts WHERE post_id = $1"

LIST = """
    SELECT *
      FROM posts
     WHERE area >= $1 AND area < $1 || ':'
       AND ($2::text IS NULL OR role = $2)
       AND ($3::uuid IS NULL OR grid_id = $3)
       AND ($4::uuid IS NULL OR person_id = $4)
       AND ($5::boolean IS NULL OR (released_at IS NULL) = $5)
       AND ($6::uuid IS NULL OR post_id > $6)
     ORDER BY post_id
     LIMIT $7
"""


@dataclass(frozen=True)
class PostRow:
    post_id: UUID
    person_id: UUID
    role: str
    area: str
    grid_id: UUID | None
    way_in: WayIn
    engagement: Engagement
    assigned_at: datetime
    way_out: WayOut | None
    released_at: datetime | None
    version: int


async def project(db: Db, events: Sequence[Event]) -> None:
    for event in events:
        match event:
            case PostAssigned():
                await db.execute(
                    ADD,
                    event.post_id,
                    event.person_id,
                    event.role,
                    event.area,
                    event.grid_id,
                    event.way,
                    event.engagement,
                    event.time,
                )
            case PostReleased():
                await db.execute(RELEASE, event.post_id, event.way, event.time)


async def hold_person(db: Db, person_id: UUID) -> None:
    """Wait for others who decide about the person; they then wait for this transaction."""
    await db.execute(HOLD_PERSON, person_id)


async def is_held(db: Db, person_id: UUID, role: str, area: str, grid_id: UUID | None) -> bool:
    """The person has this very role at this very place."""
    return bool(await db.fetchval(IS_HELD, person_id, role, area, grid_id))


async def held_in(db: Db, grid_id: UUID) -> int:
    """How many posts are held in the grid."""
    return int(await db.fetchval(HELD_IN, grid_id))


async def of_person(db: Db, person_id: UUID) -> list[PostRow]:
    """All posts the person holds or held, anywhere."""
    return [PostRow(**row) for row in await db.fetch(OF_PERSON, person_id)]


async def find(db: Db, post_id: UUID) -> PostRow | None:
    row = await db.fetchrow(FIND, post_id)
    return PostRow(**row) if row else None


async def select(
    db: Db,
    within: str,
    role: str | None,
    grid_id: UUID | None,
    person_id: UUID | None,
    is_held: bool | None,
    after: UUID | None,
    most: int,
) -> list[PostRow]:
    """Posts in areas whose codes begin with `within`, in the order they were assigned."""
    rows = await db.fetch(LIST, within, role, grid_id, person_id, is_held, after, most)
    return [PostRow(**row) for row in rows]
