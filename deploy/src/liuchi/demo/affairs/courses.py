"""Cases of the other kinds: each course of the file, told once a round; seeded, pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from liuchi.demo.affairs.names import named, told
from liuchi.demo.register import Place
from liuchi.demo.rhythm import at_work, filing_times
from liuchi.demo.size import Size

FILE = "demo_cases.toml"
KINDS = ("petition", "dispute", "relief", "certificate", "window", "suggestion", "deliberation")

Course = Mapping[str, Any]


@dataclass(frozen=True)
class Occasion:
    """When and where something on record was, by which a case came in or went on."""

    at: datetime
    area: str


@dataclass(frozen=True)
class Matter:
    name: str
    """Of one that is named elsewhere, or nothing."""
    kind: str
    at: datetime
    area: str
    told: Mapping[str, Any]
    """All else, with names in the place of ids."""

    def record(self) -> dict[str, Any]:
        """As intake takes it afterwards."""
        return {"kind": self.kind, "at": self.at.isoformat(), "area": self.area, **self.told}


@dataclass(frozen=True)
class City:
    """Where cases may be told of."""

    communities: Sequence[Place]
    until: datetime
    occasions: Mapping[str, Occasion]


def plan(size: Size, city: City) -> list[Matter]:
    """In the order in which they were filed; never two of a kind in one place at one second."""
    drawn = [
        _matter(Random(f"{size.seed} {kind} {number} {turn}"), kind, course, turn == 0, city)  # noqa: S311 - a city that can be had again
        for turn in range(size.rounds)
        for kind in KINDS
        for number, course in enumerate(told(FILE)[kind]["course"])
        if _names(course) <= city.occasions.keys()
    ]
    apart = {(one.kind, one.at, one.area): one for one in drawn}
    return sorted(apart.values(), key=lambda one: one.at)


def _names(course: Course) -> set[str]:
    """What has to be there for it."""
    return {*named(course), *(course[name] for name in ("at", "near") if name in course)}


def _matter(rng: Random, kind: str, course: Course, is_first: bool, city: City) -> Matter:
    category, text = _told_about(rng, kind, course)
    near = city.occasions[course["near"]].area if "near" in course else None
    at = _filed_at(rng, course, city)
    return Matter(
        name=course.get("name", "") if is_first else "",
        kind=kind,
        at=at,
        area=near or rng.choice(city.communities).code,
        told={
            "source": course["source"],
            "urgency": course.get("urgency", "normal"),
            "category": category,
            "text": f"（演示）{text}",
            "steps": [*_steps(rng, course, at, city)],
            **course.get("fields", {}),
        },
    )


def _told_about(rng: Random, kind: str, course: Course) -> tuple[str | None, str]:
    """Its category, of a kind that has some, and the words."""
    texts, category = told(FILE)[kind]["texts"], course.get("category")
    return category, rng.choice(texts[category or "any"])


def _filed_at(rng: Random, course: Course, city: City) -> datetime:
    if "at" in course:
        return city.occasions[course["at"]].at + timedelta(seconds=rng.randrange(60, 3000))
    return filing_times(rng, 1, city.until - timedelta(days=course["ago"]), 1)[0]


def _steps(rng: Random, course: Course, at: datetime, city: City) -> Iterator[dict[str, Any]]:
    """One after the other, until one would lie ahead or come before the one before it."""
    for step in course.get("steps", ()):
        before, fields = at, {name: value for name, value in step.items() if name != "days"}
        if "days" in step:
            at = at_work(rng, before + timedelta(seconds=step["days"] * 86_400 // 1))
        else:
            at = max(city.occasions[name].at for name in named(step))  # it was done there
        if not before <= at <= city.until:
            return
        yield {**fields, "at": at.isoformat()}
