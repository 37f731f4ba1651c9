"""Commands on volunteers, teams and activities. Each runs in the caller's transaction."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.db import Db
from chassis.decider import Refused
from chassis.execute import execute
from chassis.sealed.vault import Vault
from volunteer import matching
from volunteer.asked import Asked
from volunteer.domain import activity, team, volunteer
from volunteer.domain.demand import HandBackDemand
from volunteer.tables import activities, demands, identities, teams, volunteers


@dataclass(frozen=True)
class Person:
    """What only the vault may keep of somebody; of the number, not even the vault."""

    identity_number: str
    name: str
    phone: str


async def register(
    db: Db, vault: Vault, person: Person, command: volunteer.Register, asked: Asked
) -> None:
    """Raises Refused when this person is registered already."""
    number_hash = vault.keyring.keyed_hash(person.identity_number)
    if not await identities.claim(db, number_hash, command.volunteer_id):
        raise Refused(
            "This person is registered already: change that registration, or end it first."
        )
    texts = {"name": person.name, "phone": person.phone}
    await vault.put(db, {command.volunteer_id: texts})
    await demands.queue(db, command.area)
    await _change_volunteer(db, command.volunteer_id, command, asked)
    await matching.find_demand(db, command.volunteer_id, command.at, asked.origin)


async def choose_skills(
    db: Db, who: volunteers.Volunteer, command: volunteer.ChooseSkills, asked: Asked
) -> None:
    """What they can do now may be what somebody waits for."""
    await demands.queue(db, who.area)
    await _take_volunteer(db, who, asked)
    await _change_volunteer(db, who.volunteer_id, command, asked)
    await matching.find_demand(db, who.volunteer_id, command.at, asked.origin)


async def deregister(
    db: Db, vault: Vault, who: volunteers.Volunteer, at: datetime, asked: Asked
) -> None:
    """They leave everything they are in, and are forgotten. What they were to do, others will."""
    await demands.queue(db, who.area)
    await _take_volunteer(db, who, asked)
    unasked = Asked(asked.origin)
    for team_id in await teams.of_volunteer(db, who.volunteer_id):
        await change_team(db, team_id, team.LeaveTeam(who.volunteer_id, at), unasked)
    for activity_id in await activities.scheduled_of_volunteer(db, who.volunteer_id):
        await change_activity(db, activity_id, activity.Leave(who.volunteer_id, at), unasked)
    promised = await demands.open_of_volunteer(db, who.volunteer_id)
    await _change_volunteer(db, who.volunteer_id, volunteer.Deregister(at), asked)
    if promised is not None:
        await matching.hand_back(db, promised, HandBackDemand(who.volunteer_id, at), unasked)
    await identities.release(db, who.volunteer_id)
    await vault.forget(db, [who.volunteer_id])


async def form_team(db: Db, command: team.FormTeam, name: str, asked: Asked) -> None:
    await change_team(db, command.team_id, command, asked)
    await teams.keep_name(db, command.team_id, name)


async def join_team(db: Db, team_id: UUID, volunteer_id: UUID, at: datetime, asked: Asked) -> None:
    is_registered = await volunteers.stay(db, volunteer_id)
    await change_team(db, team_id, team.JoinTeam(volunteer_id, is_registered, at), asked)


async def change_team(db: Db, team_id: UUID, command: team.Command, asked: Asked) -> None:
    """Takes the team's row: whoever takes volunteers' too must have taken them before."""
    asked.seen.check(await teams.take(db, team_id))
    await execute(
        db,
        team.decider,
        f"team-{team_id}",
        command,
        project=teams.project,
        origin=asked.origin,
        within=asked.within,
    )


async def join_activity(
    db: Db, activity_id: UUID, volunteer_id: UUID, at: datetime, asked: Asked
) -> None:
    is_registered = await volunteers.stay(db, volunteer_id)
    await change_activity(db, activity_id, activity.Join(volunteer_id, is_registered, at), asked)


async def change_activity(
    db: Db, activity_id: UUID, command: activity.Command, asked: Asked
) -> None:
    """Takes the activity's row: whoever takes volunteers' too must have taken them before."""
    asked.seen.check(await activities.take(db, activity_id))
    await execute(
        db,
        activity.decider,
        f"activity-{activity_id}",
        command,
        project=activities.project,
        origin=asked.origin,
        within=asked.within,
    )


async def _take_volunteer(db: Db, who: volunteers.Volunteer, asked: Asked) -> None:
    asked.seen.check(await volunteers.take(db, who.volunteer_id))


async def _change_volunteer(
    db: Db, volunteer_id: UUID, command: volunteer.Command, asked: Asked
) -> None:
    await execute(
        db,
        volunteer.decider,
        f"volunteer-{volunteer_id}",
        command,
        project=volunteers.project,
        origin=asked.origin,
        within=asked.within,
    )
