"""The channels table, and what was in the boxes: by which ways people are heard."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from chassis.db import Db
from contracts import Event
from contracts.fields import Level
from contracts.intake import ChannelClosed, ChannelOpened

ADD = """
    INSERT INTO channels (channel_id, area, kind, place, level, opened_at, is_open, version)
    VALUES ($1, $2, $3, $4, $5, $6, true, 1)
"""

WORD = "UPDATE channels SET name = $2, address = $3, functions = $4 WHERE channel_id = $1"

CLOSE = """
    UPDATE channels SET is_open = false, closed_at = $2, version = version + 1
     WHERE channel_id = $1
"""

FIND = "SELECT * FROM channels WHERE channel_id = $1"

# Held until the transaction ends: who is appointed there waits for its closing, and the reverse.
HOLD = "SELECT * FROM channels WHERE channel_id = $1 FOR UPDATE"

LIST = """
    SELECT *
      FROM channels
     WHERE area >= rpad($1, 12, '0') AND area <= rpad($1, 12, '9')
       AND ($2::text[] IS NULL OR area = ANY($2))
       AND ($3::text IS NULL OR kind = $3)
       AND ($4::text IS NULL OR place = $4)
       AND ($5::text IS NULL OR level = $5)
       AND ($6::boolean IS NULL OR is_open = $6)
       AND ($7::uuid IS NULL OR channel_id > $7)
     ORDER BY channel_id
     LIMIT $8
"""

LOG_OPENING = """
    INSERT INTO box_openings (opening_id, channel_id, opened_by, opened_at, letters)
    VALUES ($1, $2, $3, $4, $5)
"""

OPENINGS = """
    SELECT * FROM box_openings
     WHERE channel_id = $1 AND ($2::uuid IS NULL OR opening_id < $2)
     ORDER BY opening_id DESC
     LIMIT $3
"""


class Channel(BaseModel):
    channel_id: UUID
    area: str
    kind: str
    place: str | None
    level: Level
    name: str
    address: str | None
    functions: list[str]
    opened_at: datetime
    closed_at: datetime | None
    is_open: bool
    version: int


class Opening(BaseModel):
    opening_id: UUID
    channel_id: UUID
    opened_by: str
    opened_at: datetime
    letters: int


async def project(db: Db, events: Sequence[Event]) -> None:
    for event in events:
        match event:
            case ChannelOpened():
                await db.execute(
                    ADD,
                    event.channel_id,
                    event.area,
                    event.kind,
                    event.place,
                    event.level,
                    event.time,
                )
            case ChannelClosed():
                await db.execute(CLOSE, event.channel_id, event.time)


async def word(
    db: Db, channel_id: UUID, name: str, address: str | None, functions: list[str]
) -> None:
    await db.execute(WORD, channel_id, name, address, functions)


async def find(db: Db, channel_id: UUID) -> Channel | None:
    row = await db.fetchrow(FIND, channel_id)
    return Channel(**row) if row else None


async def hold(db: Db, channel_id: UUID) -> Channel | None:
    """As `find`; nobody else changes it until the transaction ends."""
    row = await db.fetchrow(HOLD, channel_id)
    return Channel(**row) if row else None


async def select(
    db: Db,
    within: str,
    places: list[str] | None,
    kind: str | None,
    place: str | None,
    level: str | None,
    is_open: bool | None,
    after: UUID | None,
    most: int,
) -> list[Channel]:
    """In areas whose codes begin with `within` and, if given, are of `places`."""
    rows = await db.fetch(LIST, within, places, kind, place, level, is_open, after, most)
    return [Channel(**row) for row in rows]


async def log_opening(db: Db, opening: Opening) -> None:
    await db.execute(LOG_OPENING, *opening.model_dump().values())


async def openings(db: Db, channel_id: UUID, after: UUID | None, most: int) -> list[Opening]:
    """Of the box, the latest first."""
    rows = await db.fetch(OPENINGS, channel_id, after, most)
    return [Opening(**row) for row in rows]
