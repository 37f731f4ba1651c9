"""Cases that belong together: joining, splitting, linking them, and seeing which do."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from asyncpg import Record
from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StrictInt
from uuid_utils.compat import uuid7

from chassis.access import Caller, Known, allow
from chassis.db import Db
from chassis.event_log import Origin
from chassis.service import Here
from chassis.web.asked import Body, Place, Words
from chassis.web.idempotency import Key, once
from contracts.fields import Code
from contracts.intake import Urgency
from intake import handlers
from intake.api.cases import found_for
from intake.api.views import RESIDENT, Bilingual, Found
from intake.desk import AtDesk, Desk
from intake.domain.commands import FileCase
from intake.domain.titles import step_title
from intake.handlers.links import Onward, SplitOff
from intake.tables import links


class Joining(Body):
    into: UUID
    """The case that stands for both from now on."""


class Linking(Body):
    to_case: UUID
    relation: Literal["leads_to"] = "leads_to"
    """Parts are split off: two cases that are there cannot wait for each other."""


class Splitting(BaseModel):
    """The case that is split off. Fields beside these are those of its kind."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, UUID | Code | StrictInt] = Field(init=False)

    kind: Code
    area: Place | None = None
    """Left out, that of the old one; `urgency` and `source` likewise."""
    category: Code | None = None
    urgency: Urgency | None = None
    source: Code | None = None
    text: Annotated[Words, Field(max_length=5000)] | None = None
    """Left out, the words of the old one are copied, sealed as they are there."""
    relation: Onward
    joins: bool = False
    """The new one stands for the old one from now on: it was of another kind than it seemed."""


class SplitOffCase(BaseModel):
    case_id: UUID


class LinkView(BaseModel):
    relation: str
    """What this case is to the other one."""
    to_case: UUID
    kind: str
    outcome: str | None
    """How the other one ended; None while it is open."""
    linked_at: datetime
    area: str | None
    """This and what follows only of a case that is the caller's to see."""
    area_name: str | None
    step: str | None
    step_title: Bilingual | None
    is_open: bool | None


def routes(desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/v1/cases/{case_id}", tags=["links"])
    seen, told = [allow(*sorted(desk.roles))], [allow(*sorted(desk.handlers))]
    router.get("/links", dependencies=seen)(list_links)
    router.post("/links", status_code=204, dependencies=told, response_class=Response)(link_cases)
    router.post("/joins", status_code=204, dependencies=told, response_class=Response)(join_cases)
    router.post("/splits", status_code=201, dependencies=told, response_model=SplitOffCase)(split)
    return router


async def list_links(here: Here, desk: AtDesk, caller: Known, case_id: UUID) -> list[LinkView]:
    """In the order in which they were linked."""
    async with here.connection() as db:
        await found_for(db, desk, caller, case_id)
        rows = await links.of(db, case_id)
    return [_link(desk, caller, row) for row in rows]


async def link_cases(
    here: Here, desk: AtDesk, caller: Known, key: Key, case_id: UUID, body: Linking
) -> Response:
    """Say that it leads to a case that there is already."""

    async def run(db: Db) -> Response:
        await _check_theirs(db, desk, caller, case_id, body.to_case)
        await handlers.links.link(
            db,
            desk,
            case_id,
            body.relation,
            body.to_case,
            datetime.now(UTC),
            origin=Origin(actor=caller.actor),
            within=caller.territory,
        )
        return Response(status_code=204)

    return await once(here, key, run)


async def join_cases(
    here: Here, desk: AtDesk, caller: Known, key: Key, case_id: UUID, body: Joining
) -> Response:
    """Both are about the same matter: this one ends, and the other one stands for it, or the one
    that the other joined; that has to be the caller's too.
    """

    async def run(db: Db) -> Response:
        stands = await handlers.links.standing(db, body.into)
        await _check_theirs(db, desk, caller, case_id, body.into, stands)
        await handlers.links.join(
            db,
            desk,
            case_id,
            stands,
            datetime.now(UTC),
            origin=Origin(actor=caller.actor),
            within=caller.territory,
        )
        return Response(status_code=204)

    return await once(here, key, run)


async def split(
    here: Here, desk: AtDesk, caller: Known, key: Key, case_id: UUID, body: Splitting
) -> Response:
    """File a new case that is a part of this one, or what it has led to."""
    new_id = uuid7()

    async def run(db: Db) -> Response:
        found = await found_for(db, desk, caller, case_id)
        desk.check_told(found.kind, caller.roles)
        off = SplitOff(
            filing=_filing(desk, found, caller, body, new_id),
            relation=body.relation,
            joins=body.joins,
            text=body.text,
        )
        await handlers.links.split(
            db,
            desk,
            case_id,
            off,
            caller.actor,
            origin=Origin(actor=caller.actor),
            within=caller.territory,
        )
        location = {"location": f"/v1/cases/{new_id}"}
        return JSONResponse({"case_id": str(new_id)}, 201, location)

    return await once(here, key, run)


async def _check_theirs(db: Db, desk: Desk, caller: Caller, *case_ids: UUID) -> None:
    """Raises a 404, Forbidden or OutsideArea unless all of them are the caller's to work on."""
    for case_id in dict.fromkeys(case_ids):
        found = await found_for(db, desk, caller, case_id)
        desk.check_told(found.kind, caller.roles)


def _filing(desk: Desk, found: Found, caller: Caller, body: Splitting, case_id: UUID) -> FileCase:
    """What another kind takes over is still filed by whoever filed it; all else, by the caller."""
    old = found.case
    roles = caller.roles | {RESIDENT} if body.joins else caller.roles
    return FileCase(
        case_id=case_id,
        kind=body.kind,
        area=body.area or old.area,
        source=body.source or old.source,
        roles=roles,
        at=datetime.now(UTC),
        urgency=body.urgency or old.urgency,
        category=body.category,
        fields=dict(body.__pydantic_extra__),
    )


def _link(desk: Desk, caller: Caller, row: Record) -> LinkView:
    seen = desk.seen_by(caller.roles)
    is_seen = caller.covers(row["area"]) and (seen is None or row["kind"] in seen)
    link = {name: row[name] for name in ("relation", "to_case", "kind", "outcome", "linked_at")}
    place = {name: row[name] if is_seen else None for name in PLACE}
    kind = desk.kinds.get(row["kind"])
    title = step_title(kind, row["step"]) if is_seen else None
    return LinkView(**link, **place, step_title=title)


PLACE = ("area", "area_name", "step", "is_open")
