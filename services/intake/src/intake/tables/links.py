"""The links table: which cases belong together, and which one stands for another."""

from collections.abc import Sequence
from uuid import UUID

from asyncpg import Record

from chassis.db import Db
from contracts.intake import CaseLinked

LINK = """
    INSERT INTO links (case_id, relation, to_case, linked_at, outcome, stands_in)
    VALUES ($1, $2::text, $3::uuid, $4, $5, CASE WHEN $2::text = 'joins' THEN $3::uuid END)
    ON CONFLICT (case_id, relation, to_case) DO UPDATE SET outcome = EXCLUDED.outcome
"""

# Those that joined it before are from now on stood for by the same case as it is.
FOLLOW = "UPDATE links SET stands_in = $2 WHERE stands_in = $1"

STANDS_IN = """
    SELECT stands_in, to_case = stands_in AND shares_texts AS is_same_person
      FROM links WHERE case_id = $1 AND relation = 'joins'
"""

OF = """
    SELECT links.relation, links.to_case, links.linked_at, links.outcome,
           cases.kind, cases.area, areas.name AS area_name, cases.step, cases.is_open
      FROM links
      JOIN cases ON cases.case_id = links.to_case
      LEFT JOIN areas ON areas.code = cases.area
     WHERE links.case_id = $1
     ORDER BY links.linked_at, links.relation, links.to_case
"""

SHARE_TEXTS = """
    UPDATE links SET shares_texts = true
     WHERE (case_id = $1 AND to_case = $2) OR (case_id = $2 AND to_case = $1)
"""

# A case that an observation became has a copy of what was observed.
SHARING = """
    WITH RECURSIVE sharing (id) AS (
        SELECT $1::uuid
         UNION
        SELECT copies.id
          FROM sharing
         CROSS JOIN LATERAL (
               SELECT to_case FROM links WHERE case_id = sharing.id AND shares_texts
               UNION ALL
               SELECT observation_id FROM observations WHERE case_id = sharing.id
               UNION ALL
               SELECT case_id FROM observations
                WHERE observation_id = sharing.id AND case_id IS NOT NULL
               ) AS copies (id)
    )
    SELECT id FROM sharing ORDER BY id
"""


async def link(db: Db, said: CaseLinked) -> None:
    await db.execute(LINK, said.case_id, said.relation, said.to_case, said.time, said.outcome)
    if said.relation == "joins" and said.outcome is None:
        await db.execute(FOLLOW, said.case_id, said.to_case)


async def stands_in(db: Db, case_id: UUID) -> tuple[UUID, bool] | None:
    """The case at the end of the chain that it joined, and whether that was made of it: it is of
    the same person then. None for a case that joined none.
    """
    row = await db.fetchrow(STANDS_IN, case_id)
    return None if row is None else (row["stands_in"], row["is_same_person"])


async def of(db: Db, case_id: UUID) -> Sequence[Record]:
    """The other cases with where they stand, the one linked first first."""
    return await db.fetch(OF, case_id)


async def share_texts(db: Db, case_id: UUID, copy_id: UUID) -> None:
    """What was told with one was copied to the other."""
    await db.execute(SHARE_TEXTS, case_id, copy_id)


async def sharing(db: Db, told_id: UUID) -> list[UUID]:
    """The case or observation and all that have copies of its texts, or it of theirs; by id."""
    return [row["id"] for row in await db.fetch(SHARING, told_id)]
