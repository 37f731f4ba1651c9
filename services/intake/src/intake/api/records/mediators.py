"""Mediators over HTTP: enrolled, shown as a menu, taken off it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from uuid_utils.compat import uuid7

from chassis.access import Caller, allow, territory
from chassis.db import Db
from chassis.event_log import Origin
from chassis.execute import EVERYWHERE
from chassis.service import Here
from chassis.web.afterwards import At
from chassis.web.asked import Body, Limit, Line, Phone, Place, within
from chassis.web.cursor import Page
from chassis.web.etag import IfMatch, tagged
from chassis.web.idempotency import Key, once
from contracts.fields import Code
from intake import handlers
from intake.api.records.answers import BY_ID, Registrar, created, there_is
from intake.api.records.contacts import Contact, contact_of
from intake.desk import AtDesk
from intake.domain import divisions
from intake.domain.mediator import EnrolMediator, Form
from intake.domain.values import listed
from intake.handlers.mediators import Described
from intake.tables import mediators
from intake.tables.mediators import Mediator

router = APIRouter(prefix="/v1/mediators", tags=["mediators"])

Chooser = Annotated[
    Caller, allow("mediator", "dispatcher", "petition_office", "registrar", "admin")
]
"""Shows the menu to the parties, and calls whom they choose."""
Reader = Annotated[
    Caller, allow("mediator", "dispatcher", "petition_office", "registrar", "reader", "admin")
]


class NewMediator(Body):
    area: Place
    kind: Code
    form: Form
    brand: Code | None = None
    name: Annotated[Line, Field(max_length=60)]
    """An organisation's is public; others' are kept sealed."""
    phone: Phone | None = None
    skills: Annotated[Sequence[Code], Field(max_length=20)] = ()


@router.post("", status_code=201, response_model=Mediator)
async def enrol_mediator(
    body: NewMediator,
    here: Here,
    desk: AtDesk,
    request: Request,
    key: Key,
    caller: Registrar,
    at: At,
) -> Response:
    caller.keep_to(body.area)
    kind = listed(desk.lists.mediator_kinds, "kind of mediator", body.kind)
    if body.brand is not None:
        listed(desk.lists.brands, "brand", body.brand)
    for skill in body.skills:
        listed(desk.lists.mediator_skills, "skill", skill)
    mediator_id = uuid7()
    change = EnrolMediator(mediator_id, body.area, body.kind, kind, body.form, body.brand, at)
    described = Described(body.name, body.phone, frozenset(body.skills))

    async def run(db: Db) -> Response:
        await handlers.mediators.enrol_mediator(
            db,
            desk.vault,
            change,
            described,
            origin=Origin(actor=caller.actor),
            within=caller.territory,
        )
        made = await _find(db, mediator_id)
        return created(request, made, made.version, f"/v1/mediators/{mediator_id}")

    return await once(here, key, run)


@router.post("/{mediator_id}/departure", response_model=Mediator)
async def leave_menu(
    mediator_id: UUID, here: Here, request: Request, key: Key, seen: IfMatch, caller: Registrar
) -> Response:
    at, origin = datetime.now(UTC), Origin(actor=caller.actor)

    async def run(db: Db) -> Response:
        row = await _find(db, mediator_id)
        caller.keep_to(row.area)
        seen.check(row.version)
        await handlers.mediators.leave_menu(
            db, mediator_id, at, origin=origin, within=caller.territory
        )
        left = await _find(db, mediator_id)
        return tagged(request, left, left.version)

    return await once(here, key, run)


@router.get("")
async def show_menu(
    here: Here,
    caller: Reader,
    area: Annotated[Place | None, Query(description="In this division or below it.")] = None,
    around: Annotated[
        Place | None, Query(description="At this place or in the divisions it lies in.")
    ] = None,
    kind: Code | None = None,
    form: Form | None = None,
    brand: Code | None = None,
    skill: Code | None = None,
    is_open: Annotated[bool | None, Query(description="On the menu.")] = True,
    cursor: str | None = None,
    limit: Limit = 100,
) -> Page[Mediator]:
    """Whom parties may choose, without the names of persons and groups."""
    if around is not None:
        caller.keep_to(around)
    scope = (
        within(caller, area) if area or not around else EVERYWHERE,
        divisions.around(around) if around else None,
        kind,
        form,
        brand,
        skill,
        is_open,
    )
    (after,) = BY_ID.read(cursor, *scope) or (None,)
    async with here.connection() as db:
        rows = await mediators.select(db, *scope, after, limit + 1)
    return BY_ID.page(rows, limit, lambda row: (row.mediator_id,), lambda row: row, *scope)


@router.get("/{mediator_id}", response_model=Mediator)
async def show_mediator(
    mediator_id: UUID, here: Here, request: Request, caller: Reader
) -> Response:
    async with here.connection() as db:
        row = await _find(db, mediator_id)
    _keep_near(caller, row.area)
    return tagged(request, row, row.version)


@router.get("/{mediator_id}/contact")
async def show_contact(
    mediator_id: UUID,
    purpose: Literal["choice", "mediation", "administration"],
    here: Here,
    desk: AtDesk,
    caller: Chooser,
) -> Contact:
    """Who it is. That it was read, by whom and what for, is written down."""

    async def read(db: Db) -> Contact:
        row = await _find(db, mediator_id)
        _keep_near(caller, row.area)
        contact = await contact_of(db, desk, mediator_id, purpose, caller)
        return contact.model_copy(update={"name": row.name}) if row.name else contact

    return await here.transact(read)


@router.delete("/{mediator_id}/contact", status_code=204)
async def forget_mediator(
    mediator_id: UUID, here: Here, desk: AtDesk, key: Key, caller: Registrar
) -> Response:
    """Destroy the key of who it was. The entry stays, under its id."""

    async def run(db: Db) -> Response:
        row = there_is(await mediators.hold(db, mediator_id), "mediator")
        caller.keep_to(row.area)
        await handlers.mediators.forget_mediator(db, desk.vault, row)
        return Response(status_code=204)

    return await once(here, key, run)


def _keep_near(caller: Caller, area: str) -> None:
    """Those of a division around the caller's may be chosen there, too."""
    if not caller.territory.startswith(territory(area)):
        caller.keep_to(area)


async def _find(db: Db, mediator_id: UUID) -> Mediator:
    return there_is(await mediators.find(db, mediator_id), "mediator")
