"""The demands table: who needs help of which kind, and who was found for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from chassis.db import Db
from contracts import Event
from contracts.intake import Urgency
from contracts.volunteer import (
    DemandExpired,
    DemandFulfilled,
    DemandHandedBack,
    DemandMatched,
    DemandPosted,
)

# Matching in one city goes one after the other. A lock on the volunteer's row would keep two
# demands from one volunteer, but a demand posted and a volunteer registered at the same moment
# would not see each other, and both would wait for ever.
QUEUE = "SELECT pg_advisory_xact_lock(hashtextextended('matching in ' || left($1, 4), 0))"

ADD = """
    INSERT INTO demands (demand_id, case_id, area, skill, urgency, state, posted_at, version)
    VALUES ($1, $2, $3, $4, $5, 'posted', $6, 1)
"""

MATCH = """
    UPDATE demands SET state = 'matched', volunteer_id = $2, version = version + 1
     WHERE demand_id = $1
"""

HAND_BACK = """
    UPDATE demands
       SET state = 'posted', volunteer_id = NULL, version = version + 1,
           handed_back_by = handed_back_by || $2::uuid
     WHERE demand_id = $1
"""

END = "UPDATE demands SET state = $2, version = version + 1 WHERE demand_id = $1"

GET = "SELECT * FROM demands WHERE demand_id = $1"

OPEN_OF_CASE = """
    SELECT * FROM demands WHERE case_id = $1 AND state IN ('posted', 'matched') ORDER BY demand_id
"""

OPEN_OF_VOLUNTEER = "SELECT * FROM demands WHERE volunteer_id = $1 AND state = 'matched'"

# Nothing for somebody who is not free. The most urgent first, then the nearest, then the oldest.
NEXT_FOR = """
    SELECT d.*
      FROM volunteers v JOIN demands d ON left(d.area, 4) = left(v.area, 4)
     WHERE v.volunteer_id = $1
       AND d.state = 'posted'
       AND (d.skill IS NULL OR d.skill = ANY(v.skills))
       AND v.volunteer_id <> ALL(d.handed_back_by)
       AND NOT EXISTS (SELECT FROM demands WHERE volunteer_id = $1 AND state = 'matched')
     ORDER BY array_position(ARRAY['emergency', 'urgent', 'normal'], d.urgency),
           d.area = v.area DESC,
           left(d.area, 9) = left(v.area, 9) DESC,
           left(d.area, 6) = left(v.area, 6) DESC,
           d.posted_at,
           d.demand_id
     LIMIT 1
"""

LIST = """
    SELECT *
      FROM demands
     WHERE area BETWEEN rpad($1, 12, '0') AND rpad($1, 12, '9')
       AND ($2::text IS NULL OR state = $2)
       AND ($3::uuid IS NULL OR volunteer_id = $3)
       AND ($4::timestamptz IS NULL OR (posted_at, demand_id) > ($4, $5::uuid))
     ORDER BY posted_at, demand_id
     LIMIT $6
"""

State = Literal["posted", "matched", "fulfilled", "expired"]

Place = tuple[datetime, UUID]
"""Of a demand in a list: when it was posted, and which one it is."""


class Demand(BaseModel):
    demand_id: UUID
    case_id: UUID
    area: str
    skill: str | None
    urgency: Urgency
    state: State
    volunteer_id: UUID | None
    handed_back_by: list[UUID]
    posted_at: datetime
    version: int


async def project(db: Db, events: Sequence[Event]) -> None:
    for event in events:
        match event:
            case DemandPosted(demand_id=demand_id, case_id=case_id, area=area, time=at):
                await db.execute(ADD, demand_id, case_id, area, event.skill, event.urgency, at)
            case DemandMatched(demand_id=demand_id, volunteer_id=volunteer_id):
                await db.execute(MATCH, demand_id, volunteer_id)
            case DemandHandedBack(demand_id=demand_id, volunteer_id=volunteer_id):
                await db.execute(HAND_BACK, demand_id, volunteer_id)
            case DemandFulfilled(demand_id=demand_id):
                await db.execute(END, demand_id, "fulfilled")
            case DemandExpired(demand_id=demand_id):
                await db.execute(END, demand_id, "expired")


async def queue(db: Db, area: str) -> None:
    """Wait for one's turn at the demands and volunteers of this area's city.

    Take it before anything of them is read or written; held until the transaction ends.
    """
    await db.execute(QUEUE, area)


async def get(db: Db, demand_id: UUID) -> Demand | None:
    row = await db.fetchrow(GET, demand_id)
    return None if row is None else Demand.model_validate(dict(row))


async def open_of_case(db: Db, case_id: UUID) -> list[Demand]:
    return [Demand.model_validate(dict(row)) for row in await db.fetch(OPEN_OF_CASE, case_id)]


async def open_of_volunteer(db: Db, volunteer_id: UUID) -> Demand | None:
    row = await db.fetchrow(OPEN_OF_VOLUNTEER, volunteer_id)
    return None if row is None else Demand.model_validate(dict(row))


async def next_for(db: Db, volunteer_id: UUID) -> Demand | None:
    """The waiting demand this volunteer should be asked for; None while they have one."""
    row = await db.fetchrow(NEXT_FOR, volunteer_id)
    return None if row is None else Demand.model_validate(dict(row))


async def list_after(
    db: Db,
    within: str,
    state: str | None,
    volunteer_id: UUID | None,
    after: Place | None,
    most: int,
) -> list[Demand]:
    rows = await db.fetch(LIST, within, state, volunteer_id, *(after or (None, None)), most)
    return [Demand.model_validate(dict(row)) for row in rows]
