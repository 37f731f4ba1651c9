"""The cases table as the public asks: what was brought in within a span of time, and where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from chassis.db import Db

IN_SPAN = """
    SELECT case_id, kind, category, area, sent_to, department, filed_at, step, step_at, due_at,
           is_open, closed_at
      FROM cases
     WHERE area >= rpad($1, 12, '0') AND area <= rpad($1, 12, '9')
       AND kind = ANY($2)
       AND filed_at BETWEEN $3 AND $4
       AND ($5::text[] IS NULL OR kind || coalesce('.' || category, '') = ANY($5))
       AND ($6::boolean IS NULL OR is_open = $6)
     ORDER BY filed_at DESC, case_id DESC
     LIMIT $7 OFFSET $8
"""

# A plan for any values reads and sorts the whole span; one for these stops when the page is full.
PLAN_FOR_THESE = "SET LOCAL plan_cache_mode = force_custom_plan"

BY_ID = """
    SELECT case_id, kind, category, area, sent_to, department, filed_at, step, step_at, due_at,
           is_open, closed_at
      FROM cases
     WHERE area >= rpad($1, 12, '0') AND area <= rpad($1, 12, '9')
       AND kind = ANY($2)
       AND case_id = ANY($3)
     ORDER BY filed_at DESC, case_id DESC
"""


@dataclass(frozen=True)
class Wanted:
    """What a list is asked for; None: whatever it is."""

    within: str
    """A prefix of area codes."""
    kinds: Sequence[str]
    since: datetime
    until: datetime
    """Both are part of the span."""
    codes: Sequence[str] | None = None
    """A kind, or a kind and a category: `request.environment`."""
    is_open: bool | None = None


async def in_span(db: Db, wanted: Wanted, page: int, size: int) -> Sequence[Record]:
    """The newest first; pages count from 1."""
    async with db.transaction():
        await db.execute(PLAN_FOR_THESE)
        return await db.fetch(
            IN_SPAN,
            wanted.within,
            wanted.kinds,
            wanted.since,
            wanted.until,
            wanted.codes,
            wanted.is_open,
            size,
            (page - 1) * size,
        )


async def by_id(
    db: Db, within: str, kinds: Sequence[str], case_ids: Sequence[UUID]
) -> Sequence[Record]:
    """Those of them that there are."""
    return await db.fetch(BY_ID, within, kinds, case_ids)
