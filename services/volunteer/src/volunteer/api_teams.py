"""Routes about teams: form, look up, join, leave, disband."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field
from uuid_utils.compat import uuid7

from chassis.access import Caller
from chassis.db import Db
from chassis.service import Here, Service
from chassis.web.afterwards import At
from chassis.web.asked import Body, Limit, Line, Place, within
from chassis.web.cursor import Cursor, Page
from chassis.web.etag import IfMatch, tagged
from chassis.web.idempotency import Key, Once, once
from contracts.fields import Code
from volunteer import handlers
from volunteer.api import (
    REGISTRARS,
    Lists,
    OwnOrRegistrar,
    Reader,
    Registrar,
    is_own,
    must_know,
    must_list,
    now,
    there_is,
)
from volunteer.asked import by
from volunteer.domain import team
from volunteer.tables import teams

router = APIRouter(prefix="/v1/teams", tags=["teams"])

BY_ID = Cursor(tuple[UUID])


class NewTeam(Body):
    name: Annotated[Line, Field(max_length=60)]
    kind: Code
    area: Place


class Member(Body):
    volunteer_id: UUID


@router.post("", status_code=201)
async def form_team(
    body: NewTeam,
    here: Here,
    request: Request,
    lists: Lists,
    key: Key,
    caller: Registrar,
    at: At,
) -> Response:
    caller.keep_to(body.area)
    must_list(lists.team_kinds, "kind of team", body.kind)
    change = team.FormTeam(uuid7(), body.area, body.kind, at)

    async def run(db: Db) -> Response:
        await must_know(db, body.area)
        await handlers.form_team(db, change, body.name, by(caller))
        formed = there_is(await teams.get(db, change.team_id), "team")
        answer = tagged(request, formed, formed.version, 201)
        answer.headers["location"] = f"/v1/teams/{change.team_id}"
        return answer

    return await once(here, key, run)


@router.get("")
async def list_teams(
    here: Here,
    caller: Reader,
    area: Place | None = None,
    state: teams.State | None = None,
    kind: Code | None = None,
    cursor: str | None = None,
    limit: Limit = 100,
) -> Page[teams.Team]:
    scope = within(caller, area), state, kind
    (after,) = BY_ID.read(cursor, *scope) or (None,)
    async with here.connection() as db:
        rows = await teams.list_after(db, *scope, after, limit + 1)
    return BY_ID.page(rows, limit, lambda row: (row.team_id,), lambda row: row, *scope)


@router.get("/{team_id}")
async def show_team(
    team_id: UUID,
    here: Here,
    request: Request,
    caller: Reader,
) -> Response:
    async with here.connection() as db:
        found = there_is(await teams.get(db, team_id), "team")
    caller.keep_to(found.area)
    return tagged(request, found, found.version)


@router.post("/{team_id}/members")
async def join_team(
    team_id: UUID,
    body: Member,
    here: Here,
    request: Request,
    key: Key,
    seen: IfMatch,
    caller: OwnOrRegistrar,
) -> Response:
    is_own(caller, body.volunteer_id, *REGISTRARS)
    at = now()

    async def join(db: Db) -> None:
        await handlers.join_team(db, team_id, body.volunteer_id, at, by(caller, seen))

    return await _change(here, request, key, caller, team_id, join)


@router.delete("/{team_id}/members/{volunteer_id}")
async def leave_team(
    team_id: UUID,
    volunteer_id: UUID,
    here: Here,
    request: Request,
    key: Key,
    seen: IfMatch,
    caller: OwnOrRegistrar,
) -> Response:
    is_own(caller, volunteer_id, *REGISTRARS)
    change = team.LeaveTeam(volunteer_id, now())

    async def leave(db: Db) -> None:
        await handlers.change_team(db, team_id, change, by(caller, seen))

    return await _change(here, request, key, caller, team_id, leave)


@router.post("/{team_id}/disbandment")
async def disband_team(
    team_id: UUID,
    here: Here,
    request: Request,
    key: Key,
    seen: IfMatch,
    caller: Registrar,
) -> Response:
    change = team.DisbandTeam(now())

    async def disband(db: Db) -> None:
        await handlers.change_team(db, team_id, change, by(caller, seen))

    return await _change(here, request, key, caller, team_id, disband)


async def _change(
    here: Service,
    request: Request,
    key: Once,
    caller: Caller,
    team_id: UUID,
    change: Callable[[Db], Awaitable[None]],
) -> Response:
    """Answers with the team as it is afterwards."""

    async def run(db: Db) -> Response:
        caller.keep_to(there_is(await teams.get(db, team_id), "team").area)
        await change(db)
        changed = there_is(await teams.get(db, team_id), "team")
        return tagged(request, changed, changed.version)

    return await once(here, key, run)
