"""Routes about volunteers: register, look up, choose skills, deregister."""

from datetime import datetime
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, BaseModel, Field
from uuid_utils.compat import uuid7

from chassis.access import public
from chassis.db import Db
from chassis.event_log import Origin
from chassis.sealed.vault import Vault
from chassis.service import Here, Service
from chassis.web.afterwards import At
from chassis.web.asked import Body, Limit, Line, Place, within
from chassis.web.cursor import Cursor, Page
from chassis.web.etag import IfMatch, etag, tagged
from chassis.web.idempotency import Key, Once, once
from chassis.web.rate_limit import limited
from contracts.fields import Code
from volunteer import handlers
from volunteer.api import (
    DESK,
    REGISTRARS,
    Desk,
    InVault,
    Lists,
    OwnOrDesk,
    OwnOrRegistrar,
    Registrar,
    is_own,
    must_know,
    must_list,
    now,
    there_is,
)
from volunteer.asked import Asked, by
from volunteer.domain import identity
from volunteer.domain.volunteer import ChooseSkills, Register
from volunteer.tables import volunteers

router = APIRouter(prefix="/v1", tags=["volunteers"])

LOCAL = ZoneInfo("Asia/Shanghai")
BY_ID = Cursor(tuple[UUID])


def _identity_number(text: str) -> str:
    return identity.checked(text, datetime.now(LOCAL).date())


class Registration(Body):
    identity_number: Annotated[str, AfterValidator(_identity_number)] = Field(repr=False)
    """Resident identity number (GB 11643-1999). Checked, and kept only as a keyed hash."""
    name: Annotated[Line, Field(max_length=50, repr=False)]
    phone: str = Field(pattern=r"^\+?[0-9][0-9 -]{5,19}$", repr=False)
    area: Place
    """Where the volunteer lives."""
    skills: frozenset[Code] = frozenset()


class Skills(Body):
    skills: frozenset[Code]
    """All of them: those not named are given up."""


class Contact(BaseModel):
    name: str | None
    phone: str | None


@router.post("/registrations", status_code=201, dependencies=[public, limited(20, 60)])
async def register_oneself(
    body: Registration, here: Here, vault: InVault, lists: Lists, key: Key
) -> Response:
    """Offer to help. Each person registers once."""
    return await _register(body, here, vault, lists, key, Asked(Origin()), now())


@router.post("/volunteers", status_code=201)
async def register_volunteer(
    body: Registration,
    here: Here,
    vault: InVault,
    lists: Lists,
    key: Key,
    caller: Registrar,
    at: At,
) -> Response:
    """Register somebody who came to the counter."""
    caller.keep_to(body.area)
    return await _register(body, here, vault, lists, key, by(caller), at)


@router.get("/volunteers")
async def list_volunteers(
    here: Here,
    caller: Desk,
    area: Place | None = None,
    skill: Code | None = None,
    cursor: str | None = None,
    limit: Limit = 100,
) -> Page[volunteers.Volunteer]:
    place = within(caller, area)
    (after,) = BY_ID.read(cursor, place, skill) or (None,)
    async with here.connection() as db:
        rows = await volunteers.list_after(db, place, skill, after, limit + 1)
    return BY_ID.page(rows, limit, lambda row: (row.volunteer_id,), lambda row: row, place, skill)


@router.get("/volunteers/{volunteer_id}")
async def show_volunteer(
    volunteer_id: UUID,
    here: Here,
    request: Request,
    caller: OwnOrDesk,
) -> Response:
    is_own(caller, volunteer_id, *DESK)
    async with here.connection() as db:
        who = there_is(await volunteers.get(db, volunteer_id), "volunteer")
    caller.keep_to(who.area)
    return tagged(request, who, who.version)


@router.get("/volunteers/{volunteer_id}/contact")
async def show_contact(
    volunteer_id: UUID,
    here: Here,
    vault: InVault,
    caller: OwnOrDesk,
) -> Contact:
    """Name and phone. Each look is written down."""
    own = is_own(caller, volunteer_id, *DESK)

    async def read(db: Db) -> Contact:
        who = there_is(await volunteers.get(db, volunteer_id), "volunteer")
        caller.keep_to(who.area)
        purpose = "own_contact" if own else "call_volunteer"
        fields = ("name", "phone")
        found = await vault.read(db, [volunteer_id], fields, purpose=purpose, actor=caller.actor)
        return Contact(**{field: found[volunteer_id].texts.get(field) for field in fields})

    return await here.transact(read)


@router.put("/volunteers/{volunteer_id}/skills")
async def choose_skills(
    volunteer_id: UUID,
    body: Skills,
    here: Here,
    request: Request,
    lists: Lists,
    key: Key,
    seen: IfMatch,
    caller: OwnOrRegistrar,
) -> Response:
    is_own(caller, volunteer_id, *REGISTRARS)
    must_list(lists.skills, "skill", *body.skills)
    choice = ChooseSkills(body.skills, now())

    async def run(db: Db) -> Response:
        who = there_is(await volunteers.get(db, volunteer_id), "volunteer")
        caller.keep_to(who.area)
        await handlers.choose_skills(db, who, choice, by(caller, seen))
        who = there_is(await volunteers.get(db, volunteer_id), "volunteer")
        return tagged(request, who, who.version)

    return await once(here, key, run)


@router.post("/volunteers/{volunteer_id}/deregistration", status_code=204)
async def deregister(
    volunteer_id: UUID,
    here: Here,
    vault: InVault,
    key: Key,
    seen: IfMatch,
    caller: OwnOrRegistrar,
) -> Response:
    """End the registration; name and phone are forgotten. The person may register anew."""
    is_own(caller, volunteer_id, *REGISTRARS)
    at = now()

    async def run(db: Db) -> Response:
        who = there_is(await volunteers.get(db, volunteer_id), "volunteer")
        caller.keep_to(who.area)
        await handlers.deregister(db, vault, who, at, by(caller, seen))
        return Response(status_code=204)

    return await once(here, key, run)


async def _register(
    body: Registration,
    here: Service,
    vault: Vault,
    lists: Lists,
    key: Once,
    asked: Asked,
    at: datetime,
) -> Response:
    must_list(lists.skills, "skill", *body.skills)
    volunteer_id = uuid7()
    registered = Register(volunteer_id, body.area, body.skills, at)
    person = handlers.Person(body.identity_number, body.name, body.phone)
    headers = {"location": f"/v1/volunteers/{volunteer_id}", "etag": etag(1)}
    answer = JSONResponse({"volunteer_id": str(volunteer_id)}, 201, headers)

    async def run(db: Db) -> Response:
        await must_know(db, body.area)
        await handlers.register(db, vault, person, registered, asked)
        return answer

    return await once(here, key, run)
