"""Checklists over HTTP; their items are in `api_checklist_items`."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import StringConstraints
from uuid_utils.compat import uuid7

from chassis.access import Caller, territory
from chassis.db import Db
from chassis.service import Here
from chassis.web.asked import Body, Limit, Place, Words, within
from chassis.web.cursor import Cursor, Page
from chassis.web.idempotency import Key, once
from contracts.fields import Code
from grid import handlers
from grid.api import Keeper, Kinds, Reader, created, missing, shown
from grid.catalogue import ListKindEntry
from grid.domain.area import above
from grid.domain.checklist import (
    PublishChecklist,
)
from grid.tables import checklists
from grid.tables.checklists import ChecklistRow

router = APIRouter(prefix="/v1", tags=["checklists"])

LISTS = Cursor(tuple[UUID])

Title = Annotated[Words, StringConstraints(max_length=200)]


class NewChecklist(Body):
    kind: Code
    area: Place
    title: Title


@router.get("/checklist-kinds")
async def list_kinds(kinds: Kinds, caller: Reader) -> dict[str, ListKindEntry]:
    return kinds.list_kind_entries


@router.post("/checklists", status_code=201, response_model=ChecklistRow)
async def publish_checklist(
    body: NewChecklist, here: Here, request: Request, key: Key, kinds: Kinds, caller: Keeper
) -> Response:
    list_id, kind = uuid7(), kinds.list_kind(body.kind)
    asked = PublishChecklist(list_id, kind, body.area, datetime.now(UTC))

    async def run(db: Db) -> Response:
        await handlers.publish_checklist(db, asked, body.title, caller)
        return created(request, await find(db, list_id), f"/v1/checklists/{list_id}")

    return await once(here, key, run)


@router.get("/checklists")
async def list_checklists(
    here: Here,
    caller: Reader,
    area: Annotated[Place | None, Query(description="Of this area or below it.")] = None,
    kind: Code | None = None,
    cursor: str | None = None,
    limit: Limit = 100,
) -> Page[ChecklistRow]:
    """Those of the caller's territory, and without `area` those from above that bind it too."""
    prefix = within(caller, area)
    from_above = [] if area else _above(prefix)
    scope = (prefix, kind, bool(from_above))
    after = LISTS.read(cursor, *scope)
    async with here.connection() as db:
        rows = await checklists.select(
            db, prefix, from_above, kind, after[0] if after else None, limit + 1
        )
    return LISTS.page(rows, limit, lambda row: (row.checklist_id,), lambda row: row, *scope)


@router.get("/checklists/{list_id}", response_model=ChecklistRow)
async def show_checklist(list_id: UUID, here: Here, request: Request, caller: Reader) -> Response:
    async with here.connection() as db:
        row = await find(db, list_id)
    may_read(caller, row)
    return shown(request, row)


async def find(db: Db, list_id: UUID) -> ChecklistRow:
    row = await checklists.find(db, list_id)
    if row is None:
        raise missing("checklist")
    return row


def may_read(caller: Caller, row: ChecklistRow) -> None:
    """A list binds everything below its area: whoever is there may read it."""
    if not caller.territory.startswith(territory(row.area)):
        caller.keep_to(row.area)


def _above(prefix: str) -> list[str]:
    """Codes of the areas above the one that `prefix` stands for."""
    codes = []
    code = above(prefix.ljust(12, "0"))
    while code:
        codes.append(code)
        code = above(code)
    return codes
