"""The whole life of a case over HTTP: filed, dispatched, resolved, closed, found again."""

import asyncio
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count, cycle
from statistics import median, quantiles
from urllib.parse import urlencode
from uuid import uuid4

import psutil
from rich.console import Console

from tests.benchmarks.measure import Ratio
from tests.benchmarks.million import load
from tests.benchmarks.town import Town, town
from tests.benchmarks.wire import Answer, Wire, connect
from tests.benchmarks.world import World

WORKERS = 12
SECONDS = 5
ROUNDS = 10
REST_SECONDS = 12
"""Before each round, and ten times that after loading: PostgreSQL tidies up, and a virtual machine
that was busy for long gets less of its cores. How much was taken is told with each round."""
REQUIRED = 100
LOADED = 1_000_000

CALLS = ("file", "dispatch", "resolve", "close", "search")
STEPS = (
    {"step": "dispatched", "to": "department", "department": "civil_affairs"},
    {"step": "resolved"},
    {"step": "closed"},
)
PROVINCE = 2
"""Digits of an area code that name the province."""
STRIDE = 7
"""Villages next to each other in the register are far apart in the run."""


class Unexpected(Exception):  # noqa: N818 - an answer
    """Another answer than the one that was expected."""


@dataclass
class Tally:
    """What lives took: seconds of each call, and what went wrong."""

    took: dict[str, list[float]] = field(default_factory=lambda: {call: [] for call in CALLS})
    errors: list[str] = field(default_factory=list)
    stolen: float = 0.0
    """The share of the machine that its host gave to others meanwhile."""

    @classmethod
    def of(cls, tallies: Iterable["Tally"]) -> "Tally":
        """All of them as one."""
        together = cls()
        for tally in tallies:
            together.errors += tally.errors
            for call, seconds in tally.took.items():
                together.took[call] += seconds
        return together

    @property
    def ended(self) -> int:
        return len(self.took[CALLS[-1]])

    def percentiles(self) -> str:
        every = sorted(second for seconds in self.took.values() for second in seconds)
        return f"p50 {_nth(every, 50)}, p95 {_nth(every, 95)}, p99 {_nth(every, 99)}"


def _nth(seconds: list[float], percent: int) -> str:
    return f"{quantiles(seconds, n=100)[percent - 1] * 1000:.1f} ms" if len(seconds) > 1 else "-"


class Lives:
    """Lives of cases in a town, one after the other on each wire."""

    def __init__(self, place: Town) -> None:
        self._villages = place.villages
        provinces = {village[:PROVINCE] for village in place.villages}
        self._heads = {
            province: f"Authorization: Bearer {_token(place, province)}\r\n"
            for province in provinces
        }
        self._numbers = count()
        self._ports = cycle(place.ports)

    async def wire(self) -> Wire:
        """A new connection, to one replica after the other."""
        return await connect(next(self._ports))

    async def live(self, wire: Wire, tally: Tally, due: float) -> None:
        """One life that was due at an instant of `perf_counter`."""
        area = self._villages[next(self._numbers) * STRIDE % len(self._villages)]
        said = {
            "area": area,
            "category": "other",
            "text": "楼道里的灯已经坏了三天，晚上老人上下楼很不方便，请帮忙看看。",
            "phone": "0554-1234567",
        }
        filed = await self._call(wire, tally, "file", 201, "POST", "/v1/cases", said, due=due)
        case_id, head = json.loads(filed.body)["case_id"], self._heads[area[:PROVINCE]]
        for call, step in zip(CALLS[1:4], STEPS, strict=True):
            path = f"/v1/cases/{case_id}/steps"
            await self._call(wire, tally, call, 200, "POST", path, step, head=head)
        asked = urlencode({"area": area, "is_open": "false", "step": "closed", "limit": 20})
        found = await self._call(wire, tally, "search", 200, "GET", f"/v1/cases?{asked}", head=head)
        if case_id.encode() not in found.body:
            raise Unexpected("search: the case is not found")

    async def _call(
        self,
        wire: Wire,
        tally: Tally,
        call: str,
        expected: int,
        method: str,
        path: str,
        body: object = None,
        *,
        head: str = "",
        due: float | None = None,
    ) -> Answer:
        begun = due or time.perf_counter()
        head += "" if body is None else f"Idempotency-Key: {uuid4()}\r\n"
        sent = b"" if body is None else json.dumps(body).encode()
        answer = await wire.ask(method, path, head, sent)
        tally.took[call].append(time.perf_counter() - begun)
        if answer.status != expected:
            raise Unexpected(f"{call}: {answer.status} {answer.body.decode()[:200]}")
        return answer


def _token(place: Town, province: str) -> str:
    area = province.ljust(12, "0")
    return place.stack.issuer.token("bench", ["dispatcher", "department"], area)


async def lifecycle(_world: World) -> list[Ratio]:
    """Two whole systems beside each other, one of them with a year of cases, live in turn."""
    async with town() as empty, town() as full:
        await load(full.stack, full.villages, LOADED)
        await asyncio.sleep(10 * REST_SECONDS)
        lives = {"empty": (empty, Lives(empty)), f"{LOADED:,} cases": (full, Lives(full))}
        ended: dict[str, list[Tally]] = {name: [] for name in lives}
        for number in range(ROUNDS + 1):
            # The other one first each time, so that neither gains by a machine that grows slower.
            turns = reversed(lives.items()) if number % 2 else lives.items()
            for name, (place, those) in turns:
                await asyncio.sleep(REST_SECONDS)
                tally = await _round(those, SECONDS)
                await place.settles()
                if number:  # the first one warms up
                    ended[name].append(tally)
    slow, fast = (_rate(name, tallies) for name, tallies in reversed(ended.items()))
    return [
        Ratio("lifecycles ÷ 100/s, empty database", "lives/s", fast, REQUIRED, 1.0, 1.5),
        Ratio("lifecycles with 1,000,000 cases ÷ empty", "lives/s", slow, fast, 0.9, 0.95),
    ]


def _rate(name: str, tallies: list[Tally]) -> float:
    """Lives ended in a second, the median of the rounds."""
    rates = [tally.ended / SECONDS for tally in tallies]
    told = ", ".join(
        f"{rate:.0f} ({tally.stolen:.0%} stolen)"
        for rate, tally in zip(rates, tallies, strict=True)
    )
    Console().print(f"{name}: {told} lives/s; {Tally.of(tallies).percentiles()}")
    return median(rates)


async def _round(lives: Lives, seconds: float) -> Tally:
    """Raises Unexpected for any answer that was not the expected one."""
    tally, before = Tally(), psutil.cpu_times()
    until = time.perf_counter() + seconds

    async def worker() -> None:
        wire = await lives.wire()
        while (now := time.perf_counter()) < until:
            await lives.live(wire, tally, now)
        wire.close()

    await asyncio.gather(*(worker() for _ in range(WORKERS)))
    spent = [after - then for after, then in zip(psutil.cpu_times(), before, strict=True)]
    tally.stolen = spent[before._fields.index("steal")] / sum(spent)
    return tally
