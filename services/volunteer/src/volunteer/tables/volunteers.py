"""The volunteers table: who is registered, where, with which skills, and since when idle."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import BaseModel

from chassis.db import Db
from contracts import Event
from contracts.volunteer import (
    DemandExpired,
    DemandFulfilled,
    DemandHandedBack,
    VolunteerDeregistered,
    VolunteerRegistered,
    VolunteerUpdated,
)

ADD = """
    INSERT INTO volunteers (volunteer_id, area, skills, idle_since, version)
    VALUES ($1, $2, $3, $4, 1)
"""

UPDATE = "UPDATE volunteers SET skills = $2, version = version + 1 WHERE volunteer_id = $1"

REMOVE = "DELETE FROM volunteers WHERE volunteer_id = $1"

REST = "UPDATE volunteers SET idle_since = $2 WHERE volunteer_id = $1"

GET = """
    SELECT volunteer_id, area, skills, version FROM volunteers WHERE volunteer_id = $1
"""

# Whoever joins something keeps the volunteer from deregistering meanwhile, and the other way round.
STAY = "SELECT true FROM volunteers WHERE volunteer_id = $1 FOR KEY SHARE"
TAKE = "SELECT version FROM volunteers WHERE volunteer_id = $1 FOR UPDATE"

# Looks around in growing circles and stops at the first one that holds somebody.
NEAREST_FREE = """
    SELECT found.volunteer_id, found.area
      FROM unnest($1::text[]) WITH ORDINALITY AS around (prefix, circle)
     CROSS JOIN LATERAL (
           SELECT v.volunteer_id, v.area
             FROM volunteers v
            WHERE v.area BETWEEN rpad(prefix, 12, '0') AND rpad(prefix, 12, '9')
              AND ($2::text IS NULL OR $2 = ANY(v.skills))
              AND v.volunteer_id <> ALL($3::uuid[])
              AND NOT EXISTS (
                  SELECT FROM demands d
                   WHERE d.volunteer_id = v.volunteer_id AND d.state = 'matched'
              )
            ORDER BY v.idle_since, v.volunteer_id
            LIMIT 1
           ) AS found
     ORDER BY circle
     LIMIT 1
"""

LIST = """
    SELECT volunteer_id, area, skills, version
      FROM volunteers
     WHERE area BETWEEN rpad($1, 12, '0') AND rpad($1, 12, '9')
       AND ($2::text IS NULL OR $2 = ANY(skills))
       AND ($3::uuid IS NULL OR volunteer_id > $3)
     ORDER BY volunteer_id
     LIMIT $4
"""


class Volunteer(BaseModel):
    volunteer_id: UUID
    area: str
    skills: list[str]
    version: int


@dataclass(frozen=True)
class Found:
    volunteer_id: UUID
    area: str


async def project(db: Db, events: Sequence[Event]) -> None:
    for event in events:
        match event:
            case VolunteerRegistered(volunteer_id=volunteer_id, area=area, skills=skills, time=at):
                await db.execute(ADD, volunteer_id, area, skills, at)
            case VolunteerUpdated(volunteer_id=volunteer_id, skills=skills):
                await db.execute(UPDATE, volunteer_id, skills)
            case VolunteerDeregistered(volunteer_id=volunteer_id):
                await db.execute(REMOVE, volunteer_id)
            case (
                DemandFulfilled(volunteer_id=volunteer_id, time=at)
                | DemandHandedBack(volunteer_id=volunteer_id, time=at)
                | DemandExpired(volunteer_id=UUID() as volunteer_id, time=at)
            ):
                await db.execute(REST, volunteer_id, at)


async def get(db: Db, volunteer_id: UUID) -> Volunteer | None:
    row = await db.fetchrow(GET, volunteer_id)
    return None if row is None else Volunteer.model_validate(dict(row))


async def stay(db: Db, volunteer_id: UUID) -> bool:
    """Is this a registered volunteer? If so, they stay one until the transaction ends."""
    return bool(await db.fetchval(STAY, volunteer_id))


async def take(db: Db, volunteer_id: UUID) -> int:
    """Their version, the caller's to change until the transaction ends; 0: not registered."""
    return await db.fetchval(TAKE, volunteer_id) or 0


async def nearest_free(
    db: Db, prefixes: Sequence[str], skill: str | None, but: Collection[UUID]
) -> Found | None:
    """Of those in the first of the prefixes that holds anybody free: the longest idle."""
    row = await db.fetchrow(NEAREST_FREE, prefixes, skill, list(but))
    return None if row is None else Found(**row)


async def list_after(
    db: Db, within: str, skill: str | None, after: UUID | None, most: int
) -> list[Volunteer]:
    rows = await db.fetch(LIST, within, skill, after, most)
    return [Volunteer.model_validate(dict(row)) for row in rows]
