"""A team: volunteers who stand together, until it is disbanded."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from chassis.decider import Decider, Refused
from contracts import Event
from contracts.volunteer import TeamDisbanded, TeamFormed, TeamMemberJoined, TeamMemberLeft


@dataclass(frozen=True)
class FormTeam:
    team_id: UUID
    area: str
    kind: str
    at: datetime


@dataclass(frozen=True)
class JoinTeam:
    volunteer_id: UUID
    is_registered: bool
    at: datetime


@dataclass(frozen=True)
class LeaveTeam:
    volunteer_id: UUID
    at: datetime


@dataclass(frozen=True)
class DisbandTeam:
    at: datetime


Command = FormTeam | JoinTeam | LeaveTeam | DisbandTeam


@dataclass(frozen=True)
class Team:
    team_id: UUID | None = None
    area: str = ""
    kind: str = ""
    members: frozenset[UUID] = frozenset()
    is_disbanded: bool = False


def decide(team: Team, command: Command) -> Sequence[Event]:
    if isinstance(command, FormTeam):
        if team.team_id is not None:
            return []
        formed = TeamFormed(
            area=command.area, time=command.at, team_id=command.team_id, kind=command.kind
        )
        return [formed]
    if team.team_id is None:
        raise Refused("There is no such team: form it first.")
    match command:
        case JoinTeam():
            return _join(team, team.team_id, command)
        case LeaveTeam(volunteer_id, at):
            if volunteer_id not in team.members:
                return []
            return [_left(team, team.team_id, volunteer_id, at)]
        case DisbandTeam(at):
            return _disband(team, team.team_id, at)
        case _:
            assert_never(command)


def _join(team: Team, team_id: UUID, join: JoinTeam) -> Sequence[Event]:
    if join.volunteer_id in team.members:
        return []
    if team.is_disbanded:
        raise Refused("This team is disbanded: join another one.")
    if not join.is_registered:
        raise Refused("Only registered volunteers can join a team: register first.")
    return [
        TeamMemberJoined(
            area=team.area,
            time=join.at,
            team_id=team_id,
            volunteer_id=join.volunteer_id,
            kind=team.kind,
        )
    ]


def _disband(team: Team, team_id: UUID, at: datetime) -> Sequence[Event]:
    """Everybody leaves first, so that joined minus left is always who is in a team."""
    if team.is_disbanded:
        return []
    left = [_left(team, team_id, volunteer_id, at) for volunteer_id in sorted(team.members)]
    return [*left, TeamDisbanded(area=team.area, time=at, team_id=team_id, kind=team.kind)]


def _left(team: Team, team_id: UUID, volunteer_id: UUID, at: datetime) -> Event:
    return TeamMemberLeft(
        area=team.area, time=at, team_id=team_id, volunteer_id=volunteer_id, kind=team.kind
    )


def evolve(team: Team, event: Event) -> Team:
    match event:
        case TeamFormed(team_id=team_id, area=area, kind=kind):
            return Team(team_id, area, kind)
        case TeamMemberJoined(volunteer_id=volunteer_id):
            return replace(team, members=team.members | {volunteer_id})
        case TeamMemberLeft(volunteer_id=volunteer_id):
            return replace(team, members=team.members - {volunteer_id})
        case TeamDisbanded():
            return replace(team, is_disbanded=True)
        case _:
            return team


decider = Decider[Team, Command](Team(), decide, evolve)
