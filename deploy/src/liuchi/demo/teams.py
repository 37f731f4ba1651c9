"""Teams of volunteers and what they do together: scheduled, joined, held or called off."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Literal

from chassis.workflow.workdays import SHANGHAI
from liuchi.demo.client import Client, each
from liuchi.demo.progress import Progress
from liuchi.demo.register import CITY, Place
from liuchi.demo.size import Size

TEAM_KINDS = {"general": 4, "neighbourhood": 6, "light_cavalry": 3, "professional": 2}
ACTIVITY_KINDS = {"service": 6, "publicity": 3, "clinic": 2, "training": 2, "exchange": 1}
THEMES = ("health", "ecology", "convenience", "safety", "arts", "science", "elders_door_knock")
MEMBERS = (3, 8)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Team:
    name: str
    kind: str
    area: str
    formed_at: datetime
    members: int


@dataclass(frozen=True)
class Activity:
    team: Team
    kind: str
    theme: str
    starts_at: datetime
    participants: int
    beneficiaries: int
    hours: float
    ends: Literal["held", "cancelled", ""]
    """Nothing yet for one that lies ahead."""

    @property
    def scheduled_at(self) -> datetime:
        return self.starts_at - 72 * HOUR


def teams(size: Size, communities: Sequence[Place], until: datetime) -> list[Team]:
    rng = Random(f"{size.seed} teams")  # noqa: S311 - a city that can be had again
    return [
        Team(
            name=f"演示志愿服务队{number:03}",
            kind=_one_of(rng, TEAM_KINDS),
            area=rng.choice(communities).parent,
            formed_at=until - timedelta(days=rng.randrange(31, 55)),
            members=rng.randint(*MEMBERS),
        )
        for number in range(1, size.teams + 1)
    ]


def activities(size: Size, formed: Sequence[Team], until: datetime) -> list[Activity]:
    """One in eight lies ahead; the others are spread over the days up to now.

    A team does one thing at a time, so there may be some fewer than asked for.
    """
    drawn = _activities(size, formed, until) if formed else ()
    return [*{(one.team.name, one.starts_at): one for one in drawn}.values()]


def _activities(size: Size, formed: Sequence[Team], until: datetime) -> Iterator[Activity]:
    rng = Random(f"{size.seed} activities")  # noqa: S311 - a city that can be had again
    today = until.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0)
    for number in range(1, size.activities + 1):
        is_ahead = number % 8 == 0
        day = rng.randrange(1, 14) if is_ahead else -rng.randrange(1, size.days)
        team = rng.choice(formed)
        yield Activity(
            team=team,
            kind=_one_of(rng, ACTIVITY_KINDS),
            theme=rng.choice(THEMES),
            starts_at=today + timedelta(days=day, hours=rng.choice((9, 10, 14, 15))),
            participants=rng.randint(2, team.members),
            beneficiaries=rng.randrange(10, 160),
            hours=rng.choice((1.5, 2, 2.5, 3, 4)),
            ends="" if is_ahead else "cancelled" if rng.random() < 0.06 else "held",
        )


async def load(
    client: Client,
    progress: Progress,
    formed: Sequence[Team],
    planned: Sequence[Activity],
    until: datetime,
) -> None:
    """What is there already stays as it is, and what was begun is finished."""
    pool = sorted(
        await client.all("volunteer", "/v1/volunteers", area=CITY),
        key=lambda row: (row["area"], row["skills"], row["volunteer_id"]),
    )
    rows = {row["name"]: row for row in await client.all("volunteer", "/v1/teams", area=CITY)}
    progress.begin("teams", len(formed))

    async def form(team: Team) -> None:
        row = rows.get(team.name)
        if row is None:
            body = {"name": team.name, "kind": team.kind, "area": team.area}
            key = f"team-{team.name[-3:]}"
            row = await client.post("volunteer", "/v1/teams", body, key, at=team.formed_at)
            rows[team.name] = row
        able = members(team, pool)
        if row["members"] < len(able):
            await _join(client, f"teams/{row['team_id']}/members", able)
        progress.step("teams")

    await each(formed, form)
    listed = await client.all("volunteer", "/v1/activities", area=CITY)
    known = {(row["team_id"], datetime.fromisoformat(row["starts_at"])): row for row in listed}
    progress.begin("activities", len(planned))

    async def hold(activity: Activity) -> None:
        team_id = rows[activity.team.name]["team_id"]
        row = known.get((team_id, activity.starts_at))
        await _hold(client, activity, team_id, row, members(activity.team, pool), until)
        progress.step("activities")

    await each(planned, hold)


def members(team: Team, pool: Sequence[dict[str, Any]]) -> list[str]:
    """Ids of who is in the team: volunteers of its county, the same ones each time."""
    near = [row["volunteer_id"] for row in pool if row["area"].startswith(team.area[:6])]
    return Random(team.name).sample(near, min(team.members, len(near)))  # noqa: S311 - as above


async def _hold(
    client: Client,
    activity: Activity,
    team_id: str,
    row: dict[str, Any] | None,
    able: Sequence[str],
    until: datetime,
) -> None:
    scheduled_at = min(activity.scheduled_at, until)
    if row is None:
        body = {
            "team_id": team_id,
            "kind": activity.kind,
            "theme": activity.theme,
            "area": activity.team.area,
            "starts_at": activity.starts_at.isoformat(),
            "places": 2 * activity.participants,
        }
        key = f"activity-{team_id}-{activity.starts_at:%m%d%H}"
        row = await client.post("volunteer", "/v1/activities", body, key, at=scheduled_at)
    path = f"activities/{row['activity_id']}"
    if row["state"] != "scheduled":
        return
    joining = able[: activity.participants]
    if row["joined"] < len(joining):
        await _join(client, f"{path}/participants", joining, at=min(scheduled_at + HOUR, until))
    if activity.ends == "held":
        body = {"beneficiaries": activity.beneficiaries, "hours": activity.hours}
        held_at = activity.starts_at + activity.hours * HOUR
        key = f"held-{row['activity_id']}"
        await client.post("volunteer", f"/v1/{path}/outcome", body, key, at=held_at)
    elif activity.ends == "cancelled":
        key = f"cancelled-{row['activity_id']}"
        await client.post("volunteer", f"/v1/{path}/cancellation", {}, key)


async def _join(
    client: Client, path: str, volunteers: Sequence[str], at: datetime | None = None
) -> None:
    for volunteer in volunteers:
        key = f"join-{path.split('/')[1]}-{volunteer[-12:]}"
        await client.post("volunteer", f"/v1/{path}", {"volunteer_id": volunteer}, key, at=at)


def _one_of(rng: Random, weights: dict[str, int]) -> str:
    return rng.choices([*weights], [*weights.values()])[0]
