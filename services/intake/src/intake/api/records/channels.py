"""Channels over HTTP: opened and closed by registrars, read by everybody."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field, StrictInt
from uuid_utils.compat import uuid7

from chassis.access import Caller, allow, territory
from chassis.db import Db
from chassis.event_log import Origin
from chassis.service import Here
from chassis.web.afterwards import At
from chassis.web.asked import Body, Limit, Line, Place, within
from chassis.web.cursor import Cursor, Page
from chassis.web.etag import IfMatch, tagged
from chassis.web.idempotency import Key, once
from contracts.fields import Code, Level
from intake import handlers
from intake.api.reading import open_to_all
from intake.api.records.answers import BY_ID, Registrar, created, there_is
from intake.desk import AtDesk
from intake.domain import divisions
from intake.domain.channel import OpenChannel
from intake.domain.values import listed
from intake.lists import Lists
from intake.tables import channels, coverage
from intake.tables.channels import Channel, Opening
from intake.tables.coverage import Counts, Covered, Division

router = APIRouter(prefix="/v1/channels", tags=["channels"])

Keeper = Annotated[Caller, allow("clerk", "window", "registrar", "admin")]
"""Opens boxes, and writes down what was in them."""
Reader = Annotated[Caller, allow("reader", "dispatcher", "registrar", "admin")]

BY_CODE = Cursor(tuple[str])


class NewChannel(Body):
    area: Place
    kind: Code
    place: Code | None = None
    """The kind of place it stands in."""
    level: Level
    """Of whoever sets it up."""
    name: Annotated[Line, Field(max_length=60)]
    address: Annotated[Line, Field(max_length=200)] | None = None
    functions: Annotated[Sequence[Code], Field(max_length=20)] = ()


class NewOpening(Body):
    letters: Annotated[StrictInt, Field(ge=0, le=100_000)]


class Coverage(Page[Division]):
    covered: int
    uncovered: int


@router.post("", status_code=201, response_model=Channel)
async def open_channel(
    body: NewChannel,
    here: Here,
    desk: AtDesk,
    request: Request,
    key: Key,
    caller: Registrar,
    at: At,
) -> Response:
    caller.keep_to(body.area)
    channel_id, origin = uuid7(), Origin(actor=caller.actor)
    change = _opening(desk.lists, body, channel_id, at)

    async def run(db: Db) -> Response:
        await handlers.channels.open_channel(
            db, change, body.name, body.address, origin=origin, within=caller.territory
        )
        made = await _find(db, channel_id)
        return created(request, made, made.version, f"/v1/channels/{channel_id}")

    return await once(here, key, run)


@router.post("/{channel_id}/closure", response_model=Channel)
async def close_channel(
    channel_id: UUID, here: Here, request: Request, key: Key, seen: IfMatch, caller: Registrar
) -> Response:
    """Those who observe there are released with it."""
    at, origin = datetime.now(UTC), Origin(actor=caller.actor)

    async def run(db: Db) -> Response:
        row = there_is(await channels.hold(db, channel_id), "channel")
        caller.keep_to(row.area)
        seen.check(row.version)
        await handlers.channels.close_channel(
            db, channel_id, at, origin=origin, within=caller.territory
        )
        closed = await _find(db, channel_id)
        return tagged(request, closed, closed.version)

    return await once(here, key, run)


@router.post("/{channel_id}/openings", status_code=201, response_model=Opening)
async def log_opening(
    channel_id: UUID,
    body: NewOpening,
    here: Here,
    desk: AtDesk,
    key: Key,
    caller: Keeper,
    at: At,
) -> Response:
    """A letter box was opened, and so many letters were in it."""
    opening = Opening(
        opening_id=uuid7(),
        channel_id=channel_id,
        opened_by=caller.actor,
        opened_at=at,
        letters=body.letters,
    )

    async def run(db: Db) -> Response:
        box = there_is(await channels.hold(db, channel_id), "channel")
        caller.keep_to(box.area)
        kind = listed(desk.lists.channel_kinds, "kind of channel", box.kind)
        await handlers.channels.log_opening(db, box, kind, opening)
        return Response(opening.model_dump_json(), 201, media_type="application/json")

    return await once(here, key, run)


@router.get("/{channel_id}/openings")
async def list_openings(
    channel_id: UUID,
    here: Here,
    caller: Reader,
    cursor: str | None = None,
    limit: Limit = 100,
) -> Page[Opening]:
    """When a box was opened, by whom, and how many letters were in it; the latest first."""
    (after,) = BY_ID.read(cursor, channel_id) or (None,)
    async with here.connection() as db:
        caller.keep_to((await _find(db, channel_id)).area)
        rows = await channels.openings(db, channel_id, after, limit + 1)
    return BY_ID.page(rows, limit, lambda row: (row.opening_id,), lambda row: row, channel_id)


@router.get("/coverage")
async def show_coverage(
    here: Here,
    caller: Reader,
    area: Annotated[Place | None, Query(description="In this division.")] = None,
    level: Covered = "township",
    kind: Code | None = None,
    place: Code | None = None,
    is_covered: bool | None = None,
    cursor: str | None = None,
    limit: Limit = 100,
) -> Coverage:
    """Townships or villages with an open channel in or below them, and those without."""
    scope = (within(caller, area), level, kind, place)
    (after,) = BY_CODE.read(cursor, *scope, is_covered) or (None,)
    async with here.connection() as db:
        counts: Counts = await coverage.count(db, *scope)
        rows = await coverage.select(db, *scope, is_covered, after, limit + 1)
    page = BY_CODE.page(rows, limit, lambda row: (row.area,), lambda row: row, *scope, is_covered)
    return Coverage(items=page.items, next=page.next, **dict(counts))


@router.get("", dependencies=open_to_all)
async def list_channels(
    here: Here,
    area: Annotated[Place | None, Query(description="In this division or below it.")] = None,
    around: Annotated[
        Place | None, Query(description="At this place or in the divisions it lies in.")
    ] = None,
    kind: Code | None = None,
    place: Annotated[Code | None, Query(description="The kind of place it stands in.")] = None,
    level: Level | None = None,
    is_open: bool | None = True,
    cursor: str | None = None,
    limit: Limit = 100,
) -> Page[Channel]:
    scope = (
        territory(area) if area else "",
        divisions.around(around) if around else None,
        kind,
        place,
        level,
        is_open,
    )
    (after,) = BY_ID.read(cursor, *scope) or (None,)
    async with here.connection() as db:
        rows = await channels.select(db, *scope, after, limit + 1)
    return BY_ID.page(rows, limit, lambda row: (row.channel_id,), lambda row: row, *scope)


@router.get("/{channel_id}", dependencies=open_to_all, response_model=Channel)
async def show_channel(channel_id: UUID, here: Here, request: Request) -> Response:
    async with here.connection() as db:
        row = await _find(db, channel_id)
    return tagged(request, row, row.version)


def _opening(lists: Lists, body: NewChannel, channel_id: UUID, at: datetime) -> OpenChannel:
    kind = listed(lists.channel_kinds, "kind of channel", body.kind)
    if body.place is not None:
        listed(lists.place_kinds, "kind of place", body.place)
    for function in body.functions:
        listed(lists.facility_functions, "function", function)
    return OpenChannel(
        channel_id,
        body.area,
        body.kind,
        kind,
        body.place,
        body.level,
        frozenset(body.functions),
        at,
    )


async def _find(db: Db, channel_id: UUID) -> Channel:
    return there_is(await channels.find(db, channel_id), "channel")
