"""What a metric comes to at a place and a time: asked, looked up, added up, shown."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import accumulate

from asyncpg import Record

from chassis.access import territory
from chassis.db import Db
from reporting.metric import Metric
from reporting.metric_files import Metrics
from reporting.periods import BY, DAY, Period, split
from reporting.tables import areas, sums

MOST_PERIODS = 1100


class NotAsked(ValueError):  # noqa: N818 - an answer to whoever asked
    """The question has no answer; the sentence says what may be asked."""


@dataclass(frozen=True)
class Question:
    metric: Metric
    area: str
    start: date
    end: date
    """The day after the last."""
    by: str | None = None
    """A period, `area`, `level:<level>` or a dimension."""
    where: Mapping[str, str] = field(default_factory=dict)
    """Dimension -> the value it must have."""

    @property
    def place(self) -> str:
        return territory(self.area)

    @property
    def days(self) -> tuple[date, date]:
        return (self.start, self.end)


@dataclass(frozen=True)
class Number:
    value: float | None
    """None where a ratio has nothing to divide by."""
    numerator: float | None = None
    denominator: float | None = None


@dataclass(frozen=True)
class Item:
    key: str
    """The start of a period's key, an area code or a value of the dimension."""
    number: Number
    name: str | None = None


Sums = Mapping[str, int]
"""Counted metric -> its sum, not yet divided for show."""


def parts_of(metric: Metric, metrics: Metrics) -> list[Metric]:
    return [metrics[part] for part in metric.parts]


def dimensions_of(metric: Metric, metrics: Metrics) -> tuple[str, ...]:
    """Those all its parts know."""
    first, *others = (part.dimensions for part in parts_of(metric, metrics))
    return tuple(one for one in first if all(one in other for other in others))


async def totals(
    db: Db, metrics: Metrics, asked: Sequence[Metric], question: Question
) -> dict[str, Number]:
    """Several metrics at once, by id; the question's own metric does not matter."""
    parts = [part for metric in asked for part in parts_of(metric, metrics)]
    rows = await sums.over_time(db, _counted(parts, question), question.place, question.days)
    found = _sums(rows, lambda _: "")[""]
    return {metric.id: shown(metric, metrics, found) for metric in asked}


async def totals_below(
    db: Db, metrics: Metrics, asked: Sequence[Metric], question: Question, level: str
) -> dict[str, dict[str, Number]]:
    """The same for each place of a level within the question's: area code -> metric -> number.

    Only places of which something is known.
    """
    parts = [part for metric in asked for part in parts_of(metric, metrics)]
    places = await _by_place(db, parts, question, level, ())
    return {
        code: {metric.id: shown(metric, metrics, found) for metric in asked}
        for code, found in places.items()
    }


async def total(db: Db, metrics: Metrics, question: Question) -> Number:
    rows = await _over_time(db, metrics, question)
    return shown(question.metric, metrics, _sums(rows, lambda _: "")[""])


async def items(db: Db, metrics: Metrics, question: Question) -> list[Item]:
    """The number cut up as `by` says. Raises NotAsked."""
    by = question.by or ""
    if by in BY:
        return await _by_period(db, metrics, question, by)
    if by == "area" or by.startswith("level:"):
        return await _by_area(db, metrics, question, by)
    if by in dimensions_of(question.metric, metrics):
        return await _by_dimension(db, metrics, question, by)
    known = [*BY, "area", "level:county", *dimensions_of(question.metric, metrics)]
    raise NotAsked(f"{question.metric.id} is asked by {', '.join(known)}.")


def wanted(metrics: Metrics, question: Question) -> list[sums.Wanted]:
    """`where` as the tables know it. Raises NotAsked for what is no dimension of every part."""
    known = dimensions_of(question.metric, metrics)
    for name in question.where:
        if name not in known:
            has = f"it has {', '.join(known)}" if known else "it has none"
            raise NotAsked(f"{name} is no dimension of {question.metric.id}; {has}.")
    return [
        sums.Wanted(part.id, part.dimensions.index(name) + 1, value)
        for part in parts_of(question.metric, metrics)
        for name, value in question.where.items()
    ]


async def _by_period(db: Db, metrics: Metrics, question: Question, by: str) -> list[Item]:
    periods = list(split(*question.days, by))
    if len(periods) > MOST_PERIODS:
        raise NotAsked(f"These are {len(periods)} periods; ask for at most {MOST_PERIODS}.")
    rows = await _over_time(db, metrics, question, each_day=True)
    ids = question.metric.parts
    per_day: dict[tuple[str, date], int] = {
        (row["metric"], row["day"]): row["value"] for row in rows
    }
    columns = [_per_period(metrics[part], per_day, periods) for part in ids]
    return [
        Item(period.key, shown(question.metric, metrics, dict(zip(ids, column, strict=True))))
        for period, column in zip(periods, zip(*columns, strict=True), strict=True)
    ]


def _per_period(
    metric: Metric, per_day: Mapping[tuple[str, date], int], periods: Sequence[Period]
) -> list[int]:
    """A flow's sum within each period, anything else's standing at its end."""
    within = []
    for period in periods:
        days = (period.start + DAY * n for n in range((period.end - period.start).days))
        within.append(sum(per_day.get((metric.id, day), 0) for day in days))
    if metric.kind == "flow":
        return within
    before = per_day.get((metric.id, periods[0].start - DAY), 0)
    return list(accumulate(within, initial=before))[1:]


async def _by_area(db: Db, metrics: Metrics, question: Question, by: str) -> list[Item]:
    level = by.removeprefix("level:") if by != "area" else _level_below(question.place)
    if areas.LENGTH.get(level, 0) <= len(question.place):
        raise NotAsked(f"There is no {level} below {question.area}.")
    parts = parts_of(question.metric, metrics)
    found = await _by_place(db, parts, question, level, wanted(metrics, question))
    names = {row["code"]: row["name"] for row in await areas.within(db, question.place, level)}
    return [
        Item(code, shown(question.metric, metrics, found[code]), names.get(code))
        for code in sorted(names.keys() | found.keys())
    ]


async def _by_place(
    db: Db,
    parts: Iterable[Metric],
    question: Question,
    level: str,
    only: Sequence[sums.Wanted],
) -> defaultdict[str, defaultdict[str, int]]:
    counted = _counted(parts, question)
    length = areas.LENGTH[level]
    rows = await sums.over_places(db, counted, question.place, length, question.days, only)
    return _sums(rows, lambda row: str(row["place"]).ljust(12, "0"))


def _level_below(place: str) -> str:
    below = [level for level, length in areas.LENGTH.items() if length > len(place)]
    if not below:
        raise NotAsked("Nothing lies below a village; leave `by=area` out.")
    return below[0]


async def _by_dimension(db: Db, metrics: Metrics, question: Question, by: str) -> list[Item]:
    rows = await _over_time(db, metrics, question, each_dims=True)
    numbers = {part: metrics[part].dimensions.index(by) for part in question.metric.parts}
    found = _sums(rows, lambda row: row["dims"].split("/")[numbers[row["metric"]]])
    return [Item(key, shown(question.metric, metrics, found[key])) for key in sorted(found)]


def _counted(parts: Iterable[Metric], question: Question) -> list[sums.Counted]:
    """Each once. Of a flow nothing before the first day counts."""
    return [
        sums.Counted(
            part.id, part.kind == "distinct", question.start if part.kind == "flow" else date.min
        )
        for part in {part.id: part for part in parts}.values()
    ]


async def _over_time(
    db: Db,
    metrics: Metrics,
    question: Question,
    *,
    each_day: bool = False,
    each_dims: bool = False,
) -> list[Record]:
    return await sums.over_time(
        db,
        _counted(parts_of(question.metric, metrics), question),
        question.place,
        question.days,
        wanted(metrics, question),
        each_day=each_day,
        each_dims=each_dims,
    )


def _sums(
    rows: Iterable[Record], key: Callable[[Record], str]
) -> defaultdict[str, defaultdict[str, int]]:
    """Key -> metric -> sum."""
    found: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        found[key(row)][row["metric"]] += row["value"]
    return found


def shown(metric: Metric, metrics: Metrics, found: Sums) -> Number:
    parts = parts_of(metric, metrics)
    amounts = [Fraction(found.get(part.id, 0), part.divisor) for part in parts]
    if metric.kind != "ratio":
        return Number(_rounded(amounts[0], metric.decimals))
    above, below = amounts
    return Number(
        _rounded(above / below * metric.factor, metric.decimals) if below else None,
        _rounded(above, parts[0].decimals),
        _rounded(below, parts[1].decimals),
    )


def _rounded(amount: Fraction, decimals: int) -> float:
    """Half up, as one rounds by hand; whole where there are no decimals."""
    exact = Decimal(amount.numerator) / Decimal(amount.denominator)
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return float(rounded) if decimals else int(rounded)
