"""The likenesses table: which cases speak of nearly the same, without a word of what they say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from chassis.db import Db, write
from intake.domain.case import Case

KEEP = """
    compared AS (
        INSERT INTO likenesses (case_id, kind, category, area, pieces) VALUES ($1, $2, $3, $4, $5)
    )
"""

# A case that joined another is shown as the one that stands for both. However many were filed at a
# place, a thousand are compared: anybody may ask.
ALIKE = """
    WITH near AS (
        SELECT l.case_id, l.pieces
          FROM likenesses l
         WHERE l.area >= rpad($2, 12, '0') AND l.area <= rpad($2, 12, '9')
           AND l.kind = $3
           AND ($4::text IS NULL OR l.category IS NULL OR l.category = $4)
           AND l.case_id IS DISTINCT FROM $5
         ORDER BY l.case_id DESC
         LIMIT 1000
    ), compared AS (
        SELECT near.case_id,
               shared::real / (cardinality(pieces) + cardinality($1::int[]) - shared) AS similarity
          FROM near
         CROSS JOIN LATERAL (
             SELECT count(*) AS shared FROM unnest(pieces) AS its (piece)
              WHERE piece IN (SELECT unnest($1::int[]))  -- hashed once; = ANY would not be
         ) AS pieces_in_common
    ), best AS (
        SELECT coalesce(links.stands_in, compared.case_id) AS case_id, max(similarity) AS similarity
          FROM compared
          LEFT JOIN links ON links.case_id = compared.case_id AND relation = 'joins'
         WHERE similarity >= $6
         GROUP BY 1
    )
    SELECT cases.case_id, cases.kind, cases.category, cases.area, areas.name AS area_name,
           cases.filed_at, cases.step, cases.is_open, best.similarity
      FROM best JOIN cases USING (case_id) LEFT JOIN areas ON areas.code = cases.area
     WHERE (cases.is_open OR cases.closed_at >= $7) AND cases.case_id IS DISTINCT FROM $5
       -- what stands for another may be of another kind, and elsewhere
       AND cases.kind = $3
       AND cases.area >= rpad($2, 12, '0') AND cases.area <= rpad($2, 12, '9')
     ORDER BY best.similarity DESC, cases.case_id
     LIMIT $8
"""

OF = "SELECT pieces FROM likenesses WHERE case_id = $1"

FORGET = "DELETE FROM likenesses WHERE case_id = ANY($1)"

OUTDATED = """
    DELETE FROM likenesses l USING cases c
     WHERE c.case_id = l.case_id AND NOT c.is_open AND c.closed_at < $1
"""


@dataclass(frozen=True)
class Sought:
    """What a text is compared with."""

    pieces: Sequence[int]
    within: str
    """A prefix of area codes."""
    kind: str
    category: str | None
    """None: of any. A case of which none is known is compared too."""
    case_id: UUID | None
    """Not with itself."""


async def keep(db: Db, case: Case, pieces: Sequence[int]) -> None:
    await write(db, KEEP, case.case_id, case.kind, case.category, case.area, pieces)


async def alike(
    db: Db, sought: Sought, least: float, ended_after: datetime, most: int
) -> list[Record]:
    """Cases with at least this share of pieces in common, the most alike first; open ones, and
    those that ended after then.
    """
    return await db.fetch(
        ALIKE,
        sought.pieces,
        sought.within,
        sought.kind,
        sought.category,
        sought.case_id,
        least,
        ended_after,
        most,
    )


async def of(db: Db, case_id: UUID) -> list[int]:
    """Empty for a case of which none was kept, or none any more."""
    return await db.fetchval(OF, case_id) or []


async def forget(db: Db, case_ids: Sequence[UUID]) -> None:
    await db.execute(FORGET, case_ids)


async def delete_outdated(db: Db, ended_before: datetime) -> None:
    """Those of cases that ended so long ago that nobody is offered them."""
    await db.execute(OUTDATED, ended_before)
