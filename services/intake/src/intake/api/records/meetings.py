"""Leaders' meetings over HTTP: scheduled, and what came of them."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from uuid_utils.compat import uuid7

from chassis.access import Caller, Forbidden, Known, allow
from chassis.db import Db
from chassis.service import Here
from chassis.web.afterwards import At
from chassis.web.asked import Body, Limit, Place, Words, within
from chassis.web.cursor import Page
from chassis.web.etag import IfMatch, tagged
from chassis.web.idempotency import Key, once
from contracts.fields import Code, Day
from intake import handlers
from intake.api.records.answers import BY_ID, Registrar, created, there_is
from intake.api.records.sessions import Matters, Minutes, minutes_of
from intake.desk import AtDesk, Desk
from intake.domain.meeting import HoldMeeting, MeetingKind, ScheduleMeeting, State
from intake.domain.values import listed
from intake.tables import meetings
from intake.tables.meetings import Matter, Meeting

READERS = frozenset({"reader", "dispatcher", "registrar", "admin"})


Number = Annotated[int, Field(ge=0, le=100_000, strict=True)]


class NewMeeting(Body):
    kind: Code
    area: Place
    """The division whose leaders sit."""
    on: Day


class NewOutcome(Body):
    matters: Matters = ()
    """The cases that came before it, where its kind settles cases."""
    heard: Number = 0
    """How many matters were heard that are no cases, or no cases yet."""
    visitors: Number = 0
    place: Place | None = None
    """The division that was visited."""
    minutes: Annotated[Words, Field(max_length=20_000)] | None = None
    """Kept sealed."""


class Whole(Meeting):
    cases: list[Matter]
    """Those that came before it."""


def routes(desk: Desk) -> APIRouter:
    """For the roles that the list of kinds of meeting names; which of them may, its kind says."""
    router = APIRouter(prefix="/v1/meetings", tags=["meetings"])
    holds, reads = open_to(desk), open_to(desk, *READERS)
    router.post("", status_code=201, response_model=Whole, dependencies=holds)(schedule_meeting)
    router.post("/{meeting_id}/outcome", response_model=Whole, dependencies=holds)(hold_meeting)
    router.get("", dependencies=reads)(list_meetings)
    router.get("/{meeting_id}", response_model=Whole, dependencies=reads)(show_meeting)
    minutes = "/{meeting_id}/minutes"
    router.get(minutes, dependencies=open_to(desk, "dispatcher"))(read_minutes)
    router.delete(minutes, status_code=204)(forget_minutes)
    return router


def open_to(desk: Desk, *more: str) -> list[Any]:
    """Dependencies of a route for those who hold meetings, and more."""
    return [allow(*sorted(desk.offices | {*more}))]


async def schedule_meeting(
    body: NewMeeting, here: Here, desk: AtDesk, request: Request, key: Key, caller: Known, at: At
) -> Response:
    caller.keep_to(body.area)
    rules = rules_for(desk, caller, body.kind)
    change = ScheduleMeeting(uuid7(), body.kind, rules, body.area, body.on, at)

    async def run(db: Db) -> Response:
        await handlers.meetings.schedule(db, change, caller)
        made = await _whole(db, change.meeting_id)
        return created(request, made, made.version, f"/v1/meetings/{change.meeting_id}")

    return await once(here, key, run)


async def hold_meeting(
    meeting_id: UUID,
    body: NewOutcome,
    here: Here,
    desk: AtDesk,
    request: Request,
    key: Key,
    seen: IfMatch,
    caller: Known,
    at: At,
) -> Response:
    """It was held; all of it or nothing: its number, and a step of each case before it."""

    async def run(db: Db) -> Response:
        plan = await _find(db, meeting_id)
        caller.keep_to(plan.area)
        seen.check(plan.version)
        cases = {matter.case_id: matter.outcome for matter in body.matters}
        change = HoldMeeting(
            rules_for(desk, caller, plan.kind),
            at,
            list(cases.values()),
            body.heard,
            body.visitors,
            body.place,
        )
        outcome = handlers.meetings.Outcome(change, cases, body.minutes)
        await handlers.meetings.hold(db, desk, plan, outcome, caller)
        held = await _whole(db, meeting_id)
        return tagged(request, held, held.version)

    return await once(here, key, run)


async def list_meetings(
    here: Here,
    caller: Known,
    area: Place | None = None,
    kind: Code | None = None,
    state: State | None = None,
    is_open: Annotated[bool | None, Query(description="Whether cases may refer to it.")] = None,
    cursor: str | None = None,
    limit: Limit = 100,
) -> Page[Meeting]:
    """The newest first."""
    scope = within(caller, area), kind, state, is_open
    (after,) = BY_ID.read(cursor, *scope) or (None,)
    async with here.connection() as db:
        rows = await meetings.list_after(db, *scope, after, limit + 1)
    return BY_ID.page(rows, limit, lambda row: (row.meeting_id,), lambda row: row, *scope)


async def show_meeting(meeting_id: UUID, here: Here, request: Request, caller: Known) -> Response:
    async with here.connection() as db:
        meeting = await _whole(db, meeting_id)
    caller.keep_to(meeting.area)
    return tagged(request, meeting, meeting.version)


async def read_minutes(
    meeting_id: UUID,
    purpose: Literal["handling", "supervision"],
    here: Here,
    desk: AtDesk,
    caller: Known,
) -> Minutes:
    """What was said. Who read it, and for which purpose, is written down."""
    async with here.connection() as db:
        caller.keep_to((await _find(db, meeting_id)).area)
        return await minutes_of(db, desk, meeting_id, purpose, caller)


async def forget_minutes(
    meeting_id: UUID, here: Here, desk: AtDesk, key: Key, caller: Registrar
) -> Response:
    """Destroy the key of what was said. The meeting itself stays."""

    async def run(db: Db) -> Response:
        meeting = await _find(db, meeting_id)
        caller.keep_to(meeting.area)
        await handlers.meetings.forget_minutes(db, desk, meeting)
        return Response(status_code=204)

    return await once(here, key, run)


def rules_for(desk: Desk, caller: Caller, kind: str) -> MeetingKind:
    """Raises Forbidden for a caller who has nothing to do with this kind."""
    rules = listed(desk.lists.meeting_kinds, "kind of meeting", kind)
    if caller.roles.isdisjoint(rules.by):
        raise Forbidden(f"A {kind} is for the role {' or '.join(sorted(rules.by))}.")
    return rules


async def _find(db: Db, meeting_id: UUID) -> Meeting:
    return there_is(await meetings.get(db, meeting_id), "meeting")


async def _whole(db: Db, meeting_id: UUID) -> Whole:
    meeting = await _find(db, meeting_id)
    return Whole(**dict(meeting), cases=await meetings.matters(db, meeting_id))
