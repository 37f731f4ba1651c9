"""The areas table: which codes there are. Grid's own register decides, this is what it said."""

from collections.abc import Collection
from typing import NamedTuple

from chassis.access import territory
from chassis.db import Db
from contracts.grid import AreaRegistered

REGISTER = """
    INSERT INTO areas (code, name) VALUES ($1, $2)
    ON CONFLICT (code) DO UPDATE SET name = EXCLUDED.name
"""

NAME = "SELECT name FROM areas WHERE code = $1"

# Whatever comes first after a division, or after all that lies within the one before, lies right
# below: a probe of the index for each, however many villages there are.
BELOW = """
    WITH RECURSIVE below AS (
        (SELECT code, name FROM areas
          WHERE code > $1 AND code <= rpad($2, 12, '9')
          ORDER BY code LIMIT 1)
        UNION ALL
        SELECT next.code, next.name
          FROM below
         CROSS JOIN LATERAL (
             SELECT code, name FROM areas
              WHERE code <= rpad($2, 12, '9') AND code > rpad(
                        CASE WHEN right(below.code, 3) <> '000' THEN below.code
                             WHEN substr(below.code, 7, 3) <> '000' THEN left(below.code, 9)
                             WHEN substr(below.code, 5, 2) <> '00' THEN left(below.code, 6)
                             WHEN substr(below.code, 3, 2) <> '00' THEN left(below.code, 4)
                             ELSE left(below.code, 2) END, 12, '9')
              ORDER BY code LIMIT 1
         ) next
    )
    SELECT code, name FROM below
"""

NAMES = "SELECT code, name FROM areas WHERE code = ANY($1)"

WITHIN = """
    SELECT code, name FROM areas
     WHERE code >= rpad($1, 12, '0') AND code <= rpad($1, 12, '9')
     ORDER BY code
"""

# Both ends of the index but for the provinces: no look at all the villages between.
CITIES = "SELECT left(min(code), 4), left(max(code), 4) FROM areas WHERE substr(code, 3, 2) <> '00'"

HAS = """
    SELECT EXISTS (
        SELECT FROM areas WHERE code >= rpad($1, 12, '0') AND code <= rpad($1, 12, '9')
    )
"""


class Area(NamedTuple):
    code: str
    name: str


async def register(db: Db, said: AreaRegistered) -> None:
    await db.execute(REGISTER, said.area, said.name)


async def name_of(db: Db, code: str) -> str | None:
    name: str | None = await db.fetchval(NAME, code)
    return name


async def names(db: Db, codes: Collection[str]) -> dict[str, str]:
    """By code, of those that are registered."""
    return {row["code"]: row["name"] for row in await db.fetch(NAMES, list(codes))}


async def within(db: Db, prefix: str) -> dict[str, str]:
    """The name of every division whose code begins so, by code, in order."""
    return {row["code"]: row["name"] for row in await db.fetch(WITHIN, prefix)}


async def cities(db: Db) -> set[str]:
    """The first and the last city that has registered divisions, as 4 digits; empty for none."""
    row = await db.fetchrow(CITIES)
    return {prefix for prefix in row or () if prefix}


async def has_within(db: Db, prefix: str) -> bool:
    has: bool = await db.fetchval(HAS, prefix)
    return has


async def below(db: Db, code: str | None) -> list[Area]:
    """The divisions right below one; the widest there are for None."""
    within = territory(code) if code else ""
    return [Area(*row) for row in await db.fetch(BELOW, code or "", within)]
