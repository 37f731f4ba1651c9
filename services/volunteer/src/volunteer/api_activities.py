"""Routes about activities: schedule, look up, join, leave, record as held, cancel."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field
from uuid_utils.compat import uuid7

from chassis.access import Caller
from chassis.db import Db
from chassis.service import Here, Service
from chassis.web.afterwards import At
from chassis.web.asked import Body, Limit, Place, within
from chassis.web.cursor import Cursor, Page
from chassis.web.etag import IfMatch, tagged
from chassis.web.idempotency import Key, Once, once
from contracts.fields import Code, Instant
from volunteer import handlers
from volunteer.api import (
    REGISTRARS,
    Lists,
    Organiser,
    OwnOrRegistrar,
    Reader,
    is_own,
    must_know,
    must_list,
    now,
    there_is,
)
from volunteer.asked import by
from volunteer.domain import activity
from volunteer.tables import activities, teams

router = APIRouter(prefix="/v1/activities", tags=["activities"])

BY_ID = Cursor(tuple[UUID])


class NewActivity(Body):
    team_id: UUID
    kind: Code
    theme: Code
    area: Place
    """Where it takes place."""
    starts_at: Instant
    places: int = Field(ge=1, le=100_000, strict=True)


class Participant(Body):
    volunteer_id: UUID


class Outcome(Body):
    beneficiaries: int = Field(ge=0, le=10_000_000, strict=True)
    """People served (person-times)."""
    hours: float = Field(gt=0, le=240, strict=True, allow_inf_nan=False)
    """How long it took; each participant is credited with it."""
    participants: int | None = Field(None, ge=0, strict=True)
    """Volunteers who took part (person-times); left out: all who joined."""


@router.post("", status_code=201)
async def schedule_activity(
    body: NewActivity,
    here: Here,
    request: Request,
    lists: Lists,
    key: Key,
    caller: Organiser,
    at: At,
) -> Response:
    caller.keep_to(body.area)
    must_list(lists.activity_kinds, "kind of activity", body.kind)
    must_list(lists.themes, "theme", body.theme)
    activity_id = uuid7()

    async def run(db: Db) -> Response:
        await must_know(db, body.area)
        schedule = activity.Schedule(
            activity_id=activity_id,
            is_team_in_force=await teams.is_in_force(db, body.team_id),
            at=at,
            **dict(body),
        )
        await handlers.change_activity(db, activity_id, schedule, by(caller))
        scheduled = there_is(await activities.get(db, activity_id), "activity")
        answer = tagged(request, scheduled, scheduled.version, 201)
        answer.headers["location"] = f"/v1/activities/{activity_id}"
        return answer

    return await once(here, key, run)


@router.get("")
async def list_activities(
    here: Here,
    caller: Reader,
    area: Place | None = None,
    state: activities.State | None = None,
    team_id: UUID | None = None,
    cursor: str | None = None,
    limit: Limit = 100,
) -> Page[activities.Activity]:
    scope = within(caller, area), state, team_id
    (after,) = BY_ID.read(cursor, *scope) or (None,)
    async with here.connection() as db:
        rows = await activities.list_after(db, *scope, after, limit + 1)
    return BY_ID.page(rows, limit, lambda row: (row.activity_id,), lambda row: row, *scope)


@router.get("/{activity_id}")
async def show_activity(
    activity_id: UUID, here: Here, request: Request, caller: Reader
) -> Response:
    async with here.connection() as db:
        found = there_is(await activities.get(db, activity_id), "activity")
    caller.keep_to(found.area)
    return tagged(request, found, found.version)


@router.post("/{activity_id}/participants")
async def join_activity(
    activity_id: UUID,
    body: Participant,
    here: Here,
    request: Request,
    key: Key,
    seen: IfMatch,
    caller: OwnOrRegistrar,
    at: At,
) -> Response:
    is_own(caller, body.volunteer_id, *REGISTRARS)

    async def join(db: Db) -> None:
        await handlers.join_activity(db, activity_id, body.volunteer_id, at, by(caller, seen))

    return await _change(here, request, key, caller, activity_id, join)


@router.delete("/{activity_id}/participants/{volunteer_id}")
async def leave_activity(
    activity_id: UUID,
    volunteer_id: UUID,
    here: Here,
    request: Request,
    key: Key,
    seen: IfMatch,
    caller: OwnOrRegistrar,
) -> Response:
    is_own(caller, volunteer_id, *REGISTRARS)
    change = activity.Leave(volunteer_id, now())

    async def leave(db: Db) -> None:
        await handlers.change_activity(db, activity_id, change, by(caller, seen))

    return await _change(here, request, key, caller, activity_id, leave)


@router.post("/{activity_id}/outcome")
async def record_outcome(
    activity_id: UUID,
    body: Outcome,
    here: Here,
    request: Request,
    key: Key,
    seen: IfMatch,
    caller: Organiser,
    at: At,
) -> Response:
    """It was held: what came of it."""
    change = activity.Hold(body.beneficiaries, body.hours, at, body.participants)

    async def hold(db: Db) -> None:
        await handlers.change_activity(db, activity_id, change, by(caller, seen))

    return await _change(here, request, key, caller, activity_id, hold)


@router.post("/{activity_id}/cancellation")
async def cancel_activity(
    activity_id: UUID,
    here: Here,
    request: Request,
    key: Key,
    seen: IfMatch,
    caller: Organiser,
) -> Response:
    change = activity.Cancel(now())

    async def cancel(db: Db) -> None:
        await handlers.change_activity(db, activity_id, change, by(caller, seen))

    return await _change(here, request, key, caller, activity_id, cancel)


async def _change(
    here: Service,
    request: Request,
    key: Once,
    caller: Caller,
    activity_id: UUID,
    change: Callable[[Db], Awaitable[None]],
) -> Response:
    """Answers with the activity as it is afterwards."""

    async def run(db: Db) -> Response:
        caller.keep_to(there_is(await activities.get(db, activity_id), "activity").area)
        await change(db)
        changed = there_is(await activities.get(db, activity_id), "activity")
        return tagged(request, changed, changed.version)

    return await once(here, key, run)
