"""The notices table: what whoever holds a receipt should be told, and what came of telling them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from chassis.db import Db, write
from intake.domain.case import Case
from intake.domain.notices import Notice

# For whoever holds a receipt of the case, and for those whose case it stands for.
TELL = """
    told AS (
        INSERT INTO notices (case_id, area, kind, about, step, zh, en, at)
        SELECT whose.case_id, whose.area, whose.kind, n.about, n.step, n.zh, n.en, n.at
          FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[])
               WITH ORDINALITY AS n (about, step, zh, en, at, place)
         CROSS JOIN (
               SELECT $1::uuid AS case_id, $2 AS area, $3 AS kind
               UNION ALL
               SELECT c.case_id, c.area, c.kind FROM links JOIN cases c USING (case_id)
                WHERE stands_in = $1
               ) AS whose
         WHERE EXISTS (SELECT FROM receipts WHERE receipts.case_id = whose.case_id)
         ORDER BY n.place
    )
"""

# No other case can have joined it yet, and its receipt goes with it.
TELL_FIRST = """
    told_first AS (
        INSERT INTO notices (case_id, area, kind, about, step, zh, en, at)
        SELECT $1, $2, $3, n.about, n.step, n.zh, n.en, n.at
          FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[])
               WITH ORDINALITY AS n (about, step, zh, en, at, place)
         ORDER BY n.place
    )
"""

NUMBERED_AT_ONCE = 5_000
"""More than anybody reads at a time, and few: whoever comes first after a year does not wait."""

# One at a time, so that numbers are given in the order in which they become visible: whoever has
# seen number n will never find a smaller one later.
TAKE_TURNS = "SELECT pg_advisory_xact_lock(hashtext('notices'))"

NUMBER = """
    UPDATE notices SET number = numbered.number
      FROM (SELECT notice_id, nextval('notice_numbers') AS number
              FROM (SELECT notice_id FROM notices
                     WHERE number IS NULL
                     ORDER BY written
                     LIMIT $1) AS new
           ) AS numbered
     WHERE notices.notice_id = numbered.notice_id
"""

AFTER = """
    SELECT number, notice_id, case_id, area, kind, about, step, zh, en, at
      FROM notices
     WHERE number > $1
       AND area >= rpad($2, 12, '0') AND area <= rpad($2, 12, '9')
     ORDER BY number
     LIMIT $3
"""

FIND = "SELECT case_id, area FROM notices WHERE notice_id = $1"

OF = "SELECT about, step, zh, en, at FROM notices WHERE case_id = $1 ORDER BY written"

DELIVER = """
    INSERT INTO deliveries (notice_id, outcome, delivered_at, actor) VALUES ($1, $2, $3, $4)
"""


async def tell(db: Db, case: Case, told: Sequence[Notice]) -> None:
    await write(db, TELL, *_columns(case, told))


async def tell_first(db: Db, case: Case, told: Sequence[Notice]) -> None:
    """Whoever files this case with a receipt."""
    await write(db, TELL_FIRST, *_columns(case, told))


def _columns(case: Case, told: Sequence[Notice]) -> Sequence[object]:
    return (
        case.case_id,
        case.area,
        case.kind,
        [notice.about for notice in told],
        [notice.step for notice in told],
        [notice.words.zh for notice in told],
        [notice.words.en for notice in told],
        [notice.at for notice in told],
    )


async def number(db: Db) -> bool:
    """Give the new ones their place in the order; whether there may be more of them.

    The caller owns the transaction.
    """
    await db.execute(TAKE_TURNS)
    numbered = (await db.execute(NUMBER, NUMBERED_AT_ONCE)).split()[-1]  # UPDATE <rows>
    return int(numbered) == NUMBERED_AT_ONCE


async def after(db: Db, seen: int, within: str, most: int) -> Sequence[Record]:
    """Those with a greater number, in order."""
    return await db.fetch(AFTER, seen, within, most)


async def find(db: Db, notice_id: UUID) -> Record | None:
    """Its `case_id` and `area`."""
    return await db.fetchrow(FIND, notice_id)


async def of(db: Db, case_id: UUID) -> Sequence[Record]:
    """All that whoever filed it should have been told, in order."""
    return await db.fetch(OF, case_id)


async def deliver(db: Db, notice_id: UUID, outcome: str, at: datetime, actor: str) -> None:
    await db.execute(DELIVER, notice_id, outcome, at, actor)
