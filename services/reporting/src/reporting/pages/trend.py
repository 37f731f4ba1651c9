"""The chart of cases filed and closed: bars and a line, in a box of 100 by ten for each period."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from reporting.pages.scale import ticks
from reporting.periods import Period

ACROSS = 10
"""Width of one period in the chart's own units; the page stretches them to fit."""

LABELS = 6


class Column(NamedTuple):
    key: str
    label: str
    """The first day, as shown."""
    start: date
    end: date
    filed: int
    closed: int
    left: int
    middle: int
    top: float
    """Of the bar, from above; so is `dot` of the line."""
    dot: float


class Mark(NamedTuple):
    text: str
    percent: float


class Trend(NamedTuple):
    columns: list[Column]
    width: int
    line: str
    levels: list[Mark]
    """From below."""
    days: list[Mark]
    """From the left."""


def trend(periods: Sequence[Period], filed: Sequence[float], closed: Sequence[float]) -> Trend:
    levels = ticks(max(*filed, *closed, 1))
    columns = [
        Column(
            period.key,
            f"{period.start:%m-%d}",
            period.start,
            period.end,
            int(came),
            int(went),
            n * ACROSS + 1,
            n * ACROSS + ACROSS // 2,
            _height(came, levels[-1]),
            _height(went, levels[-1]),
        )
        for n, (period, came, went) in enumerate(zip(periods, filed, closed, strict=True))
    ]
    every = -(-len(columns) // LABELS)
    width = len(columns) * ACROSS
    return Trend(
        columns,
        width,
        " ".join(f"{column.middle},{column.dot}" for column in columns),
        [Mark(f"{level:,}", level / levels[-1] * 100) for level in levels],
        [Mark(one.label, round(one.middle / width * 100, 2)) for one in columns[::every]],
    )


def _height(value: float, most: int) -> float:
    return round(100 - value / most * 100, 2)
