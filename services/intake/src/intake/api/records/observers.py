"""Observers over HTTP: appointed to a station, released, read."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from uuid_utils.compat import uuid7

from chassis.access import Caller, Forbidden, allow
from chassis.db import Db
from chassis.event_log import Origin
from chassis.service import Here
from chassis.web.afterwards import At
from chassis.web.asked import Body, Limit, Line, Phone, Place, within
from chassis.web.cursor import Page
from chassis.web.etag import IfMatch, tagged
from chassis.web.idempotency import Key, once
from contracts.fields import Code, Day
from intake import handlers
from intake.api.records.answers import BY_ID, Registrar, created, there_is
from intake.api.records.contacts import Contact, contact_of
from intake.desk import AtDesk
from intake.domain.observer import AppointObserver, Station
from intake.domain.values import listed
from intake.tables import channels, observers
from intake.tables.observers import Observer

router = APIRouter(prefix="/v1/observers", tags=["observers"])

STAFF = ("reader", "suggestion_desk", "dispatcher", "registrar", "admin")

FOR_OTHERS = ("dispatcher", "registrar", "admin")
"""They report what an observer told them."""

Caretaker = Annotated[Caller, allow(*FOR_OTHERS)]
"""May see who a person is."""
Reader = Annotated[Caller, allow("observer", *STAFF)]
"""An observer sees what is their own."""


class NewObserver(Body):
    """A person known by `person_id`, or a new one."""

    channel_id: UUID
    person_id: UUID | None = None
    name: Annotated[Line, Field(max_length=60)] | None = None
    phone: Phone | None = None
    until: Day
    """The first day on which they no longer observe."""


@router.post("", status_code=201, response_model=Observer)
async def appoint_observer(
    body: NewObserver,
    here: Here,
    desk: AtDesk,
    request: Request,
    key: Key,
    caller: Registrar,
    at: At,
) -> Response:
    """Name and phone go to the vault and are in no event."""
    observer_id, person_id = uuid7(), body.person_id or uuid7()
    told = {"name": body.name, "phone": body.phone}
    texts = {field: text for field, text in told.items() if text}

    async def run(db: Db) -> Response:
        station = there_is(await channels.hold(db, body.channel_id), "channel")
        caller.keep_to(station.area)
        kind = listed(desk.lists.channel_kinds, "kind of channel", station.kind)
        has_observer = await observers.is_appointed(db, station.channel_id, person_id)
        where = Station(
            station.channel_id, station.area, station.kind, kind, station.is_open, has_observer
        )
        await handlers.observers.appoint_observer(
            db,
            desk.vault,
            AppointObserver(observer_id, person_id, where, body.until, at),
            texts,
            origin=Origin(actor=caller.actor),
            within=caller.territory,
        )
        made = await _find(db, observer_id)
        return created(request, made, made.version, f"/v1/observers/{observer_id}")

    return await once(here, key, run)


@router.post("/{observer_id}/release", response_model=Observer)
async def release_observer(
    observer_id: UUID, here: Here, request: Request, key: Key, seen: IfMatch, caller: Registrar
) -> Response:
    """Before the term is over; then it happens by itself."""
    at, origin = datetime.now(UTC), Origin(actor=caller.actor)

    async def run(db: Db) -> Response:
        row = await _find(db, observer_id)
        caller.keep_to(row.area)
        seen.check(row.version)
        await handlers.observers.release_observer(
            db, observer_id, at, origin=origin, within=caller.territory
        )
        released = await _find(db, observer_id)
        return tagged(request, released, released.version)

    return await once(here, key, run)


@router.get("")
async def list_observers(
    here: Here,
    caller: Reader,
    area: Annotated[Place | None, Query(description="In this division or below it.")] = None,
    kind: Annotated[Code | None, Query(description="Of their channel.")] = None,
    channel_id: UUID | None = None,
    is_open: Annotated[bool | None, Query(description="Not released.")] = True,
    cursor: str | None = None,
    limit: Limit = 100,
) -> Page[Observer]:
    scope = (within(caller, area), kind, channel_id, is_open, own(caller))
    (after,) = BY_ID.read(cursor, *scope) or (None,)
    async with here.connection() as db:
        rows = await observers.select(db, *scope, after, limit + 1)
    return BY_ID.page(rows, limit, lambda row: (row.observer_id,), lambda row: row, *scope)


@router.get("/{observer_id}", response_model=Observer)
async def show_observer(
    observer_id: UUID, here: Here, request: Request, caller: Reader
) -> Response:
    async with here.connection() as db:
        row = await _find(db, observer_id)
    caller.keep_to(row.area)
    check_own(caller, row)
    return tagged(request, row, row.version)


@router.get("/{observer_id}/contact")
async def show_contact(
    observer_id: UUID,
    purpose: Literal["call_back", "administration"],
    here: Here,
    desk: AtDesk,
    caller: Caretaker,
) -> Contact:
    """Who it is. That it was read, by whom and what for, is written down."""

    async def read(db: Db) -> Contact:
        row = await _find(db, observer_id)
        caller.keep_to(row.area)
        return await contact_of(db, desk, observer_id, purpose, caller)

    return await here.transact(read)


@router.delete("/{observer_id}/contact", status_code=204)
async def forget_observer(
    observer_id: UUID, here: Here, desk: AtDesk, key: Key, caller: Registrar
) -> Response:
    """Destroy the key of who it was. The appointment stays, under the reference."""

    async def run(db: Db) -> Response:
        row = there_is(await observers.hold(db, observer_id), "observer")
        caller.keep_to(row.area)
        await handlers.observers.forget_observer(db, desk.vault, row)
        return Response(status_code=204)

    return await once(here, key, run)


def own(caller: Caller, staff: Collection[str] = STAFF) -> str | None:
    """The person a list is about: an observer's own token names it; None for staff."""
    return caller.actor if caller.roles.isdisjoint(staff) else None


def check_own(caller: Caller, row: Observer, staff: Collection[str] = STAFF) -> None:
    """Raise Forbidden for an observer who is somebody else. `staff`: who may do it for anybody."""
    if own(caller, staff) not in (None, str(row.person_id)):
        raise Forbidden("Observers act for themselves alone: use the token of this observer.")


async def _find(db: Db, observer_id: UUID) -> Observer:
    return there_is(await observers.find(db, observer_id), "observer")
