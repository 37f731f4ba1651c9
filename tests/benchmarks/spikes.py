"""Lives of cases that come in spikes, by the clock, whether or not the ones before have ended."""

import asyncio
import time
from dataclasses import dataclass, field
from itertools import pairwise

from rich.console import Console

from tests.benchmarks.lifecycle import Lives, Tally, Unexpected
from tests.benchmarks.measure import Ratio
from tests.benchmarks.town import Town, town
from tests.benchmarks.wire import Wire
from tests.benchmarks.world import World

TIMES = 3
STAGES = tuple(TIMES * rate for rate in (1, 15, 1, 25, 2, 35, 10))
"""Lives begun in a second, one stage after the other."""
SECONDS = 15
WARM_UP = 100
ALLOWED_SECONDS = 5.0
"""For the backlog to be gone once a spike is over."""
FAULTS = (Unexpected, OSError, TimeoutError)


@dataclass
class Crowd:
    """People who come each with a case; a connection serves one after the other."""

    place: Town
    lives: Lives
    idle: list[Wire] = field(default_factory=list)

    async def come(self, tally: Tally, due: float) -> None:
        try:
            self.idle = [wire for wire in self.idle if wire.is_open]  # the server ends what rests
            wire = self.idle.pop() if self.idle else await self.lives.wire()
            await self.lives.live(wire, tally, due)
            self.idle.append(wire)
        except FAULTS as fault:
            tally.errors.append(str(fault) or type(fault).__name__)

    async def stage(self, rate: int, tally: Tally) -> list[asyncio.Task[None]]:
        """Returns at the stage's end, with the lives that are still under way."""
        begun = time.perf_counter()
        coming = []
        for number in range(rate * SECONDS):
            due = begun + number / rate
            await asyncio.sleep(max(due - time.perf_counter(), 0))
            coming.append(asyncio.create_task(self.come(tally, due)))
        await asyncio.sleep(max(begun + SECONDS - time.perf_counter(), 0))
        return [task for task in coming if not task.done()]

    async def is_over(self, under_way: list[asyncio.Task[None]]) -> float:
        """Seconds until these have ended, and all they said was handled by everybody."""
        begun = time.perf_counter()
        await asyncio.gather(*under_way)
        await self.place.settles()
        return time.perf_counter() - begun


async def spikes(_world: World) -> list[Ratio]:
    async with town() as place:
        crowd = Crowd(place, Lives(place))
        for _ in range(WARM_UP):
            await crowd.come(Tally(), time.perf_counter())
        stages, endings = [], {}
        for number, (rate, following) in enumerate(pairwise((*STAGES, 0))):
            stages.append(Tally())
            under_way = await crowd.stage(rate, stages[-1])
            if following < rate:  # into a spike there is always something under way
                endings[number] = asyncio.create_task(crowd.is_over(under_way))
        after = {number: await ending for number, ending in endings.items()}
    for number, (rate, tally) in enumerate(zip(STAGES, stages, strict=True)):
        gone = f"backlog gone after {after[number]:.2f} s; " if number in after else ""
        told = f"{rate} lives/s: {tally.percentiles()}; {gone}"
        Console().print(f"{told}{len(tally.errors)} errors {tally.errors[:1] or ''}")
    errors = sum(len(tally.errors) for tally in stages)
    return [
        Ratio("spikes: errors", "lives", errors, 1, 0, 0, is_smaller_better=True),
        Ratio("spikes: backlog ÷ 5 s", "s", max(after.values()), ALLOWED_SECONDS, 1.0, 0.4, True),
    ]
