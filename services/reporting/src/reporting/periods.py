"""Days, weeks, months and half-years of Asia/Shanghai, all half-open."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)


class Period(NamedTuple):
    key: str
    """2026-03-01, 2026-W09, 2026-03 or 2026-H1: the calendar's period, though asked for in part."""
    start: date
    end: date
    """The day after the last."""


def day_of(time: datetime) -> date:
    """The day on the wall in the city at an aware instant."""
    return time.astimezone(SHANGHAI).date()


def today() -> date:
    return day_of(datetime.now(UTC))


def half_year_start(day: date) -> date:
    return date(day.year, 1 if day.month < 7 else 7, 1)


def _day(day: date) -> tuple[str, date]:
    return day.isoformat(), day + DAY


def _week(day: date) -> tuple[str, date]:
    year, week, weekday = day.isocalendar()
    return f"{year}-W{week:02}", day + DAY * (8 - weekday)


def _month(day: date) -> tuple[str, date]:
    return f"{day:%Y-%m}", (day.replace(day=1) + 31 * DAY).replace(day=1)


def _half_year(day: date) -> tuple[str, date]:
    if day.month < 7:
        return f"{day.year}-H1", date(day.year, 7, 1)
    return f"{day.year}-H2", date(day.year + 1, 1, 1)


BY: dict[str, Callable[[date], tuple[str, date]]] = {
    "day": _day,
    "week": _week,
    "month": _month,
    "half_year": _half_year,
}
"""A day -> the key of its period and the first day after it."""


def split(start: date, end: date, by: str) -> Iterator[Period]:
    """[start, end) cut at the calendar's borders; `by` is a key of BY."""
    day = start
    while day < end:
        key, after = BY[by](day)
        yield Period(key, day, min(after, end))
        day = after
