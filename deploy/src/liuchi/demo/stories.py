"""What troubles the people of a demo city, and how each case goes on: invented, seeded, pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from liuchi.demo.register import Place
from liuchi.demo.rhythm import at_work, filing_times
from liuchi.demo.size import Size

TEXTS = {
    "property": ("电梯又停了", "物业费账目没有公开", "楼道堆满杂物"),
    "environment": ("垃圾两天没有清运", "绿化带里有建筑垃圾", "河边有异味"),
    "facilities": ("路灯不亮", "健身器材松动", "窨井盖破损"),
    "safety": ("充电线从楼上拉下来", "消防通道被占", "围墙开裂"),
    "transport": ("路口没有斑马线", "公交站牌倒了", "非机动车停得满地都是"),
    "neighbour_dispute": ("楼上漏水谈不拢", "夜里噪音太大", "公共过道放鞋柜"),
    "elderly_care": ("独居老人需要人陪着去医院", "老人不会用手机缴费"),
    "child_care": ("放学后孩子没人接", "暑假孩子没人照看"),
    "home_repair": ("水龙头关不紧", "老人家里的灯坏了"),
    "other": ("想了解办理居住证明的流程", "对社区活动有一个建议"),
}
"""By category. Each is told as a demo."""

WEIGHTS = (20, 20, 15, 8, 11, 9, 7, 3, 4, 3)
SOURCES = {"resident": 34, "hotline": 26, "window": 12, "grid_worker": 22, "neighbour_squad": 6}
URGENCIES = {"normal": 88, "urgent": 10, "emergency": 2}
STARS = {5: 46, 4: 34, 3: 12, 2: 5, 1: 3}

BY_VOLUNTEERS = ("elderly_care", "child_care", "home_repair")
CARE = {"to": "department", "department": "civil_affairs"}
WORKER = {"to": "grid_worker"}
ROUTES = {
    "property": {"to": "department", "department": "housing"},
    "facilities": {"to": "department", "department": "urban_management"},
    "transport": {"to": "department", "department": "transport"},
    "elderly_care": CARE,
    "child_care": CARE,
}
"""Whom a case goes to that somebody dispatches; all others go to the grid worker."""


@dataclass(frozen=True)
class Story:
    at: datetime
    area: str
    category: str
    source: str
    urgency: str
    text: str
    has_category: bool
    """Known when it was filed, so that it is dispatched by itself."""
    steps: tuple[dict[str, Any], ...] = ()
    stars: int | None = None
    """Of a case that goes to volunteers: what is said when they have helped; None: they have not
    come yet."""

    def record(self) -> dict[str, Any]:
        """As intake takes it afterwards."""
        return {
            "at": self.at.isoformat(),
            "area": self.area,
            "source": self.source,
            "urgency": self.urgency,
            "category": self.category if self.has_category else None,
            "text": self.text,
            "steps": self.steps,
        }


def plan(size: Size, communities: Sequence[Place], until: datetime) -> list[Story]:
    """In the order in which they were filed; never two in one place at one second."""
    rng = Random(f"{size.seed} cases")  # noqa: S311 - a city that can be had again
    # Some communities have more to tell than others.
    loudness = [rng.paretovariate(1.6) for _ in communities]
    told = [
        _story(rng, at, rng.choices(communities, loudness)[0].code, until)
        for at in filing_times(rng, size.cases, until, size.days)
    ]
    helped = [
        _helped(rng, at, rng.choice(communities).code, is_done=number % 3 > 0)
        for number, at in enumerate(filing_times(rng, size.helped, until, 1), 1)
    ]
    apart = {(story.at, story.area): story for story in (*told, *helped)}
    return sorted(apart.values(), key=lambda story: story.at)


def _story(rng: Random, at: datetime, area: str, until: datetime) -> Story:
    category = rng.choices([*TEXTS], WEIGHTS)[0]
    has_category = category not in BY_VOLUNTEERS and rng.random() < 0.65
    course = _Course(rng, at, until)
    _take_its_course(course, category, has_category)
    return Story(**_filed(rng, at, area, category), has_category=has_category, steps=course.told())


def _helped(rng: Random, at: datetime, area: str, is_done: bool) -> Story:
    category = rng.choice(BY_VOLUNTEERS)
    stars = _drawn(rng, STARS) if is_done else None
    return Story(**_filed(rng, at, area, category), has_category=True, stars=stars)


def _filed(rng: Random, at: datetime, area: str, category: str) -> dict[str, Any]:
    return {
        "at": at,
        "area": area,
        "category": category,
        "source": _drawn(rng, SOURCES),
        "urgency": _drawn(rng, URGENCIES),
        "text": f"（演示）{rng.choice(TEXTS[category])}",
    }


@dataclass
class _Course:
    """Steps one after the other, during office hours, until the day they are told on."""

    rng: Random
    at: datetime
    until: datetime
    steps: list[dict[str, Any]] = field(default_factory=list)

    def goes(self, step: str, hours: float, **fields: object) -> None:
        """Another step, about so many hours later."""
        later = timedelta(seconds=round(self.rng.gammavariate(2, hours / 2) * 3600) + 60)
        self.at = at_work(self.rng, self.at + later)
        self.steps.append({"step": step, "at": self.at.isoformat(), **fields})

    def told(self) -> tuple[dict[str, Any], ...]:
        return tuple(
            step for step in self.steps if datetime.fromisoformat(step["at"]) <= self.until
        )


def _take_its_course(course: _Course, category: str, has_category: bool) -> None:
    chance = course.rng.random
    route = ROUTES.get(category, WORKER)
    if not has_category:
        course.goes("classified", 2, category=category)
    if chance() < 0.03:
        return course.goes("withdrawn", 5)
    if chance() < 0.04:
        course.goes("escalated", 4, level=course.rng.choice(("township", "county")))
        route, has_category = CARE, False
    if not has_category:
        course.goes("dispatched", 2, **route)
    if chance() < 0.05:
        course.goes("returned", 6)
        course.goes("dispatched", 3, to="department", department="urban_management")
    if chance() < 0.03:
        return None  # nobody takes it up: it becomes overdue
    course.goes("in_progress", 4)
    if chance() < 0.03:
        return None
    course.goes("resolved", 12 if chance() < 0.75 else 45)
    course.goes("closed", 9)
    return _look_back(course)


def _look_back(course: _Course) -> None:
    """Most are asked whether it helped; whoever says no has it done again."""
    if course.rng.random() > 0.93:
        return
    stars = _drawn(course.rng, STARS)
    course.goes("revisited", 30, satisfaction=stars)
    if stars <= 2:
        course.goes("in_progress", 4)
        course.goes("resolved", 16)
        course.goes("closed", 8)
        course.goes("revisited", 24, satisfaction=course.rng.choice((4, 5)))


def _drawn(rng: Random, weights: dict[Any, int]) -> Any:
    return rng.choices([*weights], [*weights.values()])[0]
