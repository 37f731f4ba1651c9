"""Queues, read from the cases table: what waits for somebody, and what waits for nobody."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from chassis.db import Db
from intake.tables.cases import ITEM, NEVER, Wanted

# Of what a grid worker may take, what lies with somebody else's post is left out.
QUEUE = f"""
    SELECT {ITEM}, coalesce(due_at, 'infinity') AS soonest
      FROM cases
     WHERE is_open
       AND area >= rpad($1, 12, '0') AND area <= rpad($1, 12, '9')
       AND ($2::text[] IS NULL OR kind = ANY($2))
       AND ($3::text IS NULL OR kind = $3)
       AND ($4::text IS NULL OR step = $4)
       AND ($5::text IS NULL OR category = $5)
       AND ($6::text IS NULL OR sent_to = $6)
       AND ($7::text IS NULL OR department = $7)
       AND ($8::boolean IS NULL OR (overdue_since IS NOT NULL) = $8)
       AND (NOT $9::boolean OR is_stuck)
       AND ($9::boolean OR takers && $10::text[]
            OR ($11::text IS NOT NULL AND 'grid_worker' = ANY(takers)
                AND (post_id IS NULL
                     OR post_id IN (SELECT post_id FROM on_duty WHERE person_id::text = $11))))
       AND (coalesce(due_at, 'infinity'), case_id) > ($12, $13)
     ORDER BY coalesce(due_at, 'infinity'), case_id
     LIMIT $14
"""  # noqa: S608 - the columns of a list

FIRST = (datetime.min.replace(tzinfo=NEVER.tzinfo), UUID(int=0))


@dataclass(frozen=True)
class Whose:
    """The queue of somebody with these roles, or that of nobody."""

    roles: Collection[str] = ()
    actor: str = ""
    is_stuck: bool = False
    """Nobody may take it further, or it is late and nobody above is called for that."""


async def waiting(
    db: Db, whose: Whose, wanted: Wanted, after: tuple[datetime, UUID] | None, most: int
) -> Sequence[Record]:
    """Soonest due first, those without a date last; `after` is the last one seen."""
    return await db.fetch(
        QUEUE,
        wanted.within,
        wanted.kinds,
        wanted.kind,
        wanted.step,
        wanted.category,
        wanted.sent_to,
        wanted.department,
        wanted.is_overdue,
        whose.is_stuck,
        sorted(set(whose.roles) - {"grid_worker"}),
        whose.actor if "grid_worker" in whose.roles else None,
        *(after or FIRST),
        most,
    )
