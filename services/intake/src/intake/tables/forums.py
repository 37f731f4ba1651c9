"""The forums table: where people deliberate, and where they did."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from chassis.db import Db
from contracts import Event
from contracts.intake import ForumClosed, ForumEstablished, ForumSessionHeld

ADD = """
    INSERT INTO forums (forum_id, kind, area, brand, grid_id, established_at)
    VALUES ($1, $2, $3, $4, $5, $6)
"""

KEEP_NAME = "UPDATE forums SET name = $2 WHERE forum_id = $1"

COUNT_SESSION = """
    UPDATE forums SET sessions = sessions + 1, version = version + 1 WHERE forum_id = $1
"""

CLOSE = "UPDATE forums SET is_open = false, version = version + 1 WHERE forum_id = $1"

GET = "SELECT * FROM forums WHERE forum_id = $1"

# Who establishes the only one of a division waits for whoever is at it.
HOLD_DIVISION = "SELECT pg_advisory_xact_lock(hashtextextended('forum ' || $1 || $2, 0))"

OPEN_IN = "SELECT forum_id FROM forums WHERE kind = $1 AND area = $2 AND is_open LIMIT 1"

LIST = """
    SELECT *
      FROM forums
     WHERE area >= rpad($1, 12, '0') AND area <= rpad($1, 12, '9')
       AND ($2::text[] IS NULL OR kind = ANY($2))
       AND ($3::text IS NULL OR brand = $3)
       AND ($4::boolean IS NULL OR is_open = $4)
       AND ($5::uuid IS NULL OR forum_id > $5)
     ORDER BY forum_id
     LIMIT $6
"""


class Forum(BaseModel):
    forum_id: UUID
    kind: str
    area: str
    name: str
    brand: str | None
    grid_id: UUID | None
    is_open: bool
    established_at: datetime
    sessions: int
    version: int


async def project(db: Db, events: Sequence[Event]) -> None:
    for event in events:
        match event:
            case ForumEstablished(forum_id=forum_id, kind=kind, area=area, time=at):
                await db.execute(ADD, forum_id, kind, area, event.brand, event.grid_id, at)
            case ForumSessionHeld(forum_id=forum_id):
                await db.execute(COUNT_SESSION, forum_id)
            case ForumClosed(forum_id=forum_id):
                await db.execute(CLOSE, forum_id)


async def keep_name(db: Db, forum_id: UUID, name: str) -> None:
    await db.execute(KEEP_NAME, forum_id, name)


async def get(db: Db, forum_id: UUID) -> Forum | None:
    row = await db.fetchrow(GET, forum_id)
    return None if row is None else Forum.model_validate(dict(row))


async def open_in(db: Db, kind: str, area: str) -> UUID | None:
    """One of the kind in this very division; until the transaction ends there is no other."""
    await db.execute(HOLD_DIVISION, kind, area)
    forum_id: UUID | None = await db.fetchval(OPEN_IN, kind, area)
    return forum_id


async def list_after(
    db: Db,
    within: str,
    kinds: Sequence[str] | None,
    brand: str | None,
    is_open: bool | None,
    after: UUID | None,
    most: int,
) -> list[Forum]:
    rows = await db.fetch(LIST, within, kinds, brand, is_open, after, most)
    return [Forum.model_validate(dict(row)) for row in rows]
