"""What else a city's social work is: the other kinds of case, and the records beside them."""

from collections.abc import Sequence
from datetime import datetime

from liuchi.demo.affairs import courses, held, matters, meetings, parts, records, today
from liuchi.demo.client import Client
from liuchi.demo.progress import Progress
from liuchi.demo.register import CITY, Place
from liuchi.demo.size import Size


async def load(
    client: Client, progress: Progress, size: Size, communities: Sequence[Place], until: datetime
) -> None:
    """What is there already stays as it is; nothing of a city that has no rounds of it."""
    if not size.rounds:
        return
    kept, planned = records.plan(size, communities, until), meetings.plan(size, communities, until)
    told = courses.plan(size, courses.City(communities, until, occasions(kept, planned)))
    ids = await records.load(client, progress, kept, {})
    ids |= await held.schedule(client, progress, planned, until)
    ids = await matters.load(client, progress, told, ids)
    on_cases = records.plan(size, communities, until, records.ON_CASES)
    ids = await records.load(client, progress, on_cases, ids)
    await held.hold(client, progress, planned, ids)
    await parts.load(client, progress, ids)
    await today.load(client, progress, ids)


def occasions(
    kept: Sequence[records.Record], planned: Sequence[meetings.Meeting]
) -> dict[str, courses.Occasion]:
    """When and where what has a name was."""
    entered = [(one.name, one.at, one.body.get("area", CITY)) for one in kept if one.name]
    met = [(one.name, one.held_at, one.place or CITY) for one in planned]
    return {name: courses.Occasion(at, area) for name, at, area in (*entered, *met)}
