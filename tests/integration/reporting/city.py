"""Reporting as its readers meet it, and a city that says things to it."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx2
from asyncpg import Pool

from chassis.listen import Listener, handle_batch
from chassis.pull import Message
from contracts import Envelope, Event
from contracts.grid import (
    AreaRegistered,
    AreaStatisticsSet,
    ChecklistItemAdded,
    ChecklistItemDone,
    ChecklistItemRemoved,
    GridDrawn,
    GridRetired,
    PostAssigned,
    PostReleased,
)
from contracts.intake import (
    CaseClassified,
    CaseClosed,
    CaseFiled,
    CaseReopened,
    CaseRevisited,
    CaseStepOverdue,
    CaseStepTaken,
    CaseWithdrawn,
)
from contracts.volunteer import ActivityHeld, TeamFormed, VolunteerRegistered
from liuchi.issuer import Issuer
from reporting.metric_files import SHIPPED, load
from reporting.subscribers import listeners
from tests.integration.conversation import Conversation

PROVINCE, CITY, COUNTY, TOWNSHIP = (
    "340000000000",
    "340400000000",
    "340402000000",
    "340402001000",
)
HERE, NEXT_DOOR, NEXT_TOWN = "340402001001", "340402001002", "340402002001"
NEXT_COUNTY, OTHER_CITY = "340403001001", "340302001001"
VILLAGES = (HERE, NEXT_DOOR, NEXT_TOWN, NEXT_COUNTY, OTHER_CITY)

LEVELS = {
    PROVINCE: "province",
    CITY: "city",
    COUNTY: "county",
    "340403000000": "county",
    TOWNSHIP: "township",
    "340402002000": "township",
    "340403001000": "township",
    **dict.fromkeys(VILLAGES[:4], "village"),
}


def at(day, hour=12):
    """An instant on a day of the city, like at("2026-03-01")."""
    return datetime.fromisoformat(f"{day}T{hour:02}:00:00+08:00").astimezone(UTC)


def number(n):
    return UUID(int=n)


def filed(case, day, area=HERE, kind="request", source="resident", hour=12):
    fields = {"case_id": number(case), "kind": kind, "step": "filed", "source": source}
    return CaseFiled(area=area, time=at(day, hour), **fields)


def classified(case, day, area=HERE, category="road"):
    fields = {"case_id": number(case), "kind": "request", "step": "classified"}
    return CaseClassified(area=area, time=at(day), category=category, **fields)


def closed(case, day, area=HERE, kind="request", days=1.0, **brought):
    fields = {"case_id": number(case), "kind": kind, "step": "closed", "outcome": "settled"}
    return CaseClosed(
        area=area, time=at(day), open_seconds=int(days * 86400), **{**fields, **brought}
    )


def taken(case, day, kind, step, area=HERE, **brought):
    fields = {"case_id": number(case), "kind": kind, "step": step, "took_seconds": 60}
    return CaseStepTaken(area=area, time=at(day), **fields, **brought)


def reopened(case, day, area=HERE, kind="request"):
    return CaseReopened(area=area, time=at(day), case_id=number(case), kind=kind, step="reopened")


def withdrawn(case, day, area=HERE, kind="request"):
    return CaseWithdrawn(area=area, time=at(day), case_id=number(case), kind=kind, step="withdrawn")


def revisited(case, day, satisfaction, area=HERE):
    fields = {"case_id": number(case), "kind": "request", "step": "revisited"}
    return CaseRevisited(area=area, time=at(day), satisfaction=satisfaction, **fields)


def overdue(case, day, area=HERE):
    fields = {"case_id": number(case), "kind": "request", "step": "resolved"}
    return CaseStepOverdue(area=area, time=at(day), due_at=at(day, 9), **fields)


def drawn(grid, day, area=HERE, level="community"):
    return GridDrawn(area=area, time=at(day), grid_id=number(grid), level=level, parent_id=None)


def retired(grid, day, area=HERE, level="community"):
    return GridRetired(area=area, time=at(day), grid_id=number(grid), level=level)


def post(person, grid, role, post_id):
    return {
        "post_id": number(post_id or person * 1000 + (grid or 0)),
        "person_id": number(person),
        "role": role,
        "engagement": "full_time",
        "grid_id": None if grid is None else number(grid),
    }


def assigned(person, day, grid=None, area=HERE, role="grid_worker", post_id=None):
    fields = post(person, grid, role, post_id)
    return PostAssigned(area=area, time=at(day), way="recruited", **fields)


def released(person, day, grid=None, area=HERE, role="grid_worker", post_id=None):
    fields = post(person, grid, role, post_id)
    return PostReleased(area=area, time=at(day), way="released", **fields)


def statistics(day, population, area=HERE):
    return AreaStatisticsSet(
        area=area,
        time=at(day),
        year=2025,
        households=population // 3,
        population=population,
        urban_residents=0,
        households_change=population // 3,
        population_change=population,
        urban_residents_change=0,
    )


def item(kind, item_id, day, area=HERE, **more):
    fields = {"checklist_id": number(1), "item_id": number(item_id), "category": "care"}
    return kind(area=area, time=at(day), kind="no_certificate", **fields, **more)


def registered(volunteer, day, area=HERE):
    return VolunteerRegistered(area=area, time=at(day), volunteer_id=number(volunteer))


def formed(team, day, area=HERE, kind="general"):
    return TeamFormed(area=area, time=at(day), team_id=number(team), kind=kind)


def held(activity, day, participants, area=HERE, kind="service", hours=1.5):
    return ActivityHeld(
        area=area,
        time=at(day),
        activity_id=number(activity),
        team_id=number(1),
        kind=kind,
        theme="health",
        participants=participants,
        beneficiaries=participants * 2,
        hours=hours,
    )


def register():
    """The areas above, as grid announces them."""
    for code, level in LEVELS.items():
        parent = _around(code)
        yield AreaRegistered(
            area=code,
            time=at("2025-01-01"),
            level=level,
            parent=parent if parent in LEVELS else None,
            name=f"第{code[:12].rstrip('0')}号",
            is_urban=level == "village",
        )


def _around(code):
    place = code.rstrip("0") if code[9:] == "000" else code
    for length in (9, 6, 4, 2):
        if len(place) > length:
            return place[:length].ljust(12, "0")
    return None


def speaker_of(event):
    return event.type.partition(".")[0]


def messages(events: Sequence[Event], after: int = 0) -> list[Message]:
    """As they come from one speaker's stream."""
    return [
        Message(sequence, "", Envelope(number(sequence), "log-1", sequence, event).to_json())
        for sequence, event in enumerate(events, after + 1)
    ]


def histories(seed: int, size: int = 120) -> dict[str, list[Event]]:
    """What three services might say in half a year, by speaker."""
    dice = random.Random(seed)
    said: dict[str, list[Event]] = {"intake": [], "grid": [], "volunteer": []}
    for one in range(size):
        day = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=one * 180 // size)).date()
        area = dice.choice(VILLAGES)
        said["intake"] += _case(dice, one, day, area)
        said["grid"] += _grid(dice, one, day, area)
        said["volunteer"] += dice.choice(
            [
                [registered(one, day, area)],
                [formed(one, day, area, dice.choice(["general", "light_cavalry"]))],
                [held(one, day, dice.randrange(30), area)],
            ]
        )
    return said


def _case(dice, one, day, area):
    kind = dice.choice(["request", "petition", "window"])
    trips = {"trips": dice.randrange(4)} if dice.random() < 0.9 else {}
    measure = {"measure": f"measure_{dice.randrange(1, 6)}"}
    steps = [filed(one, day, area, kind), taken(one, day, kind, "done", area, numbers=trips)]
    steps += [closed(one, day, area, kind, dice.random() * 9, fields=measure)]
    steps += [reopened(one, day, area, kind), withdrawn(one, day, area, kind)]
    return steps[: dice.randrange(1, 6)]


def _grid(dice, one, day, area):
    """A person has up to three posts at a time and leaves some of them."""
    person, grid = one % 17, one % 11
    if one < 11:
        return [drawn(one, day, area, dice.choice(["community", "estate"]))]
    if dice.random() < 0.6:
        return [assigned(person, day, grid, area, post_id=one)]
    if dice.random() < 0.8:
        return [released(person, day, grid, area, post_id=one)]
    items = [item(ChecklistItemAdded, one, day, area), item(ChecklistItemDone, one, day, area)]
    items += [item(ChecklistItemRemoved, one, day, area, was_done=True)]
    return items[: dice.randrange(1, 4)]


@dataclass
class Counting:
    """The projection alone, fed by hand."""

    pool: Pool
    listeners: dict[str, Listener] = field(
        default_factory=lambda: {one.stream: one for one in listeners(load(SHIPPED))}
    )

    async def counts(self, *events: Event) -> None:
        """Each speaker's events, numbered from 1, in one batch."""
        for speaker, said in by_speaker(events).items():
            await self.counts_messages(speaker, messages(said))

    async def counts_messages(self, speaker: str, batch: Sequence[Message]) -> None:
        async with self.pool.acquire() as db:
            await handle_batch(self.listeners[speaker], db, batch)


def by_speaker(events: Sequence[Event]) -> dict[str, list[Event]]:
    said: dict[str, list[Event]] = {}
    for event in events:
        said.setdefault(speaker_of(event), []).append(event)
    return said


@dataclass
class City:
    """A client of reporting who has any role it asks for, and what the city says to it."""

    http: httpx2.AsyncClient
    issuer: Issuer
    talk: Conversation
    pool: Pool
    said: int = 0

    async def says(self, *events: Event) -> None:
        """Heard and counted when this returns."""
        await self.puts(*events)
        await self.talk.settles()

    async def puts(self, *events: Event) -> None:
        for event in events:
            self.said += 1
            await self.talk.hears(event, stream=f"log-{self.said}")

    def headers(self, role="reader", area=CITY) -> dict[str, str]:
        return {"authorization": f"Bearer {self.issuer.token('someone', [role], area)}"}

    async def get(self, path, *, role="reader", area=CITY, **asked) -> httpx2.Response:
        """`area` is the reader's own; the one asked about is `of`."""
        asked = {
            {"of": "area", "since": "from", "until": "to"}.get(name, name): value
            for name, value in asked.items()
        }
        return await self.http.get(path, params=asked or None, headers=self.headers(role, area))

    async def shows(self, path, **asked) -> Any:
        answer = await self.get(path, **asked)
        assert answer.is_success, answer.text
        return answer.json()

    async def number(self, metric, **asked) -> float | None:
        return (await self.shows(f"/v1/metrics/{metric}", **asked))["value"]

    async def parts(self, metric, **asked) -> dict[str, float | None]:
        items = (await self.shows(f"/v1/metrics/{metric}", **asked))["items"]
        return {one["key"]: one["value"] for one in items}

    async def receipt(self, metric, **asked) -> list[dict[str, Any]]:
        """All pages of it."""
        path = f"/v1/metrics/{metric}/receipt"
        page = await self.shows(path, **asked)
        found = page["items"]
        while page["next"]:
            page = await self.shows(path, cursor=page["next"], **asked)
            found += page["items"]
        return found
