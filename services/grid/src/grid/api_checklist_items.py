"""The items of a checklist over HTTP."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import StringConstraints
from uuid_utils.compat import uuid7

from chassis.access import Caller
from chassis.db import Db
from chassis.service import Here
from chassis.web.asked import Body, Limit, Words
from chassis.web.cursor import Cursor, Page
from chassis.web.etag import IfMatch, Seen
from chassis.web.idempotency import Key, once
from contracts.fields import Code, Day
from grid import handlers
from grid.api import Doer, Keeper, Kinds, Reader, created, missing, shown
from grid.api_checklists import find, may_read
from grid.catalogue import Catalogue
from grid.domain.checklist import (
    AddItem,
    FinishItem,
    ListKind,
    RemoveItem,
    UpdateItem,
)
from grid.tables import checklists
from grid.tables.checklists import ItemRow, State

router = APIRouter(prefix="/v1/checklists/{list_id}/items", tags=["checklists"])

ITEMS = Cursor(tuple[UUID])

Text = Annotated[Words, StringConstraints(max_length=2000)]


class ItemBody(Body):
    text: Text
    category: Code
    due_on: Day | None = None


@router.get("")
async def list_items(
    list_id: UUID,
    here: Here,
    caller: Reader,
    state: State | None = None,
    category: Code | None = None,
    cursor: str | None = None,
    limit: Limit = 100,
) -> Page[ItemRow]:
    scope = (list_id, state, category)
    after = ITEMS.read(cursor, *scope)
    async with here.connection() as db:
        may_read(caller, await find(db, list_id))
        rows = await checklists.items(db, *scope, after[0] if after else None, limit + 1)
    return ITEMS.page(rows, limit, lambda row: (row.item_id,), lambda row: row, *scope)


@router.post("", status_code=201, response_model=ItemRow)
async def add_item(
    list_id: UUID,
    body: ItemBody,
    here: Here,
    request: Request,
    key: Key,
    seen: IfMatch,
    kinds: Kinds,
    caller: Keeper,
) -> Response:
    item_id, at = uuid7(), datetime.now(UTC)

    async def run(db: Db) -> Response:
        kind = await _kind(db, list_id, caller, seen, kinds)
        asked = AddItem(item_id, kind, body.category, body.due_on, at)
        await handlers.word_item(db, list_id, asked, body.text, caller)
        location = f"/v1/checklists/{list_id}/items/{item_id}"
        return created(request, await _item(db, list_id, item_id), location)

    return await once(here, key, run)


@router.get("/{item_id}", response_model=ItemRow)
async def show_item(
    list_id: UUID, item_id: UUID, here: Here, request: Request, caller: Reader
) -> Response:
    async with here.connection() as db:
        may_read(caller, await find(db, list_id))
        return shown(request, await _item(db, list_id, item_id))


@router.put("/{item_id}", response_model=ItemRow)
async def update_item(
    list_id: UUID,
    item_id: UUID,
    body: ItemBody,
    here: Here,
    request: Request,
    key: Key,
    seen: IfMatch,
    kinds: Kinds,
    caller: Keeper,
) -> Response:
    """Word it anew, or give it another category or day."""
    at = datetime.now(UTC)

    async def run(db: Db) -> Response:
        kind = await _kind(db, list_id, caller, seen, kinds)
        is_worded_anew = (await _item(db, list_id, item_id)).text != body.text
        asked = UpdateItem(item_id, kind, body.category, body.due_on, is_worded_anew, at)
        await handlers.word_item(db, list_id, asked, body.text, caller)
        return shown(request, await _item(db, list_id, item_id))

    return await once(here, key, run)


@router.post("/{item_id}/done", response_model=ItemRow)
async def finish_item(
    list_id: UUID,
    item_id: UUID,
    here: Here,
    request: Request,
    key: Key,
    seen: IfMatch,
    kinds: Kinds,
    caller: Doer,
) -> Response:
    at = datetime.now(UTC)

    async def run(db: Db) -> Response:
        kind = await _kind(db, list_id, caller, seen, kinds)
        await _item(db, list_id, item_id)
        asked = FinishItem(item_id, kind, at)
        await handlers.change_checklist(db, list_id, asked, caller)
        return shown(request, await _item(db, list_id, item_id))

    return await once(here, key, run)


@router.delete("/{item_id}", response_model=ItemRow)
async def remove_item(
    list_id: UUID,
    item_id: UUID,
    here: Here,
    request: Request,
    key: Key,
    seen: IfMatch,
    kinds: Kinds,
    caller: Keeper,
) -> Response:
    """It no longer stands on the list; that it did is kept."""
    at = datetime.now(UTC)

    async def run(db: Db) -> Response:
        await _kind(db, list_id, caller, seen, kinds)
        await _item(db, list_id, item_id)
        await handlers.change_checklist(db, list_id, RemoveItem(item_id, at), caller)
        return shown(request, await _item(db, list_id, item_id))

    return await once(here, key, run)


async def _item(db: Db, list_id: UUID, item_id: UUID) -> ItemRow:
    row = await checklists.item(db, list_id, item_id)
    if row is None:
        raise missing("item on this checklist")
    return row


async def _kind(db: Db, list_id: UUID, caller: Caller, seen: Seen, kinds: Catalogue) -> ListKind:
    """Of a list the caller may change, and has seen as it is."""
    row = await find(db, list_id)
    caller.keep_to(row.area)
    seen.check(row.version)
    return kinds.list_kind(row.kind)
