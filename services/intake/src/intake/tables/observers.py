"""The observers table: who observes, or observed, for which station; names are in the vault."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from chassis.db import Db
from contracts import Event
from contracts.intake import ObserverAppointed, ObserverReleased

ADD = """
    INSERT INTO observers
        (observer_id, person_id, channel_id, area, kind, until, appointed_at, is_open, version)
    SELECT $1, $2, $3, $4, kind, $5, $6, true, 1 FROM channels WHERE channel_id = $3
"""

RELEASE = """
    UPDATE observers SET is_open = false, released_at = $2, version = version + 1
     WHERE observer_id = $1
"""

FIND = "SELECT * FROM observers WHERE observer_id = $1"

# Held until the transaction ends: nobody is forgotten, or reports, while being released.
HOLD = "SELECT * FROM observers WHERE observer_id = $1 FOR UPDATE"

IS_APPOINTED = """
    SELECT EXISTS (SELECT FROM observers WHERE channel_id = $1 AND person_id = $2 AND is_open)
"""

APPOINTED_TO = """
    SELECT observer_id FROM observers WHERE channel_id = $1 AND is_open ORDER BY observer_id
"""

LIST = """
    SELECT *
      FROM observers
     WHERE area >= rpad($1, 12, '0') AND area <= rpad($1, 12, '9')
       AND ($2::text IS NULL OR kind = $2)
       AND ($3::uuid IS NULL OR channel_id = $3)
       AND ($4::boolean IS NULL OR is_open = $4)
       AND ($5::text IS NULL OR person_id::text = $5)
       AND ($6::uuid IS NULL OR observer_id > $6)
     ORDER BY observer_id
     LIMIT $7
"""

OVER = "SELECT observer_id FROM observers WHERE is_open AND until <= $1 ORDER BY until LIMIT $2"


class Observer(BaseModel):
    observer_id: UUID
    person_id: UUID
    channel_id: UUID
    area: str
    kind: str
    """Of the channel."""
    until: date
    """The first day on which the person no longer observes."""
    appointed_at: datetime
    released_at: datetime | None
    is_open: bool
    """Not released."""
    version: int


async def project(db: Db, events: Sequence[Event]) -> None:
    for event in events:
        match event:
            case ObserverAppointed():
                await db.execute(
                    ADD,
                    event.observer_id,
                    event.person_id,
                    event.channel_id,
                    event.area,
                    event.until,
                    event.time,
                )
            case ObserverReleased():
                await db.execute(RELEASE, event.observer_id, event.time)


async def find(db: Db, observer_id: UUID) -> Observer | None:
    row = await db.fetchrow(FIND, observer_id)
    return Observer(**row) if row else None


async def hold(db: Db, observer_id: UUID) -> Observer | None:
    """As `find`; nobody else changes it until the transaction ends."""
    row = await db.fetchrow(HOLD, observer_id)
    return Observer(**row) if row else None


async def is_appointed(db: Db, channel_id: UUID, person_id: UUID) -> bool:
    return bool(await db.fetchval(IS_APPOINTED, channel_id, person_id))


async def appointed_to(db: Db, channel_id: UUID) -> list[UUID]:
    return [row["observer_id"] for row in await db.fetch(APPOINTED_TO, channel_id)]


async def select(
    db: Db,
    within: str,
    kind: str | None,
    channel_id: UUID | None,
    is_open: bool | None,
    person: str | None,
    after: UUID | None,
    most: int,
) -> list[Observer]:
    """In areas whose codes begin with `within`, in the order of appointment."""
    rows = await db.fetch(LIST, within, kind, channel_id, is_open, person, after, most)
    return [Observer(**row) for row in rows]


async def over(db: Db, today: date, most: int) -> list[UUID]:
    """Those who were not released though their term is over."""
    return [row["observer_id"] for row in await db.fetch(OVER, today, most)]
