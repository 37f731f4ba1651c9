"""What each event added to which metric: the receipts."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from asyncpg import Record

from chassis.db import Db

COLUMNS = ("metric", "place", "day", "dims", "value", "event", "sequence")

# A late event may take back what was counted: what adds up to nothing is no receipt.
RECEIPT = """
    SELECT day, event, sequence, place, sum(value)::bigint AS value
      FROM facts
     WHERE metric = $1
       AND place >= $2 AND place < $3
       AND day >= $4 AND day < $5
       AND NOT EXISTS (
           SELECT FROM unnest($6::int[], $7::text[]) AS wanted (number, value)
            WHERE split_part(dims, '/', wanted.number) <> wanted.value)
       AND ($8::date IS NULL OR (day, event, sequence, place) > ($8, $9::text, $10::bigint, $11))
     GROUP BY day, event, sequence, place
    HAVING sum(value) <> 0
     ORDER BY day, event, sequence, place
     LIMIT $12
"""


class Fact(NamedTuple):
    """A row, in the order of COLUMNS."""

    metric: str
    place: str
    day: date
    dims: str
    value: int
    event: str
    sequence: int


Place = tuple[date, str, int, str]
"""Of a page's last row: day, event type, sequence, place."""

BEGINNING = (None, "", 0, "")


async def add(db: Db, facts: Sequence[tuple[object, ...]]) -> None:
    await db.copy_records_to_table("facts", records=facts, columns=COLUMNS)


async def receipt(
    db: Db,
    metric: str,
    places: tuple[str, str],
    days: tuple[date, date],
    where: Mapping[int, str],
    after: Place | None,
    most: int,
) -> list[Record]:
    """Rows day, event, sequence, place, value. `places` and `days` are half-open; `where`:
    number of a dimension, from 1 -> the value it must have."""
    return await db.fetch(
        RECEIPT, metric, *places, *days, list(where), list(where.values()),
        *(after or BEGINNING), most,
    )  # fmt: skip
