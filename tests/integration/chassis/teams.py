"""A small aggregate to try the chassis on: a team that forms once and may be joined."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from chassis.decider import Decider, Refused
from contracts.volunteer import TeamFormed, TeamMemberJoined

NOW = datetime(2026, 3, 2, tzinfo=UTC)
HERE = "340402001001"


@dataclass(frozen=True)
class Form:
    team_id: UUID
    area: str = HERE


@dataclass(frozen=True)
class Join:
    team_id: UUID
    volunteer_id: UUID


@dataclass(frozen=True)
class Team:
    area: str = ""
    members: frozenset[UUID] = frozenset()


def decide(team, command):
    match command:
        case Form(team_id, area):
            return [] if team.area else [formed(team_id, area)]
        case Join(team_id, volunteer_id):
            if not team.area:
                raise Refused("This team is not formed: form it first.")
            if volunteer_id in team.members:
                return []
            return [joined(team_id, volunteer_id, team.area)]


def evolve(team, event):
    match event:
        case TeamFormed(area=area):
            return Team(area)
        case TeamMemberJoined(volunteer_id=volunteer_id):
            return replace(team, members=team.members | {volunteer_id})


def formed(team_id, area=HERE):
    return TeamFormed(area=area, time=NOW, team_id=team_id, kind="neighbourhood")


def joined(team_id, volunteer_id, area=HERE):
    return TeamMemberJoined(
        area=area, time=NOW, team_id=team_id, volunteer_id=volunteer_id, kind="neighbourhood"
    )


decider = Decider(Team(), decide, evolve)


def stream(team_id):
    return f"team-{team_id}"
