"""Which divisions have a channel and which have none, read from areas and channels."""

from typing import Literal

from pydantic import BaseModel

from chassis.db import Db

Covered = Literal["township", "village"]

DIGITS: dict[Covered, int] = {"township": 9, "village": 12}

# Open channels of a division are those in it and below it.
LIST = """
    SELECT code AS area, areas.name, channels
      FROM areas
           CROSS JOIN LATERAL (
               SELECT count(*) AS channels
                 FROM channels
                WHERE is_open AND area >= code AND area <= rpad(left(code, $2), 12, '9')
                  AND ($3::text IS NULL OR kind = $3)
                  AND ($4::text IS NULL OR place = $4)
           ) there
     WHERE code >= rpad($1, 12, '0') AND code <= rpad($1, 12, '9')
       AND substr(code, 7, 3) <> '000' AND (right(code, 3) = '000') = ($2 = 9)
       AND ($5::boolean IS NULL OR (channels > 0) = $5)
       AND ($6::text IS NULL OR code > $6)
     ORDER BY code
     LIMIT $7
"""

COUNT = """
    SELECT count(*) FILTER (WHERE is_covered) AS covered,
           count(*) FILTER (WHERE NOT is_covered) AS uncovered
      FROM areas
           CROSS JOIN LATERAL (
               SELECT EXISTS (
                   SELECT FROM channels
                    WHERE is_open AND area >= code AND area <= rpad(left(code, $2), 12, '9')
                      AND ($3::text IS NULL OR kind = $3)
                      AND ($4::text IS NULL OR place = $4)
               ) AS is_covered
           ) there
     WHERE code >= rpad($1, 12, '0') AND code <= rpad($1, 12, '9')
       AND substr(code, 7, 3) <> '000' AND (right(code, 3) = '000') = ($2 = 9)
"""


class Division(BaseModel):
    area: str
    name: str
    channels: int


class Counts(BaseModel):
    covered: int
    uncovered: int


async def count(db: Db, within: str, level: Covered, kind: str | None, place: str | None) -> Counts:
    (row,) = await db.fetch(COUNT, within, DIGITS[level], kind, place)
    return Counts(**row)


async def select(
    db: Db,
    within: str,
    level: Covered,
    kind: str | None,
    place: str | None,
    is_covered: bool | None,
    after: str | None,
    most: int,
) -> list[Division]:
    """Divisions of the level, in the order of their codes, with the open channels in them."""
    rows = await db.fetch(LIST, within, DIGITS[level], kind, place, is_covered, after, most)
    return [Division(**row) for row in rows]
