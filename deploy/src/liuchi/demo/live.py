"""Goes on filing and handling cases, so that something happens on the page."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any
from uuid import uuid4

from liuchi.demo.cases import fulfil, take
from liuchi.demo.client import Client
from liuchi.demo.register import CITY
from liuchi.demo.stories import STARS, TEXTS, WEIGHTS
from liuchi.processes import StackError

IN_HAND = 500
"""With so many under way no more are filed."""


@dataclass
class Day:
    """What is going on, and what has happened since it began."""

    pause: tuple[float, float] = (1.0, 6.0)
    """At least and at most so many seconds pass between two steps of a case."""

    filed: int = 0
    in_hand: int = 0
    ended: int = 0
    fault: str = ""
    """The last sentence of a service that said no, or was away."""
    rng: Random = field(default_factory=Random)


async def go_on(client: Client, day: Day, rate: float) -> None:
    """File so many cases a second and see each through, until cancelled."""
    places = await client.all("grid", "/v1/areas", area=CITY, is_urban="true")
    staffed = {row["area"] for row in await client.all("grid", "/v1/grids", is_staffed="true")}
    codes = [place["code"] for place in places if place["code"] in staffed]
    if not codes:
        raise StackError(
            "There is nobody to work on cases: run `liuchi demo` without --live first."
        )
    begun = asyncio.get_running_loop().time()
    async with asyncio.TaskGroup() as cases:
        for number in count(1):
            ahead = begun + number / rate - asyncio.get_running_loop().time()
            await asyncio.sleep(max(ahead, 0))
            if day.in_hand < IN_HAND:
                cases.create_task(_see_through(client, day, codes))


async def _see_through(client: Client, day: Day, codes: Sequence[str]) -> None:
    """One case from filing to revisit. A fault ends it where it is, and is told."""
    day.in_hand += 1
    try:
        case = await _file(client, day, codes)
        day.filed += 1
        await _handle(client, day, case)
        day.ended += 1
    except StackError as fault:
        day.fault = str(fault)
    day.in_hand -= 1  # not when cancelled: that case stays in hand


async def _file(client: Client, day: Day, codes: Sequence[str]) -> dict[str, Any]:
    category = day.rng.choices([*TEXTS], WEIGHTS)[0]
    body = {
        "area": day.rng.choice(codes),
        "category": category,
        "source": "hotline",
        "text": f"（演示）{day.rng.choice(TEXTS[category])}",
    }
    filed = await client.post("intake", "/v1/cases/on-behalf", body, f"{uuid4()}", "dispatcher")
    case: dict[str, Any] = await client.get("intake", f"/v1/cases/{filed['case_id']}", "dispatcher")
    return case


async def _handle(client: Client, day: Day, case: dict[str, Any]) -> None:
    case_id, role = case["case_id"], case["sent_to"]
    await _later(day)
    if role == "volunteers" and not await _is_helped(client, case):
        await take(client, case_id, "dispatched", to="grid_worker")
        role = "grid_worker"
    if role != "volunteers":
        await take(client, case_id, "in_progress", role)
        await _later(day)
        await take(client, case_id, "resolved", role)
    await _later(day)
    await take(client, case_id, "closed")
    await _later(day)
    stars = day.rng.choices([*STARS], [*STARS.values()])[0]
    await take(client, case_id, "revisited", satisfaction=max(stars, 3))


async def _is_helped(client: Client, case: dict[str, Any]) -> bool:
    """Whether a volunteer was found and came; intake has then heard of it."""
    asked = {"area": case["area"], "state": "matched"}
    demands = await client.all("volunteer", "/v1/demands", "dispatcher", **asked)
    mine = [row["demand_id"] for row in demands if row["case_id"] == case["case_id"]]
    if not mine:
        return False
    await fulfil(client, mine[0])
    await client.settles("volunteer", "intake")
    return True


async def _later(day: Day) -> None:
    await asyncio.sleep(day.rng.uniform(*day.pause))
