"""Sums of facts by metric, place, day and dimensions, for counties and cities.

A province is the sum of its cities. What a village or a township comes to is added up from its
facts: they are few, and a sum for each village and day would be as many rows again. A distinct
count is no sum of its parts: its facts hold for one level each, and those of wide places come here
as they are (`exact`).
"""

from collections.abc import Collection, Mapping
from datetime import date

from chassis.db import Db

LENGTHS = (2, 4, 6, 9, 12)
"""Digits of a province, city, county, township and village."""

WIDE = 6
"""Places of so many digits at most have sums here: a county its own, a city those of its counties
too."""

CITY = 4
"""Nothing is added up beyond a city."""

# Sorted, so that listeners adding to the same sums never wait for each other in a circle.
ADD = """
    INSERT INTO cube (metric, place, day, dims, value)
    SELECT metric, left(place, length), day, dims, sum(value)
      FROM unnest($1::text[], $2::text[], $3::date[], $4::text[], $5::bigint[], $6::bool[])
               AS added (metric, place, day, dims, value, is_exact)
           JOIN unnest('{2,4,6}'::int[]) AS length
             ON length = length(place) OR (length = 4 AND length(place) = 6 AND NOT is_exact)
     GROUP BY 1, 2, 3, 4
     ORDER BY 1, 2, 3, 4
    ON CONFLICT (metric, place, day, dims) DO UPDATE SET value = cube.value + EXCLUDED.value
"""

# All at once, from the facts: a rebuild's first filling.
FILL = """
    INSERT INTO cube (metric, place, day, dims, value)
    SELECT metric, left(place, length), day, dims, sum(value)
      FROM facts
           JOIN unnest('{2,4,6}'::int[]) AS length
             ON CASE WHEN metric = ANY($1) THEN length = length(place)
                     ELSE length = least(length(place), 6) OR (length = 4 AND length(place) > 4)
                END
     GROUP BY 1, 2, 3, 4
"""

# Sums that are nothing may or may not have a row; the digest of a table does not depend on it.
CHECKSUM = """
    SELECT count(*) AS rows,
           md5(coalesce(string_agg(
               concat_ws(' ', metric, place, day, dims, value), E'\\n'
               ORDER BY metric, place, day, dims), '')) AS md5
      FROM cube
     WHERE value <> 0
"""

Key = tuple[str, str, date, str]
"""metric, place, day, dims"""


async def add(db: Db, sums: Mapping[Key, int], exact: Mapping[Key, int]) -> None:
    """Add `sums` to their places and the cities around, `exact` to their places alone.

    No place is longer than WIDE.
    """
    metrics, places, days, dims = zip(*sums, *exact, strict=True)
    values = [*sums.values(), *exact.values()]
    are_exact = [False] * len(sums) + [True] * len(exact)
    await db.execute(ADD, metrics, places, days, dims, values, are_exact)


async def fill(db: Db, exact: Collection[str]) -> None:
    """Fill an empty cube from the facts; `exact` are the metrics that are distinct counts."""
    await db.execute(FILL, list(exact))


async def cube_checksum(db: Db) -> str:
    """Equal for equal cubes, whatever the order in which they were filled."""
    row = await db.fetchrow(CHECKSUM)
    return f"{row['rows']} {row['md5']}" if row else ""
