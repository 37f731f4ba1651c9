"""From numbers to what stands on the page: text, links and shades."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from chassis.pages.speech import Speech
from reporting.metric import Metric
from reporting.metric_files import Metrics
from reporting.numbers import Number
from reporting.pages.borders import County
from reporting.pages.choice import Choice
from reporting.pages.scale import Shade, Shading, signed, written
from reporting.pages.view import View


class Figure(NamedTuple):
    id: str
    """Of the element that shows it."""
    metric: str
    title: str
    unit: str
    amount: str
    when: str
    change: str
    receipt: str


class Group(NamedTuple):
    id: str
    title: str
    figures: list[Figure]


class Line(NamedTuple):
    code: str
    name: str
    link: str
    figures: list[Figure]


class Region(NamedTuple):
    county: County
    shade: int | None
    amount: str
    link: str | None
    """None for what the reader may not see."""
    is_chosen: bool


class Chart(NamedTuple):
    regions: list[Region]
    legend: list[Shade]


def groups(view: View, metrics: Metrics, choice: Choice, say: Speech) -> list[Group]:
    """Headlines by the service whose events they count."""
    found: dict[str, list[Figure]] = {}
    for metric in view.headlines:
        number, before = view.numbers[metric.id], view.before[metric.id]
        figure = _figure(metric, number, view.place.code, choice, say)._replace(
            when=_when(metric, metrics, say), change=_change(metric, number, before, say)
        )
        found.setdefault(_speaker(metric, metrics), []).append(figure)
    return [Group(name, say["figures"][name], figures) for name, figures in found.items()]


def lines(view: View, choice: Choice, say: Speech) -> Iterator[Line]:
    for place, numbers in view.rows:
        figures = [
            _figure(metric, numbers[metric.id], place.code, choice, say)
            for metric in view.headlines
        ]
        yield Line(place.code, place.name, choice.link(area=place.code), figures)


def chart(view: View, metric: Metric, choice: Choice, say: Speech) -> Chart | None:
    if view.borders is None:
        return None
    values = [number.value for number in view.colours.values() if number.value is not None]
    shading = Shading(values, metric.decimals) if values else None
    regions = [
        _region(county, view.colours, shading, metric, replace(choice, area=county.code), say)
        for county in view.borders.counties
    ]
    chosen = view.place.code[:6]
    marked = [one._replace(is_chosen=one.county.code[:6] == chosen) for one in regions]
    marked.sort(key=lambda one: one.is_chosen)  # its outline lies over its neighbours
    return Chart(marked, shading.legend() if shading else [])


def _region(
    county: County,
    colours: Mapping[str, Number],
    shading: Shading | None,
    metric: Metric,
    choice: Choice,
    say: Speech,
) -> Region:
    number = colours.get(county.code)
    if number is None or number.value is None or shading is None:
        link = choice.link() if number else None
        return Region(county, None, say["map"]["nothing"], link, False)
    amount = f"{written(number.value, metric.decimals)} {say(metric.unit)}"
    return Region(county, shading.shade(number.value), amount, choice.link(), False)


def _figure(metric: Metric, number: Number, area: str, choice: Choice, say: Speech) -> Figure:
    return Figure(
        f"{metric.id}-{area}",
        metric.id,
        say(metric.title),
        say(metric.unit),
        written(number.value, metric.decimals),
        "",
        "",
        choice.receipt(metric.id, area, choice.days),
    )


def _when(metric: Metric, metrics: Metrics, say: Speech) -> str:
    kind: str = metric.kind
    if kind == "ratio" and metrics[metric.parts[0]].kind != "flow":
        kind = "ratio_stock"
    return say["figures"][kind]


def _change(metric: Metric, number: Number, before: Number, say: Speech) -> str:
    if number.value is None:
        return say["figures"]["none_note"]
    if before.value is None:
        return ""
    change = round(number.value - before.value, metric.decimals)
    if not change:
        return say["figures"]["same"]
    return say["figures"]["change"].format(change=signed(change, metric.decimals))


def _speaker(metric: Metric, metrics: Metrics) -> str:
    return metrics[metric.parts[0]].source[0].event.partition(".")[0]
