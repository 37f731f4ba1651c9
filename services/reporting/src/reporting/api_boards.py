"""Boards: where each case stands; and the places they are in."""

from datetime import datetime, time
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from chassis.access import Caller, allow, territory
from chassis.web.cursor import Cursor, Page
from contracts.fields import Code
from reporting.asking import Area, InDays, Reading, placed
from reporting.periods import SHANGHAI
from reporting.reading import Reads
from reporting.tables import areas, cases

router = APIRouter(prefix="/v1", tags=["boards"])

BY_FILING: Cursor[cases.Place] = Cursor(tuple[datetime, UUID])


class Case(BaseModel):
    case_id: UUID
    area: str
    kind: str
    step: str | None
    category: str | None
    satisfaction: int | None
    filed_at: datetime
    closed_at: datetime | None
    is_overdue: bool
    is_undispatched: bool
    """It lies with nobody."""
    is_stuck: bool
    """It is late, and nobody above is called for that."""


class Division(BaseModel):
    code: str
    name: str
    level: str
    parent: str | None
    is_urban: bool


class Around(Division):
    children: list[Division]


@router.get("/boards/cases")
async def board_of_cases(
    reads: Reads,
    caller: Annotated[
        Caller, allow("reader", "dispatcher", "department", "grid_worker", "registrar", "admin")
    ],
    days: InDays,
    area: Area | None = None,
    kind: Code | None = None,
    step: Code | None = None,
    is_open: bool | None = None,
    is_overdue: bool | None = None,
    is_undispatched: bool | None = None,
    is_stuck: bool | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Page[Case]:
    """Cases filed within the days, newest first."""
    filed = tuple(datetime.combine(day, time(), SHANGHAI) for day in (days.start, days.end))
    async with reads.reading() as (db, _):
        code, _ = await placed(db, caller, area)
        scope = (code, days, kind, step, is_open, is_overdue, is_undispatched, is_stuck)
        rows = await cases.board(
            db,
            (filed[0], filed[1]),
            territory(code),
            kind,
            step,
            is_open,
            is_overdue,
            is_undispatched,
            is_stuck,
            BY_FILING.read(cursor, *scope),
            limit + 1,
        )
    return BY_FILING.page(
        rows,
        limit,
        lambda row: (row["filed_at"], row["case_id"]),
        lambda row: Case.model_validate(dict(row)),
        *scope,
    )


@router.get("/areas")
async def own_area(reads: Reads, caller: Reading, area: Area | None = None) -> Around:
    """A division, the caller's own where none is named, and those right below it."""
    async with reads.reading() as (db, _):
        code, _ = await placed(db, caller, area)
        found = await areas.find(db, code)
        below = await areas.children(db, code)
    known = dict(found) if found else {"code": code, "name": "", "level": "", "parent": None}
    return Around.model_validate({"is_urban": False, **known, "children": [dict(b) for b in below]})
