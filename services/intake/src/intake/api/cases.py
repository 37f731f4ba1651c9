"""What those who work on cases see: lists, one case, its history, what the resident told."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, HTTPException, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from chassis.access import Caller, Known, allow
from chassis.db import Db
from chassis.service import Here, Service
from chassis.web.asked import Place, within
from chassis.web.cursor import Cursor, Page
from chassis.web.etag import tagged
from contracts.fields import Code
from contracts.intake import Target
from intake import handlers
from intake.api.views import (
    CaseItem,
    CaseView,
    Found,
    Happened,
    case_item,
    case_view,
    find,
    happened,
)
from intake.api.words import Telling
from intake.desk import AtDesk, Desk
from intake.tables import cases, notes, queues
from intake.tables.queues import Whose

NEWEST_FIRST = Cursor(tuple[UUID])
SOONEST_DUE_FIRST = Cursor(tuple[datetime, UUID])

Purpose = Literal["handling", "call_back", "supervision"]
"""What somebody reads for what was told; it is written down with who they are."""

TOLD = ("text", "name", "phone", "email", "address", "point", "media_url")
"""What is told when a case is filed."""


class Noted(BaseModel):
    note_id: UUID
    noted_at: datetime
    actor: str
    text: str


class Told(BaseModel):
    text: str | None = None
    name: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    """In words, as it was told."""
    point: str | None = None
    """Latitude and longitude, WGS-84."""
    media_url: str | None = None
    notes: dict[int, str] = Field(default_factory=dict)
    """By the version of the case that they were written with."""
    noted: list[Noted] = Field(default_factory=list)
    """Notes that came with no step."""
    texts: dict[str, dict[int, str]] = Field(default_factory=dict)
    """The kind's own texts by name, and by version as above."""
    forgotten_at: datetime | None = None


class Asked(BaseModel):
    """The filters of the list."""

    model_config = ConfigDict(extra="forbid")

    area: Place | None = None
    """This division and all within it."""
    kind: Code | None = None
    step: Code | None = None
    category: Code | None = None
    to: Target | None = None
    department: Code | None = None
    is_open: bool | None = None
    overdue: bool | None = None
    mine: bool = False
    """Those that lie with a post that the caller holds."""
    queue: Literal["undispatched", "mine", "stuck"] | None = None
    """Open cases that lie with nobody; those whose next step is the caller's to take; those that
    nobody may take further, or that are late with nobody above called. The last two come soonest
    due first."""
    cursor: str | None = None
    limit: int = Field(50, ge=1, le=500)


def routes(desk: Desk) -> APIRouter:
    """For the roles that the kinds name; which cases each sees, the kinds say too."""
    router = APIRouter(prefix="/v1/cases", tags=["cases"])
    seen, told = [allow(*sorted(desk.roles))], [allow(*sorted(desk.handlers))]
    router.get("", dependencies=seen, response_model=Page[CaseItem])(list_cases)
    router.get("/{case_id}", dependencies=seen, response_model=CaseView)(show_case)
    router.get("/{case_id}/history", dependencies=seen)(show_history)
    router.get("/{case_id}/texts", dependencies=told)(read_texts)
    router.delete("/{case_id}/texts", status_code=204)(forget_texts)
    return router


async def list_cases(
    here: Here,
    desk: AtDesk,
    caller: Known,
    asked: Annotated[Asked, Query()],
) -> Response:
    """The newest first."""
    page = await listed(here, desk, caller, asked)
    # Made of our own rows: FastAPI would check every item a second time.
    return Response(page.model_dump_json(), media_type="application/json")


async def listed(here: Service, desk: Desk, caller: Caller, asked: Asked) -> Page[CaseItem]:
    wanted = cases.Wanted(
        within=within(caller, asked.area),
        kinds=desk.seen_by(caller.roles),
        kind=asked.kind,
        step=asked.step,
        category=asked.category,
        sent_to=asked.to,
        department=asked.department,
        is_open=asked.is_open,
        is_overdue=asked.overdue,
        is_undispatched=asked.queue == "undispatched",
        person=caller.actor if asked.mine else None,
    )
    if asked.queue in ("mine", "stuck"):
        return await _waiting(here, desk, caller, asked, wanted)
    (after,) = NEWEST_FIRST.read(asked.cursor, wanted) or (None,)
    async with here.connection() as db:
        rows = await cases.listed(db, wanted, after, asked.limit + 1)
    return NEWEST_FIRST.page(
        rows, asked.limit, lambda row: (row["case_id"],), lambda row: case_item(desk, row), wanted
    )


async def _waiting(
    here: Service, desk: Desk, caller: Caller, asked: Asked, wanted: cases.Wanted
) -> Page[CaseItem]:
    whose = Whose(caller.roles, caller.actor, asked.queue == "stuck")
    async with here.connection() as db:
        after = SOONEST_DUE_FIRST.read(asked.cursor, wanted, asked.queue)
        rows = await queues.waiting(db, whose, wanted, after, asked.limit + 1)
    return SOONEST_DUE_FIRST.page(
        rows,
        asked.limit,
        lambda row: (row["soonest"], row["case_id"]),
        lambda row: case_item(desk, row),
        wanted,
        asked.queue,
    )


async def show_case(
    here: Here,
    desk: AtDesk,
    caller: Known,
    case_id: UUID,
    request: Request,
) -> Response:
    async with here.connection() as db:
        found = await found_for(db, desk, caller, case_id)
    # Its dates follow from the kind's file and the calendar, what is allowed from the hour, too.
    return tagged(request, case_view(found, datetime.now(UTC)), found.version, is_all_of_it=False)


async def show_history(here: Here, desk: AtDesk, caller: Known, case_id: UUID) -> list[Happened]:
    """All that happened, in order."""
    async with here.connection() as db:
        found = await found_for(db, desk, caller, case_id)
    return happened(Telling(desk, found.kind), found.history)


async def read_texts(
    here: Here,
    desk: AtDesk,
    caller: Known,
    case_id: UUID,
    purpose: Purpose,
) -> Told:
    """What the resident told, and notes. Who read it, and for which purpose, is written down."""
    async with here.connection() as db:
        found = await found_for(db, desk, caller, case_id)
        desk.check_told(found.kind, caller.roles)
        later = {
            f"{name}_{version}": (name, version)
            for name in ("note", *found.kind.texts)
            for version in range(2, found.version + 1)
        }
        rows = {notes.field(row["note_id"]): row for row in await notes.of(db, case_id)}
        people = await desk.vault.read(
            db, [case_id], [*TOLD, *later, *rows], purpose=purpose, actor=caller.actor
        )
    person = people[case_id]
    told = {name: person.texts.get(name) for name in TOLD}
    texts: dict[str, dict[int, str]] = {}
    for stored in later.keys() & person.texts.keys():
        name, version = later[stored]
        texts.setdefault(name, {})[version] = person.texts[stored]
    return Told(
        **told,
        notes=texts.pop("note", {}),
        noted=[
            Noted(**row, text=person.texts[name])
            for name, row in rows.items()
            if name in person.texts
        ],
        texts=texts,
        forgotten_at=person.forgotten_at,
    )


async def forget_texts(
    here: Here, desk: AtDesk, caller: Annotated[Caller, allow("registrar", "admin")], case_id: UUID
) -> None:
    """Destroy the key of what was told with this case, and every copy. The case itself stays."""

    async def forget(db: Db) -> None:
        found = await find(db, desk, case_id)
        if found is None:
            raise no_case()
        caller.keep_to(found.case.area)
        await handlers.links.forget(db, desk, case_id)

    await here.transact(forget)


async def found_for(db: Db, desk: Desk, caller: Caller, case_id: UUID) -> Found:
    """Raises a 404, or OutsideArea for a case that is not the caller's to see."""
    found = await find(db, desk, case_id)
    if found is None:
        raise no_case()
    caller.keep_to(found.case.area)
    desk.check_seen(found.kind.name, caller.roles)
    return found


def no_case() -> HTTPException:
    return HTTPException(404, "There is no such case: look for it in the list of cases.")
