"""The topics table: what the city asks, or asked, suggestions for."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from chassis.db import Db
from contracts import Event
from contracts.intake import TopicClosed, TopicPublished

ADD = """
    INSERT INTO topics
        (topic_id, area, theme, is_drive, opens_on, closes_on, published_at, is_open, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, true, 1)
"""

WORD = "UPDATE topics SET title = $2, description = $3 WHERE topic_id = $1"

CLOSE = """
    UPDATE topics SET is_open = false, closed_at = $2, version = version + 1 WHERE topic_id = $1
"""

FIND = """
    SELECT *, is_open AND opens_on <= $2 AND $2 < closes_on AS takes_now
      FROM topics
     WHERE topic_id = $1
"""

LIST = """
    SELECT *
      FROM (SELECT *, is_open AND opens_on <= $1 AND $1 < closes_on AS takes_now FROM topics) topics
     WHERE area >= rpad($2, 12, '0') AND area <= rpad($2, 12, '9')
       AND ($3::text[] IS NULL OR area = ANY($3))
       AND ($4::text IS NULL OR theme = $4)
       AND ($5::boolean IS NULL OR is_drive = $5)
       AND ($6::boolean IS NULL OR takes_now = $6)
       AND ($7::uuid IS NULL OR topic_id < $7)
     ORDER BY topic_id DESC
     LIMIT $8
"""

OVER = "SELECT topic_id FROM topics WHERE is_open AND closes_on <= $1 ORDER BY closes_on LIMIT $2"


class Topic(BaseModel):
    topic_id: UUID
    area: str
    theme: str
    is_drive: bool
    title: str
    description: str | None
    opens_on: date
    closes_on: date
    published_at: datetime
    closed_at: datetime | None
    takes_now: bool
    """It is not closed, and today is one of its days."""
    version: int


async def project(db: Db, events: Sequence[Event]) -> None:
    for event in events:
        match event:
            case TopicPublished():
                await db.execute(
                    ADD,
                    event.topic_id,
                    event.area,
                    event.theme,
                    event.is_drive,
                    event.opens_on,
                    event.closes_on,
                    event.time,
                )
            case TopicClosed():
                await db.execute(CLOSE, event.topic_id, event.time)


async def word(db: Db, topic_id: UUID, title: str, description: str | None) -> None:
    await db.execute(WORD, topic_id, title, description)


async def find(db: Db, topic_id: UUID, today: date) -> Topic | None:
    row = await db.fetchrow(FIND, topic_id, today)
    return Topic(**row) if row else None


async def select(
    db: Db,
    today: date,
    within: str,
    places: list[str] | None,
    theme: str | None,
    is_drive: bool | None,
    takes_now: bool | None,
    after: UUID | None,
    most: int,
) -> list[Topic]:
    """The newest first, in areas whose codes begin with `within` and, if given, are of `places`."""
    rows = await db.fetch(LIST, today, within, places, theme, is_drive, takes_now, after, most)
    return [Topic(**row) for row in rows]


async def over(db: Db, today: date, most: int) -> list[UUID]:
    """Those that were not closed though their closing day has come."""
    return [row["topic_id"] for row in await db.fetch(OVER, today, most)]
