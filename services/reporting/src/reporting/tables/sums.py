"""What metrics come to, over days or places: from the cube, for small places from the facts."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from asyncpg import Record

from chassis.db import Db
from reporting.tables.cube import CITY, LENGTHS, WIDE


def _over_time(table: str) -> str:
    """What was before the first day stands under the day before it: a stock begins with it."""
    return f"""
    SELECT metric,
           CASE WHEN day < $6 THEN $6 - 1 WHEN $8 THEN day ELSE $6 END AS day,
           CASE WHEN $9 THEN dims ELSE '' END AS dims,
           sum(value)::bigint AS value
      FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::date[])
               AS asked (metric, first, beyond, longest, since)
           JOIN {table} USING (metric)
     WHERE place >= first AND place < beyond AND length(place) <= longest
       AND day >= since AND day < $7
       AND NOT EXISTS (
           SELECT FROM unnest($10::text[], $11::int[], $12::text[]) AS wanted (name, number, value)
            WHERE wanted.name = metric AND split_part(dims, '/', wanted.number) <> wanted.value)
     GROUP BY 1, 2, 3
    """  # noqa: S608 - a table of ours


def _over_places(table: str) -> str:
    return f"""
    SELECT metric, left(place, $5) AS place,
           CASE WHEN day < $6 THEN $6 - 1 ELSE $6 END AS day,
           sum(value)::bigint AS value
      FROM unnest($1::text[], $2::int[], $3::date[]) AS asked (metric, longest, since)
           JOIN {table} USING (metric)
     WHERE place >= $4 AND place < $4 || ':' AND length(place) BETWEEN $5 AND longest
       AND day >= since AND day < $7
       AND NOT EXISTS (
           SELECT FROM unnest($8::text[], $9::int[], $10::text[]) AS wanted (name, number, value)
            WHERE wanted.name = metric AND split_part(dims, '/', wanted.number) <> wanted.value)
     GROUP BY 1, 2, 3
    """  # noqa: S608 - a table of ours


CUBE_OVER_TIME, FACTS_OVER_TIME = _over_time("cube"), _over_time("facts")
CUBE_OVER_PLACES, FACTS_OVER_PLACES = _over_places("cube"), _over_places("facts")

BEYOND_ALL_WITHIN, BEYOND_ITSELF = ":", "!"
"""Behind a place, the ends of half-open ranges of places: `:` sorts after digits, `!` before."""


class Counted(NamedTuple):
    """A metric to be read."""

    metric: str
    is_exact: bool
    """A distinct count: what is known of a place is no sum of what is known within."""
    since: date
    """Nothing before this day counts."""


class Wanted(NamedTuple):
    """Only rows with this value in this dimension, numbered from 1."""

    metric: str
    number: int
    value: str


def span(place: str, *, is_exact: bool) -> tuple[str, str]:
    """The half-open range of places whose facts belong to a place; [place, place!) is itself."""
    return place, place + (BEYOND_ITSELF if is_exact else BEYOND_ALL_WITHIN)


async def over_time(
    db: Db,
    metrics: Sequence[Counted],
    place: str,
    days: tuple[date, date],
    wanted: Sequence[Wanted] = (),
    *,
    each_day: bool = False,
    each_dims: bool = False,
) -> list[Record]:
    """Rows metric, day, dims, value; all before the first day stands under the day before it."""
    is_wide = len(place) <= WIDE
    asked = [(one.metric, *_rows_of(place, one), one.since) for one in metrics]
    return await db.fetch(
        CUBE_OVER_TIME if is_wide else FACTS_OVER_TIME,
        *_columns(asked, 5), *days, each_day, each_dims, *_columns(wanted, 3),
    )  # fmt: skip


def _rows_of(place: str, counted: Counted) -> tuple[str, str, int]:
    """The range of places whose rows together are one metric at one place, and their length."""
    has_own_row = counted.is_exact or CITY <= len(place) <= WIDE
    longest = CITY if len(place) < CITY else LENGTHS[-1]
    return (*span(place, is_exact=has_own_row), longest)


async def over_places(
    db: Db,
    metrics: Sequence[Counted],
    within: str,
    length: int,
    days: tuple[date, date],
    wanted: Sequence[Wanted] = (),
) -> list[Record]:
    """Rows metric, place, day, value: for each place of `length` digits within a place."""
    is_wide = length <= WIDE
    asked = [
        (one.metric, length if one.is_exact or is_wide else LENGTHS[-1], one.since)
        for one in metrics
    ]
    return await db.fetch(
        CUBE_OVER_PLACES if is_wide else FACTS_OVER_PLACES,
        *_columns(asked, 3), within, length, *days, *_columns(wanted, 3),
    )  # fmt: skip


def _columns(rows: Sequence[tuple[object, ...]], width: int) -> list[list[object]]:
    return [[row[place] for row in rows] for place in range(width)]
