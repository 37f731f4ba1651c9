"""Forums over HTTP: established by registrars, seen by everybody."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field
from uuid_utils.compat import uuid7

from chassis.access import territory
from chassis.db import Db
from chassis.service import Here
from chassis.web.afterwards import At
from chassis.web.asked import Body, Limit, Line, Place
from chassis.web.cursor import Page
from chassis.web.etag import IfMatch, tagged
from chassis.web.idempotency import Key, once
from contracts.fields import Code
from intake import handlers
from intake.api.reading import open_to_all
from intake.api.records.answers import BY_ID, Registrar, created, there_is
from intake.desk import AtDesk
from intake.domain.forum import EstablishForum, next_rung
from intake.domain.values import listed
from intake.tables import forums
from intake.tables.forums import Forum

router = APIRouter(prefix="/v1/forums", tags=["forums"])


MOST_ABOVE = 100


class NewForum(Body):
    kind: Code
    area: Place
    name: Annotated[Line, Field(max_length=100)]
    """Public, as the people there call it."""
    brand: Code | None = None
    grid_id: UUID | None = None


@router.post("", status_code=201, response_model=Forum)
async def establish_forum(
    body: NewForum,
    here: Here,
    desk: AtDesk,
    request: Request,
    key: Key,
    caller: Registrar,
    at: At,
) -> Response:
    caller.keep_to(body.area)
    rules = listed(desk.lists.forum_kinds, "kind of forum", body.kind)
    forum_id = uuid7()

    async def run(db: Db) -> Response:
        open_there = await forums.open_in(db, body.kind, body.area) if rules.is_single else None
        change = EstablishForum(
            forum_id, body.kind, rules, body.area, at, body.brand, body.grid_id, open_there
        )
        await handlers.forums.establish(db, desk, change, body.name, caller)
        made = await find(db, forum_id)
        return created(request, made, made.version, f"/v1/forums/{forum_id}")

    return await once(here, key, run)


@router.post("/{forum_id}/closure", response_model=Forum)
async def close_forum(
    forum_id: UUID, here: Here, request: Request, key: Key, seen: IfMatch, caller: Registrar
) -> Response:
    """It no longer meets; what began there goes on."""
    at = datetime.now(UTC)

    async def run(db: Db) -> Response:
        row = await find(db, forum_id)
        caller.keep_to(row.area)
        seen.check(row.version)
        await handlers.forums.close(db, forum_id, at, caller)
        closed = await find(db, forum_id)
        return tagged(request, closed, closed.version)

    return await once(here, key, run)


@router.get("", dependencies=open_to_all)
async def list_forums(
    here: Here,
    area: Place | None = None,
    kind: Code | None = None,
    brand: Code | None = None,
    is_open: bool | None = None,
    cursor: str | None = None,
    limit: Limit = 100,
) -> Page[Forum]:
    scope = territory(area) if area else "", [kind] if kind else None, brand, is_open
    (after,) = BY_ID.read(cursor, *scope) or (None,)
    async with here.connection() as db:
        rows = await forums.list_after(db, *scope, after, limit + 1)
    return BY_ID.page(rows, limit, lambda row: (row.forum_id,), lambda row: row, *scope)


@router.get("/{forum_id}", dependencies=open_to_all, response_model=Forum)
async def show_forum(forum_id: UUID, here: Here, request: Request) -> Response:
    async with here.connection() as db:
        row = await find(db, forum_id)
    return tagged(request, row, row.version)


@router.get("/{forum_id}/above", dependencies=open_to_all)
async def list_above(forum_id: UUID, here: Here, desk: AtDesk) -> list[Forum]:
    """Where a matter goes that was not settled there: the open forums one rung higher."""
    kinds = desk.lists.forum_kinds
    async with here.connection() as db:
        row = await find(db, forum_id)
        rung = next_rung(kinds[row.kind].rung) if row.kind in kinds else None
        above = [name for name, kind in kinds.items() if rung and kind.rung == rung]
        return await forums.list_after(db, territory(row.area), above, None, True, None, MOST_ABOVE)


async def find(db: Db, forum_id: UUID) -> Forum:
    """Raises a 404."""
    return there_is(await forums.get(db, forum_id), "forum")
