"""The teams table and who is in them."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from chassis.db import Db
from contracts import Event
from contracts.volunteer import TeamDisbanded, TeamFormed, TeamMemberJoined, TeamMemberLeft

ADD = """
    INSERT INTO teams (team_id, kind, area, state, members, version)
    VALUES ($1, $2, $3, 'formed', 0, 1)
"""

KEEP_NAME = "UPDATE teams SET name = $2 WHERE team_id = $1"

JOIN = """
    WITH joined AS (INSERT INTO team_members (team_id, volunteer_id) VALUES ($1, $2))
    UPDATE teams SET members = members + 1, version = version + 1 WHERE team_id = $1
"""

LEAVE = """
    WITH gone AS (DELETE FROM team_members WHERE team_id = $1 AND volunteer_id = $2)
    UPDATE teams SET members = members - 1, version = version + 1 WHERE team_id = $1
"""

DISBAND = "UPDATE teams SET state = 'disbanded', version = version + 1 WHERE team_id = $1"

GET = "SELECT team_id, name, kind, area, state, members, version FROM teams WHERE team_id = $1"

# Commands on one team take turns, instead of losing races and trying again.
TAKE = "SELECT version FROM teams WHERE team_id = $1 FOR UPDATE"

IS_IN_FORCE = "SELECT true FROM teams WHERE team_id = $1 AND state = 'formed' FOR SHARE"

OF_VOLUNTEER = "SELECT team_id FROM team_members WHERE volunteer_id = $1 ORDER BY team_id"

LIST = """
    SELECT team_id, name, kind, area, state, members, version
      FROM teams
     WHERE area BETWEEN rpad($1, 12, '0') AND rpad($1, 12, '9')
       AND ($2::text IS NULL OR state = $2)
       AND ($3::text IS NULL OR kind = $3)
       AND ($4::uuid IS NULL OR team_id > $4)
     ORDER BY team_id
     LIMIT $5
"""


State = Literal["formed", "disbanded"]


class Team(BaseModel):
    team_id: UUID
    name: str
    kind: str
    area: str
    state: State
    members: int
    version: int


async def project(db: Db, events: Sequence[Event]) -> None:
    for event in events:
        match event:
            case TeamFormed(team_id=team_id, kind=kind, area=area):
                await db.execute(ADD, team_id, kind, area)
            case TeamMemberJoined(team_id=team_id, volunteer_id=volunteer_id):
                await db.execute(JOIN, team_id, volunteer_id)
            case TeamMemberLeft(team_id=team_id, volunteer_id=volunteer_id):
                await db.execute(LEAVE, team_id, volunteer_id)
            case TeamDisbanded(team_id=team_id):
                await db.execute(DISBAND, team_id)


async def keep_name(db: Db, team_id: UUID, name: str) -> None:
    await db.execute(KEEP_NAME, team_id, name)


async def take(db: Db, team_id: UUID) -> int:
    """Its version, the caller's to change until the transaction ends; 0: there is none."""
    return await db.fetchval(TAKE, team_id) or 0


async def get(db: Db, team_id: UUID) -> Team | None:
    row = await db.fetchrow(GET, team_id)
    return None if row is None else Team.model_validate(dict(row))


async def is_in_force(db: Db, team_id: UUID) -> bool:
    """If so, it stays in force until the transaction ends."""
    return bool(await db.fetchval(IS_IN_FORCE, team_id))


async def of_volunteer(db: Db, volunteer_id: UUID) -> list[UUID]:
    return [row["team_id"] for row in await db.fetch(OF_VOLUNTEER, volunteer_id)]


async def list_after(
    db: Db, within: str, state: str | None, kind: str | None, after: UUID | None, most: int
) -> list[Team]:
    rows = await db.fetch(LIST, within, state, kind, after, most)
    return [Team.model_validate(dict(row)) for row in rows]
