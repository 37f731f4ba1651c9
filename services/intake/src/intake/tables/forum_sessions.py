"""The forum_sessions table: who was there, and what came of each matter."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from asyncpg import Record
from pydantic import BaseModel

from chassis.db import Db
from contracts import Event
from contracts.intake import ForumSessionHeld

ADD = """
    INSERT INTO forum_sessions
        (session_id, forum_id, kind, area, held_at, guideline, matters, agreed)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""

KEEP_PARTICIPANTS = "UPDATE forum_sessions SET participants = $2::jsonb WHERE session_id = $1"

ADD_MATTERS = """
    INSERT INTO session_matters (session_id, case_id, outcome)
    SELECT $1, case_id, outcome FROM unnest($2::uuid[], $3::text[]) AS m (case_id, outcome)
"""

GET = "SELECT * FROM forum_sessions WHERE session_id = $1"

MATTERS = """
    SELECT case_id, cases.kind, m.outcome
      FROM session_matters m JOIN cases USING (case_id)
     WHERE m.session_id = $1
     ORDER BY case_id
"""

LIST = """
    SELECT * FROM forum_sessions
     WHERE forum_id = $1 AND ($2::uuid IS NULL OR session_id < $2)
     ORDER BY session_id DESC
     LIMIT $3
"""


class Session(BaseModel):
    session_id: UUID
    forum_id: UUID
    kind: str
    area: str
    held_at: datetime
    guideline: str | None
    participants: dict[str, int]
    """How many of each party."""
    matters: int
    agreed: int


class Matter(BaseModel):
    case_id: UUID
    kind: str
    outcome: str | None
    """What came of it there; null: the case began there."""


async def project(db: Db, events: Sequence[Event]) -> None:
    for event in events:
        if isinstance(event, ForumSessionHeld):
            await db.execute(
                ADD,
                event.session_id,
                event.forum_id,
                event.kind,
                event.area,
                event.time,
                event.guideline,
                event.matters,
                event.agreed,
            )


async def keep_participants(db: Db, session_id: UUID, participants: Mapping[str, int]) -> None:
    await db.execute(KEEP_PARTICIPANTS, session_id, json.dumps(dict(participants)))


async def add_matters(
    db: Db, session_id: UUID, outcomes: Iterable[tuple[UUID, str | None]]
) -> None:
    """Cases, each with what came of it."""
    pairs = list(outcomes)
    await db.execute(ADD_MATTERS, session_id, [one for one, _ in pairs], [one for _, one in pairs])


async def get(db: Db, session_id: UUID) -> Session | None:
    row = await db.fetchrow(GET, session_id)
    return None if row is None else _session(row)


async def matters(db: Db, session_id: UUID) -> list[Matter]:
    return [Matter.model_validate(dict(row)) for row in await db.fetch(MATTERS, session_id)]


async def list_after(db: Db, forum_id: UUID, after: UUID | None, most: int) -> list[Session]:
    """The newest first; `after` is the last one seen."""
    rows = await db.fetch(LIST, forum_id, after, most)
    return [_session(row) for row in rows]


def _session(row: Record) -> Session:
    return Session.model_validate({**row, "participants": json.loads(row["participants"])})
