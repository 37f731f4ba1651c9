"""The observations table: what observers reported, and what came of it; texts are in the vault."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from chassis.db import Db
from contracts import Event
from contracts.intake import ObservationReported

ADD = """
    INSERT INTO observations
        (observation_id, observer_id, channel_id, area, kind, theme, reported_at, is_open, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, true, 1)
"""

ASSESS = """
    UPDATE observations
       SET is_open = false, assessed_at = $2, became = $3, case_id = $4, case_kind = $5,
           version = version + 1
     WHERE observation_id = $1
"""

FIND = "SELECT * FROM observations WHERE observation_id = $1"

LIST = """
    SELECT *
      FROM observations
     WHERE area >= rpad($1, 12, '0') AND area <= rpad($1, 12, '9')
       AND ($2::text IS NULL OR kind = $2)
       AND ($3::text IS NULL OR theme = $3)
       AND ($4::uuid IS NULL OR observer_id = $4)
       AND ($5::boolean IS NULL OR is_open = $5)
       AND ($6::text IS NULL
            OR observer_id IN (SELECT observer_id FROM observers WHERE person_id::text = $6))
       AND ($7::uuid IS NULL OR observation_id < $7)
     ORDER BY observation_id DESC
     LIMIT $8
"""


class Observation(BaseModel):
    observation_id: UUID
    observer_id: UUID
    channel_id: UUID
    area: str
    kind: str
    """Of the channel."""
    theme: str
    reported_at: datetime
    assessed_at: datetime | None = None
    became: Literal["note", "case"] | None = None
    case_id: UUID | None = None
    case_kind: str | None = None
    is_open: bool = True
    """It waits to be assessed."""
    version: int = 1


async def add(db: Db, row: Observation) -> None:
    await db.execute(
        ADD,
        row.observation_id,
        row.observer_id,
        row.channel_id,
        row.area,
        row.kind,
        row.theme,
        row.reported_at,
    )


async def project(db: Db, events: Sequence[Event]) -> None:
    for event in events:
        if isinstance(event, ObservationReported):
            became = (event.became, event.case_id, event.case_kind)
            await db.execute(ASSESS, event.observation_id, event.time, *became)


async def find(db: Db, observation_id: UUID) -> Observation | None:
    row = await db.fetchrow(FIND, observation_id)
    return Observation(**row) if row else None


async def select(
    db: Db,
    within: str,
    kind: str | None,
    theme: str | None,
    observer_id: UUID | None,
    is_open: bool | None,
    person: str | None,
    after: UUID | None,
    most: int,
) -> list[Observation]:
    """The newest first, in areas whose codes begin with `within`."""
    rows = await db.fetch(LIST, within, kind, theme, observer_id, is_open, person, after, most)
    return [Observation(**row) for row in rows]
