"""The referable view: what a case may refer to by its id."""

from collections.abc import Collection, Sequence
from uuid import UUID

import asyncpg

from chassis.access import territory
from chassis.db import Db
from intake.domain.divisions import around
from intake.domain.references import COUNTY, Record

# What is public of it is its title; the names of persons are not here.
NEAR = """
    SELECT id, referable.kind, areas.name AS area_name,
           coalesce(topics.title, channels.name, mediators.name) AS title
      FROM referable
      LEFT JOIN topics ON topic_id = id
      LEFT JOIN channels ON channel_id = id
      LEFT JOIN mediators ON mediator_id = id
      LEFT JOIN areas ON code = referable.area
     WHERE what = $1 AND referable.is_open
       AND (cardinality($2::text[]) = 0 OR referable.kind = ANY($2))
       AND (referable.area = ANY($3)
             OR referable.area BETWEEN rpad($4, 12, '0') AND rpad($4, 12, '9'))
     ORDER BY id DESC
     LIMIT $5
"""

FIND = "SELECT id, what, kind, area, is_open FROM referable WHERE id = ANY($1::uuid[])"


async def find(db: Db, ids: Collection[UUID]) -> dict[UUID, Record]:
    """By id; what is on no record is left out."""
    rows = await db.fetch(FIND, list(ids))
    return {
        row["id"]: Record(row["what"], row["kind"], row["area"], row["is_open"]) for row in rows
    }


async def near(
    db: Db, what: str, kinds: Sequence[str], area: str, most: int
) -> list[asyncpg.Record]:
    """What a case at the place may refer to, the newest first; `kinds`: none for any."""
    county = territory(area)[:COUNTY]
    return await db.fetch(NEAR, what, list(kinds), around(area), county, most)
