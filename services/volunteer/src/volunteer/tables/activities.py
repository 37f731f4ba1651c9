"""The activities table and who joined them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from chassis.db import Db
from contracts import Event
from contracts.volunteer import (
    ActivityCancelled,
    ActivityHeld,
    ActivityJoined,
    ActivityLeft,
    ActivityScheduled,
)

ADD = """
    INSERT INTO activities
        (activity_id, team_id, kind, theme, area, starts_at, places, joined, state, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 'scheduled', 1)
"""

JOIN = """
    WITH joined AS (INSERT INTO activity_volunteers (activity_id, volunteer_id) VALUES ($1, $2))
    UPDATE activities SET joined = joined + 1, version = version + 1 WHERE activity_id = $1
"""

LEAVE = """
    WITH gone AS (
        DELETE FROM activity_volunteers WHERE activity_id = $1 AND volunteer_id = $2
    )
    UPDATE activities SET joined = joined - 1, version = version + 1 WHERE activity_id = $1
"""

HOLD = """
    UPDATE activities
       SET state = 'held', participants = $2, beneficiaries = $3, hours = $4, version = version + 1
     WHERE activity_id = $1
"""

CANCEL = "UPDATE activities SET state = 'cancelled', version = version + 1 WHERE activity_id = $1"

GET = """
    SELECT activity_id, team_id, kind, theme, area, starts_at, places, joined, state,
           participants, beneficiaries, hours, version
      FROM activities
     WHERE activity_id = $1
"""

# A place is given to one after the other: many join at once, and none of them should lose a race.
TAKE = "SELECT version FROM activities WHERE activity_id = $1 FOR UPDATE"

SCHEDULED_OF_VOLUNTEER = """
    SELECT activity_id
      FROM activity_volunteers JOIN activities USING (activity_id)
     WHERE volunteer_id = $1 AND state = 'scheduled'
     ORDER BY activity_id
"""

LIST = """
    SELECT activity_id, team_id, kind, theme, area, starts_at, places, joined, state,
           participants, beneficiaries, hours, version
      FROM activities
     WHERE area BETWEEN rpad($1, 12, '0') AND rpad($1, 12, '9')
       AND ($2::text IS NULL OR state = $2)
       AND ($3::uuid IS NULL OR team_id = $3)
       AND ($4::uuid IS NULL OR activity_id > $4)
     ORDER BY activity_id
     LIMIT $5
"""


State = Literal["scheduled", "held", "cancelled"]


class Activity(BaseModel):
    activity_id: UUID
    team_id: UUID
    kind: str
    theme: str
    area: str
    starts_at: datetime
    places: int
    joined: int
    state: State
    participants: int | None
    beneficiaries: int | None
    hours: float | None
    version: int


async def project(db: Db, events: Sequence[Event]) -> None:
    for event in events:
        match event:
            case ActivityScheduled(activity_id=activity_id, team_id=team_id, kind=kind, area=area):
                theme, at, places = event.theme, event.starts_at, event.places
                await db.execute(ADD, activity_id, team_id, kind, theme, area, at, places)
            case ActivityJoined(activity_id=activity_id, volunteer_id=volunteer_id):
                await db.execute(JOIN, activity_id, volunteer_id)
            case ActivityLeft(activity_id=activity_id, volunteer_id=volunteer_id):
                await db.execute(LEAVE, activity_id, volunteer_id)
            case ActivityHeld(activity_id=activity_id, participants=participants):
                served, hours = event.beneficiaries, event.hours
                await db.execute(HOLD, activity_id, participants, served, hours)
            case ActivityCancelled(activity_id=activity_id):
                await db.execute(CANCEL, activity_id)


async def take(db: Db, activity_id: UUID) -> int:
    """Its version, the caller's to change until the transaction ends; 0: there is none."""
    return await db.fetchval(TAKE, activity_id) or 0


async def get(db: Db, activity_id: UUID) -> Activity | None:
    row = await db.fetchrow(GET, activity_id)
    return None if row is None else Activity.model_validate(dict(row))


async def scheduled_of_volunteer(db: Db, volunteer_id: UUID) -> list[UUID]:
    return [row["activity_id"] for row in await db.fetch(SCHEDULED_OF_VOLUNTEER, volunteer_id)]


async def list_after(
    db: Db, within: str, state: str | None, team_id: UUID | None, after: UUID | None, most: int
) -> list[Activity]:
    rows = await db.fetch(LIST, within, state, team_id, after, most)
    return [Activity.model_validate(dict(row)) for row in rows]
