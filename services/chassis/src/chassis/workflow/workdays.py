"""The Chinese calendar: which days are worked, make-up days included, and where one day ends.

Days are those of Asia/Shanghai; instants are aware and come out as UTC.
Source: the State Council's yearly holiday notices, as packaged by `chinesecalendar`.
"""

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache

import chinese_calendar  # type: ignore[import-untyped]

from chassis.decider import Refused

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""A fixed offset: no summer time since 1991, and no time zone database to be missing."""

_KNOWN = sorted(chinese_calendar.holidays)
FIRST_DAY = date(_KNOWN[0].year, 1, 1)
LAST_DAY = date(_KNOWN[-1].year, 12, 28)
"""The New Year holiday of the year after may still move the last three days of a year
(2018-12-29 became a workday and 2018-12-31 a holiday by the notice for 2019)."""


class CalendarUnpublished(Refused):
    """No date can be promised: the holidays of that year are not known."""


def day_of(at: datetime) -> date:
    """The Shanghai day an aware instant falls in."""
    return at.astimezone(SHANGHAI).date()


def end_of(day: date) -> datetime:
    """The first instant after a Shanghai day, in UTC: what is due that day is due before it."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)


def last_day_of(due_at: datetime) -> date:
    """The last Shanghai day that is in time, of the first instant that is too late."""
    return day_of(due_at - timedelta(microseconds=1))


def is_workday(day: date) -> bool:
    """Raise CalendarUnpublished for a day whose holidays are not known."""
    return _is_worked(_known(day))


def is_holiday(day: date) -> bool:
    """A day of a public holiday, also where it falls on a weekend; a plain weekend is none."""
    return _known(day) in chinese_calendar.holidays


def is_make_up(day: date) -> bool:
    """A Saturday or Sunday that is worked in exchange for a day of a public holiday."""
    return day.weekday() >= 5 and is_workday(day)


def nth_workday_after(day: date, count: int) -> date:
    """The last of `count` ≥ 0 workdays after `day`; for none, `day` itself.

    Raise CalendarUnpublished where the count leaves the known calendar.
    """
    if not count:
        return day
    worked = _workdays()
    nth = bisect_right(worked, _known(day).toordinal()) + count - 1
    if nth >= len(worked):
        raise _unpublished(LAST_DAY)
    return date.fromordinal(worked[nth])


def workdays_in(first: date, until: date) -> int:
    """How many workdays lie in the half-open span. Raise CalendarUnpublished as above."""
    if first >= until:
        return 0
    worked = _workdays()
    _known(first), _known(until - timedelta(days=1))
    return bisect_left(worked, until.toordinal()) - bisect_left(worked, first.toordinal())


@cache
def _workdays() -> list[int]:
    days = range(FIRST_DAY.toordinal(), LAST_DAY.toordinal() + 1)
    return [day for day in days if _is_worked(date.fromordinal(day))]


def _is_worked(day: date) -> bool:
    # chinese_calendar.is_workday says the same, but looks for its first and last day on every call
    if day.weekday() < 5:
        return day not in chinese_calendar.holidays
    return day in chinese_calendar.workdays


def _known(day: date) -> date:
    if FIRST_DAY <= day <= LAST_DAY:
        return day
    raise _unpublished(day)


def _unpublished(day: date) -> CalendarUnpublished:
    if day < FIRST_DAY:
        return CalendarUnpublished(
            "the holiday calendar of {year} is not known; it begins with {first_year}",
            year=day.year,
            first_year=FIRST_DAY.year,
        )
    return CalendarUnpublished(
        "the holiday calendar of {year} is not published; no date counted in workdays can be"
        " promised there before it is (then update chinesecalendar)",
        year=max(day.year, LAST_DAY.year + 1),
    )
