"""Topics, channels, observers, mediators, forums and their sessions: planned, and entered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from chassis.workflow.workdays import day_of
from liuchi.demo.affairs.names import filled, named, told
from liuchi.demo.client import Client
from liuchi.demo.progress import Progress
from liuchi.demo.register import CITY, Place
from liuchi.demo.rhythm import filing_times
from liuchi.demo.size import Size

FILE = "demo_records.toml"


@dataclass(frozen=True)
class Sort:
    """How records of a sort are entered, and told apart when they are there."""

    path: str
    row_id: str
    entered: str
    """The field of a row that says when it was: of a sort, no two are of one second."""
    role: str = "registrar"
    listed: str | None = None
    """Where they are read, if elsewhere."""
    asked: tuple[Mapping[str, str], ...] = ({},)
    """Of a list that shows the open ones alone unless it is asked for the others."""


BOTH = ({"is_open": "true"}, {"is_open": "false"})
SESSION = Sort("/v1/forums/{}/sessions", "session_id", "held_at", "host")
SORTS = {
    "topics": Sort("/v1/topics", "topic_id", "published_at", "editor", asked=BOTH),
    "channels": Sort("/v1/channels", "channel_id", "opened_at", asked=BOTH),
    "openings": Sort("/v1/channels/{}/openings", "opening_id", "opened_at", "clerk"),
    "observers": Sort("/v1/observers", "observer_id", "appointed_at", asked=BOTH),
    "observations": Sort(
        "/v1/observers/{}/observations", "observation_id", "reported_at", listed="/v1/observations"
    ),
    "mediators": Sort("/v1/mediators", "mediator_id", "enrolled_at", asked=BOTH),
    "forums": Sort("/v1/forums", "forum_id", "established_at"),
    "sessions": SESSION,
    "sessions_on_cases": SESSION,
}
"""What others belong to comes first."""
ON_CASES = ("sessions_on_cases",)
"""What comes after the cases that it names."""
BEFORE_CASES = tuple(name for name in SORTS if name not in ON_CASES)


@dataclass(frozen=True)
class Record:
    sort: str
    name: str
    of: str
    """The record that it belongs to, or nothing."""
    at: datetime
    body: Mapping[str, Any]

    @property
    def names(self) -> set[str]:
        """What has to be there before it."""
        return {*named(self.body), *filter(None, [self.of])}


def plan(
    size: Size, communities: Sequence[Place], until: datetime, sorts: Sequence[str] = BEFORE_CASES
) -> list[Record]:
    return [
        _record(Random(f"{size.seed} {sort} {number}"), sort, row, communities, until)  # noqa: S311 - a city that can be had again
        for sort in sorts
        for number, row in enumerate(told(FILE)[sort])
    ]


def _record(
    rng: Random, sort: str, row: Mapping[str, Any], communities: Sequence[Place], until: datetime
) -> Record:
    days = {
        name: (day_of(until) + timedelta(days=days)).isoformat()
        for name, days in row.get("days", {}).items()
    }
    area = {"area": area_of(row["place"], communities)} if "place" in row else {}
    (at,) = filing_times(rng, 1, until - timedelta(days=row["ago"]), 1)
    return Record(sort, row.get("name", ""), row.get("of", ""), at, {**area, **days, **row["body"]})


def area_of(place: str | int, communities: Sequence[Place]) -> str:
    """`place` is the number of a community, or else the city."""
    return communities[place % len(communities)].code if isinstance(place, int) else CITY


async def load(
    client: Client, progress: Progress, planned: Sequence[Record], ids: Mapping[str, str]
) -> dict[str, str]:
    """Ids by name, with those that were known. What is there already stays as it is."""
    found = dict(ids)
    for sort in dict.fromkeys(record.sort for record in planned):
        of_sort = [record for record in planned if record.sort == sort]
        found |= await _load(client, progress, sort, of_sort, found)
    return found


async def _load(
    client: Client,
    progress: Progress,
    name: str,
    planned: Sequence[Record],
    ids: Mapping[str, str],
) -> dict[str, str]:
    sort = SORTS[name]
    rows = await _rows(client, sort, {ids.get(record.of, "") for record in planned})
    missing = [one for one in planned if one.at not in rows and one.names <= ids.keys()]
    progress.begin(name.replace("_", " "), len(missing))
    for one in missing:
        path, key = sort.path.format(ids.get(one.of)), f"{name}-{one.at:%Y%m%d%H%M%S}"
        body = filled(one.body, ids)
        rows[one.at] = await client.post("intake", path, body, key, sort.role, at=one.at)
        progress.step(name.replace("_", " "))
    return {one.name: rows[one.at][sort.row_id] for one in planned if one.name and one.at in rows}


async def _rows(client: Client, sort: Sort, owners: set[str]) -> dict[datetime, dict[str, Any]]:
    """What is on record, by when it came about."""
    return {
        datetime.fromisoformat(row[sort.entered]): row
        for path in {(sort.listed or sort.path).format(owner) for owner in owners}
        for asked in sort.asked
        for row in await client.all("intake", path, **asked)
    }
