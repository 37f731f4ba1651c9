"""Two sides of one ratio, measured in turn in the same run: machines drift, ratios hold."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from statistics import median

Side = Callable[[], Awaitable[int]]
"""Does one round of work; returns things per second, without the time to prepare it."""

ROUNDS = 5


@dataclass(frozen=True)
class Ratio:
    name: str
    unit: str
    ours: float
    yardstick: float
    target: float
    aim: float
    is_smaller_better: bool = False

    @property
    def ratio(self) -> float:
        return self.ours / self.yardstick

    @property
    def verdict(self) -> str:
        def reaches(limit: float) -> bool:
            return self.ratio <= limit if self.is_smaller_better else self.ratio >= limit

        return "aim" if reaches(self.aim) else "target" if reaches(self.target) else "missed"

    def as_json(self) -> dict[str, object]:
        return asdict(self) | {"ratio": self.ratio, "verdict": self.verdict}


async def rates(ours: Side, yardstick: Side, rounds: int = ROUNDS) -> tuple[float, float]:
    """Medians of things per second over rounds taken in turn, after one of each to warm up."""
    await ours()
    await yardstick()
    measured = [(await ours(), await yardstick()) for _ in range(rounds)]
    return median(pair[0] for pair in measured), median(pair[1] for pair in measured)


async def per_second(work: Callable[[], Awaitable[int]]) -> float:
    """`work` returns how many things it did."""
    start = time.perf_counter()
    done = await work()
    return done / (time.perf_counter() - start)


async def at_once(workers: int, work: Callable[[], Awaitable[object]], count: int) -> int:
    """Do `work` count times by so many workers at once."""

    async def worker() -> None:
        for _ in range(count // workers):
            await work()

    await asyncio.gather(*(worker() for _ in range(workers)))
    return count // workers * workers
