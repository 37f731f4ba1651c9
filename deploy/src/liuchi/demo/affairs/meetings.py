"""Leaders' meetings, and the days on which they receive visitors: planned, pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from chassis.workflow.workdays import SHANGHAI, CalendarUnpublished, day_of, is_workday
from liuchi.demo.affairs.names import told
from liuchi.demo.affairs.records import FILE, area_of
from liuchi.demo.register import Place
from liuchi.demo.size import Size

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Meeting:
    name: str
    kind: str
    role: str
    held_at: datetime
    outcome: Mapping[str, Any] | None
    """With names for the ids of cases; None of one that lies ahead, or that nobody held."""
    place: str | None = None
    """The division that was visited."""
    leader: str | None = None
    """Who sits, of a kind with a roster."""

    @property
    def on(self) -> date:
        return day_of(self.held_at)

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.on:%Y%m%d}"


def plan(size: Size, communities: Sequence[Place], until: datetime) -> list[Meeting]:
    """In the order in which they are held."""
    rng = Random(f"{size.seed} meetings")  # noqa: S311 - a city that can be had again
    met = [*_weekly(rng, communities, until), *_rostered(rng, until)]
    return sorted(met, key=lambda one: one.held_at)


def _weekly(rng: Random, communities: Sequence[Place], until: datetime) -> Iterator[Meeting]:
    last = day_of(until) - DAY
    last -= DAY * max(last.weekday() - 4, 0)
    for row in told(FILE)["meetings"]:
        place = area_of(row["place"], communities) if "place" in row else None
        at = _morning(rng, last - row["week"] * 7 * DAY)
        visited = {"place": place} if place else {}
        outcome = {**row["outcome"], **visited} if "outcome" in row else None
        yield Meeting(row["name"], row["kind"], row["role"], at, outcome, place)


def _rostered(rng: Random, until: datetime) -> Iterator[Meeting]:
    """One leader each workday, in turn. The names count back from the last one held."""
    roster, today = told(FILE)["roster"], day_of(until)
    leaders = [str(UUID(int=rng.getrandbits(128), version=4)) for _ in range(roster["leaders"])]
    span = (today + DAY * number for number in range(-roster["back"], roster["ahead"] + 1))
    days = [day for day in span if _is_workday(day)]
    past = sum(day < today for day in days)
    for number, day in enumerate(days):
        back = past - number
        is_held = back > 0 and back != roster["missed"]
        visitors = rng.randint(2, 9)
        outcome = {"visitors": visitors, "heard": visitors // 2 + 1} if is_held else None
        name, leader = f"reception_{back}", leaders[number % len(leaders)]
        yield Meeting(
            name, roster["kind"], roster["role"], _morning(rng, day), outcome, None, leader
        )


def _morning(rng: Random, day: date) -> datetime:
    return datetime.combine(day, time(9), SHANGHAI) + timedelta(minutes=rng.randrange(120))


def _is_workday(day: date) -> bool:
    """False in a year whose holidays are not published: there is no roster for it yet."""
    try:
        return is_workday(day)
    except CalendarUnpublished:
        return False
