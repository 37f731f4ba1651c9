"""Grids over HTTP: drawn, retired, read."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import StringConstraints
from uuid_utils.compat import uuid7

from chassis.db import Db
from chassis.service import Here
from chassis.web.asked import Body, Limit, Place, Words, within
from chassis.web.cursor import Cursor, Page
from chassis.web.etag import IfMatch
from chassis.web.idempotency import Key, once
from contracts.fields import GridLevel
from grid import handlers
from grid.api import Reader, Registrar, created, missing, shown
from grid.tables import grids
from grid.tables.grids import GridRow

router = APIRouter(prefix="/v1/grids", tags=["grids"])

BY_ID = Cursor(tuple[UUID])


class NewGrid(Body):
    level: GridLevel
    area: Place
    parent_id: UUID | None = None
    name: Annotated[Words, StringConstraints(max_length=60)] | None = None


@router.post("", status_code=201, response_model=GridRow)
async def draw_grid(
    body: NewGrid, here: Here, request: Request, key: Key, caller: Registrar
) -> Response:
    """A township grid in a township, a community grid in a village, estate grids below that."""
    grid_id, at = uuid7(), datetime.now(UTC)

    async def run(db: Db) -> Response:
        await handlers.draw_grid(
            db, grid_id, body.level, body.area, body.parent_id, body.name, caller, at
        )
        return created(request, await _find(db, grid_id), f"/v1/grids/{grid_id}")

    return await once(here, key, run)


@router.post("/{grid_id}/retirement", response_model=GridRow)
async def retire_grid(
    grid_id: UUID, here: Here, request: Request, key: Key, seen: IfMatch, caller: Registrar
) -> Response:
    """Possible when no active grid stands under it and no post is held in it."""
    at = datetime.now(UTC)

    async def run(db: Db) -> Response:
        row = await _find(db, grid_id)
        caller.keep_to(row.area)
        seen.check(row.version)
        await handlers.retire_grid(db, grid_id, caller, at)
        return shown(request, await _find(db, grid_id))

    return await once(here, key, run)


@router.get("")
async def list_grids(
    here: Here,
    caller: Reader,
    area: Annotated[Place | None, Query(description="In this area or below it.")] = None,
    level: GridLevel | None = None,
    parent_id: UUID | None = None,
    is_active: bool | None = True,
    is_staffed: Annotated[bool | None, Query(description="Has a grid worker.")] = None,
    cursor: str | None = None,
    limit: Limit = 100,
) -> Page[GridRow]:
    scope = (within(caller, area), level, parent_id, is_active, is_staffed)
    after = BY_ID.read(cursor, *scope)
    async with here.connection() as db:
        rows = await grids.select(db, *scope, after[0] if after else None, limit + 1)
    return BY_ID.page(rows, limit, lambda row: (row.grid_id,), lambda row: row, *scope)


@router.get("/{grid_id}", response_model=GridRow)
async def show_grid(grid_id: UUID, here: Here, request: Request, caller: Reader) -> Response:
    async with here.connection() as db:
        row = await _find(db, grid_id)
    caller.keep_to(row.area)
    return shown(request, row)


async def _find(db: Db, grid_id: UUID) -> GridRow:
    row = await grids.find(db, grid_id)
    if row is None:
        raise missing("grid")
    return row
