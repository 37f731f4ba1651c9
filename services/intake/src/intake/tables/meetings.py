"""The meetings table: which leaders' meetings there will be, were held or were missed."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from chassis.db import Db
from contracts import Event
from contracts.intake import MeetingHeld, MeetingMissed, MeetingScheduled
from intake.domain.meeting import State

ADD = """
    INSERT INTO meetings (meeting_id, kind, area, level, on_day, missed_on)
    VALUES ($1, $2, $3, $4, $5, $5::date + 1)
"""

KEEP_PLAN = "UPDATE meetings SET leader_id = $2, missed_on = $3 WHERE meeting_id = $1"

HOLD = """
    UPDATE meetings
       SET state = 'held', number = $2, matters = $3, visitors = $4, solved = $5, held_at = $6,
           version = version + 1
     WHERE meeting_id = $1
"""

KEEP_PLACE = "UPDATE meetings SET place = $2 WHERE meeting_id = $1"

MISS = """
    UPDATE meetings SET state = 'missed', is_open = false, version = version + 1
     WHERE meeting_id = $1
"""

ADD_MATTERS = """
    INSERT INTO meeting_matters (meeting_id, case_id, outcome)
    SELECT $1, case_id, outcome FROM unnest($2::uuid[], $3::text[]) AS m (case_id, outcome)
"""

GET = "SELECT *, on_day AS on FROM meetings WHERE meeting_id = $1"

# Numbers and days of a division's meetings of a kind are given out one after the other.
HOLD_DIVISION = "SELECT pg_advisory_xact_lock(hashtextextended('meeting ' || $1 || $2, 0))"

NEXT_NUMBER = "SELECT coalesce(max(number), 0) + 1 FROM meetings WHERE kind = $1 AND area = $2"

LEADERS = """
    SELECT on_day, leader_id
      FROM meetings
     WHERE kind = $1 AND area = $2 AND on_day = ANY($3) AND leader_id IS NOT NULL
"""

OF_DAYS = """
    SELECT *, on_day AS on
      FROM meetings
     WHERE kind = $1 AND area = $2 AND on_day >= $3 AND on_day < $4 AND leader_id IS NOT NULL
     ORDER BY on_day
"""

TO_MISS = """
    SELECT meeting_id FROM meetings
     WHERE state = 'scheduled' AND missed_on <= $1
     ORDER BY missed_on
     LIMIT $2
"""

MATTERS = "SELECT case_id, outcome FROM meeting_matters WHERE meeting_id = $1 ORDER BY case_id"

LIST = """
    SELECT *, on_day AS on
      FROM meetings
     WHERE area >= rpad($1, 12, '0') AND area <= rpad($1, 12, '9')
       AND ($2::text IS NULL OR kind = $2)
       AND ($3::text IS NULL OR state = $3)
       AND ($4::boolean IS NULL OR is_open = $4)
       AND ($5::uuid IS NULL OR meeting_id < $5)
     ORDER BY meeting_id DESC
     LIMIT $6
"""


class Meeting(BaseModel):
    meeting_id: UUID
    kind: str
    area: str
    level: str
    on: date
    leader_id: UUID | None
    state: State
    is_open: bool
    number: int | None
    place: str | None
    matters: int | None
    visitors: int | None
    solved: int | None
    held_at: datetime | None
    version: int


class Matter(BaseModel):
    case_id: UUID
    outcome: str


async def project(db: Db, events: Sequence[Event]) -> None:
    for event in events:
        match event:
            case MeetingScheduled(meeting_id=meeting_id, on=on):
                await db.execute(ADD, meeting_id, event.kind, event.area, event.level, on)
            case MeetingHeld(meeting_id=meeting_id, number=number, time=at):
                await db.execute(
                    HOLD, meeting_id, number, event.matters, event.visitors, event.solved, at
                )
            case MeetingMissed(meeting_id=meeting_id):
                await db.execute(MISS, meeting_id)


async def keep_plan(db: Db, meeting_id: UUID, leader: UUID | None, missed_on: date) -> None:
    await db.execute(KEEP_PLAN, meeting_id, leader, missed_on)


async def keep_place(db: Db, meeting_id: UUID, place: str) -> None:
    await db.execute(KEEP_PLACE, meeting_id, place)


async def add_matters(db: Db, meeting_id: UUID, outcomes: Iterable[tuple[UUID, str]]) -> None:
    """Cases, each with what came of it."""
    pairs = list(outcomes)
    await db.execute(ADD_MATTERS, meeting_id, [one for one, _ in pairs], [one for _, one in pairs])


async def next_number(db: Db, kind: str, area: str) -> int:
    """Nobody else gets one until the transaction ends; if it fails, the number is free again."""
    await db.execute(HOLD_DIVISION, kind, area)
    return int(await db.fetchval(NEXT_NUMBER, kind, area))


async def leaders(db: Db, kind: str, area: str, days: Sequence[date]) -> dict[date, UUID]:
    """Who sits on these days; until the transaction ends, nobody else is put on the roster."""
    await db.execute(HOLD_DIVISION, kind, area)
    rows = await db.fetch(LEADERS, kind, area, days)
    return {row["on_day"]: row["leader_id"] for row in rows}


async def get(db: Db, meeting_id: UUID) -> Meeting | None:
    row = await db.fetchrow(GET, meeting_id)
    return None if row is None else Meeting.model_validate(dict(row))


async def matters(db: Db, meeting_id: UUID) -> list[Matter]:
    return [Matter.model_validate(dict(row)) for row in await db.fetch(MATTERS, meeting_id)]


async def rostered(db: Db, kind: str, area: str, start: date, end: date) -> list[Meeting]:
    """Those of the half-open span that have a leader, day by day."""
    rows = await db.fetch(OF_DAYS, kind, area, start, end)
    return [Meeting.model_validate(dict(row)) for row in rows]


async def to_miss(db: Db, today: date, most: int) -> list[UUID]:
    """Those whose day went by, and the days on which they could still be recorded."""
    return [row["meeting_id"] for row in await db.fetch(TO_MISS, today, most)]


async def list_after(
    db: Db,
    within: str,
    kind: str | None,
    state: State | None,
    is_open: bool | None,
    after: UUID | None,
    most: int,
) -> list[Meeting]:
    """The newest first; `after` is the last one seen."""
    rows = await db.fetch(LIST, within, kind, state, is_open, after, most)
    return [Meeting.model_validate(dict(row)) for row in rows]
