"""What the dashboard shows of a place and a period, all of one instant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from chassis.access import Caller, territory
from chassis.db import Db
from reporting.asking import placed
from reporting.metric import Metric
from reporting.metric_files import Metrics
from reporting.numbers import Item, Number, Question, items, shown, totals, totals_below
from reporting.pages.borders import Borders, borders
from reporting.pages.choice import Choice
from reporting.periods import Period, split
from reporting.tables import areas

TREND = ("cases_filed", "cases_closed")

CITY_DIGITS = 4

Numbers = Mapping[str, Number]
"""By metric."""


class Place(NamedTuple):
    code: str
    name: str


class Row(NamedTuple):
    place: Place
    numbers: Numbers


@dataclass(frozen=True)
class View:
    place: Place
    above: list[Place]
    """From the widest the reader may see."""
    headlines: list[Metric]
    numbers: Numbers
    before: Numbers
    """At the end of, or over, the period before."""
    rows: list[Row]
    """The areas right below."""
    periods: list[Period]
    trend: list[list[float]]
    """A list for each of TREND."""
    borders: Borders | None
    colours: Mapping[str, Number]
    """County -> what colours it."""


async def look(
    db: Db, metrics: Metrics, shipped: Sequence[str], caller: Caller, choice: Choice
) -> View:
    """`shipped`: the metrics in the order of the files. Raises what `placed` raises."""
    code, name = await placed(db, caller, choice.area)
    chosen = sorted(
        (metric for metric in metrics.values() if metric.headline),
        key=lambda metric: shipped.index(metric.id) if metric.id in shipped else len(shipped),
    )
    place, days = Place(code, name or code), choice.days
    question = Question(chosen[0], code, days.start, days.end)
    before = choice.days_before
    earlier = Question(chosen[0], code, before.start, before.end)
    city = borders(code[:CITY_DIGITS])
    return View(
        place,
        await _above(db, caller, code),
        chosen,
        await totals(db, metrics, chosen, question),
        await totals(db, metrics, chosen, earlier),
        await _rows(db, metrics, chosen, question),
        list(split(days.start, days.end, choice.by)),
        [await _over_time(db, metrics, part, question, choice.by) for part in TREND],
        city,
        await _colours(db, metrics, caller, question, choice.colour) if city else {},
    )


async def _above(db: Db, caller: Caller, code: str) -> list[Place]:
    places: list[Place] = []
    found = await areas.find(db, code)
    while found and found["parent"] and caller.covers(territory(found["parent"])):
        found = await areas.find(db, found["parent"])
        if found:
            places.insert(0, Place(found["code"], found["name"]))
    return places


async def _rows(
    db: Db, metrics: Metrics, chosen: Sequence[Metric], question: Question
) -> list[Row]:
    below = await areas.children(db, question.area)
    numbers: dict[str, dict[str, Number]] = {}
    for level in {area["level"] for area in below}:
        numbers |= await totals_below(db, metrics, chosen, question, level)
    nothing = {metric.id: shown(metric, metrics, {}) for metric in chosen}
    return [
        Row(Place(area["code"], area["name"]), numbers.get(area["code"], nothing)) for area in below
    ]


async def _over_time(
    db: Db, metrics: Metrics, metric: str, question: Question, by: str
) -> list[float]:
    found = await _cut(db, metrics, metric, question.area, question, by)
    return [item.number.value or 0 for item in found]


async def _colours(
    db: Db, metrics: Metrics, caller: Caller, question: Question, metric: str
) -> Mapping[str, Number]:
    """Of the counties the reader may see, wherever in the city the page is."""
    city = question.area[:CITY_DIGITS].ljust(12, "0")
    found = await _cut(db, metrics, metric, city, question, "level:county")
    return {item.key: item.number for item in found if caller.covers(territory(item.key))}


async def _cut(
    db: Db, metrics: Metrics, metric: str, area: str, question: Question, by: str
) -> list[Item]:
    if metric not in metrics:
        return []
    return await items(db, metrics, Question(metrics[metric], area, *question.days, by))
