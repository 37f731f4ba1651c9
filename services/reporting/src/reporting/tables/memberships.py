"""Distinct counts: who or what is present where, as changes that add up like any other facts.

All that was said of a key is kept, and what a key adds to a count is folded from it in the order
of the stream. So an event handled late, as a replayed dead letter is, leaves the same counts as if
it had come in its turn: what was folded before is taken back.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from chassis.db import Db
from reporting.tables.cube import LENGTHS
from reporting.tables.facts import Fact

SAID = """
    SELECT key, sequence, condition, place, day, dims, change, event
      FROM memberships
     WHERE metric = $1 AND key = ANY($2)
"""

COLUMNS = (
    "metric", "key", "sequence", "condition", "place", "day", "dims", "change", "event"
)  # fmt: skip


class Said(NamedTuple):
    """What one event said of a key; a row without its metric."""

    key: str
    sequence: int
    condition: str
    place: str
    day: date
    dims: str | None
    change: int
    event: str


async def add(
    db: Db, said: Mapping[str, Sequence[Said]], conditions: Mapping[str, int]
) -> list[Fact]:
    """Keep what was said, by metric; returns the facts it makes, each for its place alone."""
    facts: list[Fact] = []
    for metric, news in said.items():
        keys = list({one.key for one in news})
        before = defaultdict(list)
        for row in await db.fetch(SAID, metric, keys):
            before[row["key"]].append(Said(*row))
        after = defaultdict(list, {key: [*old] for key, old in before.items()})
        for one in news:
            after[one.key].append(one)
        for key in keys:
            facts += _difference(metric, before[key], after[key], conditions[metric])
    rows = [(metric, *one) for metric, news in said.items() for one in news]
    await db.copy_records_to_table("memberships", records=rows, columns=COLUMNS)
    return facts


def _difference(
    metric: str, before: Iterable[Said], after: Iterable[Said], conditions: int
) -> Iterator[Fact]:
    """What must be added to the facts of `before` to have those of `after`."""
    values = Counter(folded(metric, after, conditions))
    values.subtract(folded(metric, before, conditions))
    for fact, times in values.items():
        if times:
            yield fact._replace(value=fact.value * times)


def folded(metric: str, said: Iterable[Said], conditions: int) -> Iterator[Fact]:
    """The comings and goings of one key at each place and those around it."""
    sums: defaultdict[str, Counter[str]] = defaultdict(Counter)
    present: dict[str, str] = {}
    """Place -> the dims it is counted under."""
    dims = ""
    for one in sorted(said):
        dims = one.dims if one.dims is not None else dims
        for length in LENGTHS:
            if length > len(one.place):
                break
            place = one.place[:length]
            sums[place][one.condition] += one.change
            is_present = sum(value > 0 for value in sums[place].values()) == conditions
            if is_present and place not in present:
                present[place] = dims
                yield Fact(metric, place, one.day, dims, 1, one.event, one.sequence)
            elif not is_present and place in present:
                yield Fact(metric, place, one.day, present.pop(place), -1, one.event, one.sequence)
