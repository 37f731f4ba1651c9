"""Routes about demands: look up, fulfil, hand back."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from chassis.access import Caller, Forbidden, allow
from chassis.db import Db
from chassis.decider import Refused
from chassis.execute import EVERYWHERE
from chassis.service import Here, Service
from chassis.web.asked import Limit, Place, within
from chassis.web.cursor import Cursor, Page
from chassis.web.etag import IfMatch, Seen, tagged
from chassis.web.idempotency import Key, Once, once
from volunteer import matching
from volunteer.api import DESK, Desk, OwnOrDesk, is_own, now, there_is
from volunteer.asked import Asked, by
from volunteer.domain.demand import FulfilDemand, HandBackDemand
from volunteer.tables import demands

router = APIRouter(prefix="/v1", tags=["demands"])

BY_POSTING = Cursor(tuple[datetime, UUID])


@router.get("/demands")
async def list_demands(
    here: Here,
    caller: Desk,
    area: Place | None = None,
    state: demands.State | None = None,
    cursor: str | None = None,
    limit: Limit = 100,
) -> Page[demands.Demand]:
    return await _page(here, within(caller, area), state, None, cursor, limit)


@router.get("/volunteers/{volunteer_id}/demands")
async def list_demands_of_volunteer(
    volunteer_id: UUID,
    here: Here,
    caller: OwnOrDesk,
    state: demands.State | None = None,
    cursor: str | None = None,
    limit: Limit = 100,
) -> Page[demands.Demand]:
    """What this volunteer is or was asked for; to themselves, wherever in the city it is needed."""
    within = EVERYWHERE if is_own(caller, volunteer_id, *DESK) else caller.territory
    return await _page(here, within, state, volunteer_id, cursor, limit)


@router.get("/demands/{demand_id}")
async def show_demand(
    demand_id: UUID,
    here: Here,
    request: Request,
    caller: OwnOrDesk,
) -> Response:
    async with here.connection() as db:
        found = there_is(await demands.get(db, demand_id), "demand")
    _acting(caller, found, *DESK)
    return tagged(request, found, found.version)


@router.post("/demands/{demand_id}/fulfilment")
async def fulfil_demand(
    demand_id: UUID,
    here: Here,
    request: Request,
    key: Key,
    seen: IfMatch,
    caller: Annotated[Caller, allow("volunteer", "dispatcher")],
) -> Response:
    """The help was given. A dispatcher may say so for a volunteer who called in."""
    at = now()

    async def fulfil(db: Db, wanted: demands.Demand, volunteer_id: UUID, asked: Asked) -> None:
        await matching.fulfil(db, wanted, FulfilDemand(volunteer_id, at), asked)

    return await _change(here, request, key, seen, caller, demand_id, fulfil)


@router.post("/demands/{demand_id}/return")
async def hand_back_demand(
    demand_id: UUID,
    here: Here,
    request: Request,
    key: Key,
    seen: IfMatch,
    caller: Annotated[Caller, allow("volunteer", "dispatcher")],
) -> Response:
    """The volunteer cannot do it after all; the next one is asked."""
    at = now()

    async def hand_back(db: Db, wanted: demands.Demand, volunteer_id: UUID, asked: Asked) -> None:
        await matching.hand_back(db, wanted, HandBackDemand(volunteer_id, at), asked)

    return await _change(here, request, key, seen, caller, demand_id, hand_back)


async def _page(
    here: Service,
    within: str,
    state: demands.State | None,
    volunteer_id: UUID | None,
    cursor: str | None,
    limit: int,
) -> Page[demands.Demand]:
    scope = within, state, volunteer_id
    after = BY_POSTING.read(cursor, *scope)
    async with here.connection() as db:
        rows = await demands.list_after(db, *scope, after, limit + 1)
    return BY_POSTING.page(
        rows, limit, lambda row: (row.posted_at, row.demand_id), lambda row: row, *scope
    )


async def _change(
    here: Service,
    request: Request,
    key: Once,
    seen: Seen,
    caller: Caller,
    demand_id: UUID,
    change: Callable[[Db, demands.Demand, UUID, Asked], Awaitable[None]],
) -> Response:
    """Answers with the demand as it is afterwards."""

    async def run(db: Db) -> Response:
        wanted = there_is(await demands.get(db, demand_id), "demand")
        own = _acting(caller, wanted, "dispatcher")
        volunteer_id = own or wanted.volunteer_id
        if volunteer_id is None:
            raise Refused("Nobody is found for this demand yet: it waits for a volunteer.")
        asked = by(caller, seen)
        await change(db, wanted, volunteer_id, replace(asked, within=EVERYWHERE) if own else asked)
        changed = there_is(await demands.get(db, demand_id), "demand")
        return tagged(request, changed, changed.version)

    return await once(here, key, run)


def _acting(caller: Caller, wanted: demands.Demand, *roles: str) -> UUID | None:
    """The id of the volunteer who calls, if they are or were asked; None for these other roles.

    Who was asked may act wherever in the city it is needed. Raises Forbidden or OutsideArea.
    """
    for volunteer_id in (wanted.volunteer_id, *wanted.handed_back_by):
        if "volunteer" in caller.roles and caller.actor == str(volunteer_id):
            return volunteer_id
    if caller.roles.isdisjoint(roles):
        raise Forbidden("Another volunteer is asked for this: see the demands that are yours.")
    caller.keep_to(wanted.area)
    return None
