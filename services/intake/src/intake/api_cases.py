"""What those who work on cases see: lists, one case, its history, what the resident told."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, HTTPException, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from chassis.access import Caller, allow, territory
from chassis.event_log import Db
from chassis.service import Here
from chassis.web.cursor import Cursor, Page
from chassis.web.etag import tagged
from contracts.fields import AreaCode, Code
from contracts.intake import Target
from intake.desk import AtDesk, Desk
from intake.tables import cases
from intake.views import CaseItem, CaseView, Found, Happened, case_item, case_view, find, happened

router = APIRouter(prefix="/v1/cases", tags=["cases"])

READERS = ("grid_worker", "department", "dispatcher", "window", "reader", "admin")

NEWEST_FIRST = Cursor(tuple[UUID])


class Told(BaseModel):
    text: str | None = None
    name: str | None = None
    phone: str | None = None
    notes: dict[int, str] = Field(default_factory=dict)
    """By the version of the case that they were written with."""
    forgotten_at: datetime | None = None


class Asked(BaseModel):
    """The filters of the list."""

    model_config = ConfigDict(extra="forbid")

    area: AreaCode | None = None
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
    queue: Literal["undispatched"] | None = None
    """Open cases that lie with nobody."""
    cursor: str | None = None
    limit: int = Field(50, ge=1, le=500)


@router.get("")
async def list_cases(
    here: Here,
    desk: AtDesk,
    caller: Annotated[Caller, allow(*READERS)],
    asked: Annotated[Asked, Query()],
) -> Page[CaseItem]:
    """The newest first."""
    wanted = cases.Wanted(
        within=_within(caller, asked.area),
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
    (after,) = NEWEST_FIRST.read(asked.cursor, wanted) or (None,)
    async with here.pool.acquire() as db:
        rows = await cases.listed(db, wanted, after, asked.limit + 1)
    return NEWEST_FIRST.page(
        rows, asked.limit, lambda row: (row["case_id"],), lambda row: case_item(desk, row), wanted
    )


@router.get("/{case_id}", response_model=CaseView)
async def show_case(
    here: Here,
    desk: AtDesk,
    caller: Annotated[Caller, allow(*READERS)],
    case_id: UUID,
    request: Request,
) -> Response:
    async with here.pool.acquire() as db:
        found = await found_for(db, desk, caller, case_id)
    return tagged(request, case_view(found), found.version)


@router.get("/{case_id}/history")
async def show_history(
    here: Here, desk: AtDesk, caller: Annotated[Caller, allow(*READERS)], case_id: UUID
) -> list[Happened]:
    """All that happened, in order."""
    async with here.pool.acquire() as db:
        found = await found_for(db, desk, caller, case_id)
    return [happened(envelope) for envelope in found.history]


@router.get("/{case_id}/texts")
async def read_texts(
    here: Here,
    desk: AtDesk,
    caller: Annotated[Caller, allow("grid_worker", "department", "dispatcher")],
    case_id: UUID,
    purpose: Literal["handling", "call_back", "supervision"],
) -> Told:
    """What the resident told, and notes. Who read it, and for which purpose, is written down."""
    async with here.pool.acquire() as db:
        found = await found_for(db, desk, caller, case_id)
        notes = {note_of(version): version for version in range(2, found.version + 1)}
        people = await desk.vault.read(
            db, [case_id], ["text", "name", "phone", *notes], purpose=purpose, actor=caller.actor
        )
    person = people[case_id]
    told = {name: person.texts.get(name) for name in ("text", "name", "phone")}
    written = {notes[name]: text for name, text in person.texts.items() if name in notes}
    return Told(**told, notes=written, forgotten_at=person.forgotten_at)


@router.delete("/{case_id}/texts", status_code=204)
async def forget_texts(
    here: Here, desk: AtDesk, caller: Annotated[Caller, allow("registrar", "admin")], case_id: UUID
) -> None:
    """Destroy the key of what was told with this case. The case itself stays."""

    async def forget(db: Db) -> None:
        await found_for(db, desk, caller, case_id)
        await desk.vault.forget(db, [case_id])

    await here.transact(forget)


async def found_for(db: Db, desk: Desk, caller: Caller, case_id: UUID) -> Found:
    """Raises a 404, or OutsideArea for a case that is not the caller's to see."""
    found = await find(db, desk, case_id)
    if found is None:
        raise no_case()
    caller.keep_to(found.case.area)
    return found


def no_case() -> HTTPException:
    return HTTPException(404, "There is no such case: look for it in the list of cases.")


def note_of(version: int) -> str:
    """Under which name the vault keeps the note written with a version."""
    return f"note_{version}"


def _within(caller: Caller, area: str | None) -> str:
    if area is None:
        return caller.territory
    try:
        within = territory(area)
    except ValueError as wrong:
        raise HTTPException(422, f"area: {wrong}.") from None
    caller.keep_to(within)
    return within
