"""The divisions of the city by their codes and names, as grid registered them."""

from collections.abc import Iterable
from typing import NamedTuple

from asyncpg import Record

from chassis.db import Db

PUT = """
    INSERT INTO areas (code, name, level, parent, is_urban, sequence)
    SELECT DISTINCT ON (code) *
      FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bool[], $6::bigint[])
               AS put (code, name, level, parent, is_urban, sequence)
     ORDER BY code, sequence DESC
    ON CONFLICT (code) DO UPDATE SET
        name = EXCLUDED.name, level = EXCLUDED.level, parent = EXCLUDED.parent,
        is_urban = EXCLUDED.is_urban, sequence = EXCLUDED.sequence
     WHERE EXCLUDED.sequence > areas.sequence
"""

FIND = "SELECT code, name, level, parent, is_urban FROM areas WHERE code = $1"

WITHIN = """
    SELECT code, name, level, parent, is_urban
      FROM areas
     WHERE code >= $1 AND code < $1 || ':' AND level = $2
     ORDER BY code
"""

CHILDREN = """
    SELECT code, name, level, parent, is_urban FROM areas WHERE parent = $1 ORDER BY code
"""

NAMES = "SELECT code, name FROM areas WHERE code = ANY($1)"

REGISTERED = "grid.area.registered.v1"

LENGTH = {"province": 2, "city": 4, "county": 6, "township": 9, "village": 12}
"""Level -> the digits that name a place of it."""


class Area(NamedTuple):
    code: str
    name: str
    level: str
    parent: str | None
    is_urban: bool
    sequence: int


async def put(db: Db, areas: Iterable[Area]) -> None:
    await db.execute(PUT, *zip(*areas, strict=True))


async def find(db: Db, code: str) -> Record | None:
    return await db.fetchrow(FIND, code)


async def within(db: Db, place: str, level: str) -> list[Record]:
    """All areas of a level in a place, its code without trailing zero groups."""
    return await db.fetch(WITHIN, place, level)


async def children(db: Db, code: str) -> list[Record]:
    return await db.fetch(CHILDREN, code)


async def names(db: Db, codes: Iterable[str]) -> dict[str, str]:
    """Code -> name, of those that are known."""
    rows = await db.fetch(NAMES, list(codes))
    return {row["code"]: row["name"] for row in rows}
