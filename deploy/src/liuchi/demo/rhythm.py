"""When things happen in a city: mornings and afternoons of workdays, seldom at night."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

from chassis.workflow.workdays import SHANGHAI, CalendarUnpublished, is_workday

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

OF_HOURS = (1, 1, 0, 0, 0, 1, 3, 8, 20, 34, 32, 20, 9, 10, 20, 32, 30, 18, 10, 9, 8, 6, 4, 2)
"""How much is brought in during each hour of a day, against the others."""
OF_FREE_DAY = 0.4
"""How much on a free day, against a workday."""

OPENS, CLOSES = time(8, 30), time(17, 30)


def filing_times(rng: Random, count: int, until: datetime, days: int) -> list[datetime]:
    """So many instants within the days before `until`, in order, each to the second."""
    hours = list(_hours(until, days))
    weights = [_weight(hour) for hour in hours]
    if not count:
        return []
    chosen = rng.choices(hours, weights, k=count)
    return sorted(hour + timedelta(seconds=rng.randrange(3600)) for hour in chosen)


def at_work(rng: Random, at: datetime) -> datetime:
    """The instant itself during office hours, else early in the next ones."""
    local = at.astimezone(SHANGHAI)
    if is_worked(local.date()) and OPENS <= local.time() < CLOSES:
        return at
    day = local.date() if local.time() < OPENS else local.date() + DAY
    while not is_worked(day):
        day += DAY
    return datetime.combine(day, OPENS, SHANGHAI) + timedelta(seconds=rng.randrange(5400))


def is_worked(day: date) -> bool:
    """By the published calendar, else by the day of the week."""
    try:
        return is_workday(day)
    except CalendarUnpublished:
        return day.weekday() < 5


def _hours(until: datetime, days: int) -> Iterator[datetime]:
    """Starts of the whole hours in those days."""
    hour = until.astimezone(SHANGHAI).replace(minute=0, second=0, microsecond=0)
    for back in range(1, days * 24 + 1):
        yield hour - back * HOUR


def _weight(hour: datetime) -> float:
    return OF_HOURS[hour.hour] * (1 if is_worked(hour.date()) else OF_FREE_DAY)
