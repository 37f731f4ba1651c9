"""What a page is about, as its address says it: place, period, and what colours the map."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import Depends, Query

from reporting.asking import Area, Days
from reporting.periods import DAY, half_year_start, today

PeriodName = Literal["7d", "30d", "month", "half_year", "year"]

PERIODS: dict[PeriodName, Callable[[date], date]] = {
    "7d": lambda day: day - 6 * DAY,
    "30d": lambda day: day - 29 * DAY,
    "month": lambda day: day.replace(day=1),
    "half_year": half_year_start,
    "year": lambda day: day.replace(month=1, day=1),
}
"""Today -> the first day."""

MOST_BY_DAY = timedelta(days=62)
"""Longer periods are drawn by week: a bar must be wider than a hair."""


@dataclass(frozen=True)
class Choice:
    area: str | None
    """None: the reader's own."""
    period: PeriodName
    colour: str
    """The metric that colours the map."""

    @property
    def days(self) -> Days:
        return Days(PERIODS[self.period](today()), today() + DAY)

    @property
    def days_before(self) -> Days:
        """As many, right before."""
        days = self.days
        return Days(days.start - (days.end - days.start), days.start)

    @property
    def by(self) -> Literal["day", "week"]:
        return "day" if self.days.end - self.days.start <= MOST_BY_DAY else "week"

    def link(self, **changed: str) -> str:
        return "/?" + urlencode(self._asked() | changed)

    def receipt(self, metric: str, of: str, days: Days) -> str:
        """Where the events are listed that make up a number of the area `of`, and back from."""
        asked = {"of": of, "from": days.start.isoformat(), "to": days.end.isoformat()}
        return f"/receipts/{metric}?{urlencode(asked | self._asked())}"

    def _asked(self) -> dict[str, str]:
        asked = {"area": self.area, "period": self.period, "colour": self.colour}
        return {name: value for name, value in asked.items() if value}


def _choice(
    area: Area | None = None,
    period: PeriodName = "30d",
    colour: Annotated[str, Query(pattern=r"^[a-z][a-z0-9_]{0,39}$")] = "cases_filed",
) -> Choice:
    return Choice(area, period, colour)


Chosen = Annotated[Choice, Depends(_choice)]
