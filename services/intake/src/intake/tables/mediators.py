"""The mediators table: whom parties may choose; names of persons and groups are in the vault."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from chassis.db import Db
from contracts import Event
from contracts.intake import MediatorEnrolled, MediatorLeft
from intake.domain.mediator import Form

ADD = """
    INSERT INTO mediators (mediator_id, area, kind, form, brand, enrolled_at, is_open, version)
    VALUES ($1, $2, $3, $4, $5, $6, true, 1)
"""

DESCRIBE = "UPDATE mediators SET name = $2, skills = $3 WHERE mediator_id = $1"

LEAVE = """
    UPDATE mediators SET is_open = false, left_at = $2, version = version + 1
     WHERE mediator_id = $1
"""

FIND = "SELECT * FROM mediators WHERE mediator_id = $1"

# Held until the transaction ends: nobody is forgotten while being enrolled or taken off.
HOLD = "SELECT * FROM mediators WHERE mediator_id = $1 FOR UPDATE"

LIST = """
    SELECT *
      FROM mediators
     WHERE area >= rpad($1, 12, '0') AND area <= rpad($1, 12, '9')
       AND ($2::text[] IS NULL OR area = ANY($2))
       AND ($3::text IS NULL OR kind = $3)
       AND ($4::text IS NULL OR form = $4)
       AND ($5::text IS NULL OR brand = $5)
       AND ($6::text IS NULL OR $6 = ANY(skills))
       AND ($7::boolean IS NULL OR is_open = $7)
       AND ($8::uuid IS NULL OR mediator_id > $8)
     ORDER BY mediator_id
     LIMIT $9
"""


class Mediator(BaseModel):
    mediator_id: UUID
    area: str
    kind: str
    form: Form
    brand: str | None
    name: str | None
    """Of an organisation only."""
    skills: list[str]
    enrolled_at: datetime
    left_at: datetime | None
    is_open: bool
    """On the menu."""
    version: int


async def project(db: Db, events: Sequence[Event]) -> None:
    for event in events:
        match event:
            case MediatorEnrolled():
                await db.execute(
                    ADD,
                    event.mediator_id,
                    event.area,
                    event.kind,
                    event.form,
                    event.brand,
                    event.time,
                )
            case MediatorLeft():
                await db.execute(LEAVE, event.mediator_id, event.time)


async def describe(db: Db, mediator_id: UUID, name: str | None, skills: list[str]) -> None:
    await db.execute(DESCRIBE, mediator_id, name, skills)


async def find(db: Db, mediator_id: UUID) -> Mediator | None:
    row = await db.fetchrow(FIND, mediator_id)
    return Mediator(**row) if row else None


async def hold(db: Db, mediator_id: UUID) -> Mediator | None:
    """As `find`; nobody else changes it until the transaction ends."""
    row = await db.fetchrow(HOLD, mediator_id)
    return Mediator(**row) if row else None


async def select(
    db: Db,
    within: str,
    places: list[str] | None,
    kind: str | None,
    form: str | None,
    brand: str | None,
    skill: str | None,
    is_open: bool | None,
    after: UUID | None,
    most: int,
) -> list[Mediator]:
    """In areas whose codes begin with `within` and, if given, are of `places`."""
    rows = await db.fetch(LIST, within, places, kind, form, brand, skill, is_open, after, most)
    return [Mediator(**row) for row in rows]
