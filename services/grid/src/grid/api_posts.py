"""Posts and the people who hold them, over HTTP."""

from datetime import UTC, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field, StringConstraints, model_validator
from uuid_utils.compat import uuid7

from chassis.db import Db
from chassis.sealed.vault import Person, Vault
from chassis.service import Here
from chassis.web.asked import Body, Limit, Place, Words, within
from chassis.web.cursor import Cursor, Page
from chassis.web.etag import IfMatch
from chassis.web.idempotency import Key, once
from contracts.fields import Code
from grid import handlers
from grid.api import Caretaker, Kinds, Reader, Registrar, created, missing, shown
from grid.catalogue import RoleEntry
from grid.domain.post import Engagement, WayIn, WayOut
from grid.tables import posts
from grid.tables.posts import PostRow

router = APIRouter(prefix="/v1", tags=["posts"])

BY_ID = Cursor(tuple[UUID])


def vault_of(request: Request) -> Vault:
    vault: Vault = request.app.state.vault
    return vault


Sealed = Annotated[Vault, Depends(vault_of)]


class NewPost(Body):
    """At a grid, or at an area; held by a person known by `person_id`, or by a new one."""

    role: Code
    grid_id: UUID | None = None
    area: Place | None = None
    way: WayIn
    engagement: Engagement
    person_id: UUID | None = None
    name: Annotated[Words, StringConstraints(max_length=60)] | None = None
    phone: Annotated[str, Field(pattern=r"^\+?[0-9][0-9 -]{4,19}$")] | None = None

    @model_validator(mode="after")
    def has_one_place(self) -> Self:
        if (self.grid_id is None) == (self.area is None):
            raise ValueError("A post is at a grid or at an area: give grid_id or area.")
        return self


class Release(Body):
    way: WayOut


class Contact(BaseModel):
    person_id: UUID
    name: str | None
    phone: str | None
    forgotten_at: datetime | None


@router.get("/post-roles")
async def list_roles(kinds: Kinds, caller: Reader) -> dict[str, RoleEntry]:
    return kinds.role_entries


@router.post("/posts", status_code=201, response_model=PostRow)
async def assign_post(
    body: NewPost,
    here: Here,
    request: Request,
    key: Key,
    kinds: Kinds,
    vault: Sealed,
    caller: Registrar,
) -> Response:
    """Name and phone go to the vault and are in no event."""
    role = kinds.role(body.role)
    post_id, person_id, at = uuid7(), body.person_id or uuid7(), datetime.now(UTC)
    told = {"name": body.name, "phone": body.phone}
    texts = {field: text for field, text in told.items() if text}

    async def run(db: Db) -> Response:
        await handlers.assign_post(
            db,
            post_id,
            person_id,
            role,
            body.area,
            body.grid_id,
            body.way,
            body.engagement,
            caller,
            at,
        )
        await handlers.introduce(db, vault, person_id, texts, caller)
        return created(request, await _find(db, post_id), f"/v1/posts/{post_id}")

    return await once(here, key, run)


@router.post("/posts/{post_id}/release", response_model=PostRow)
async def release_post(
    post_id: UUID,
    body: Release,
    here: Here,
    request: Request,
    key: Key,
    seen: IfMatch,
    caller: Registrar,
) -> Response:
    at = datetime.now(UTC)

    async def run(db: Db) -> Response:
        row = await _find(db, post_id)
        caller.keep_to(row.area)
        seen.check(row.version)
        await handlers.release_post(db, post_id, body.way, caller, at)
        return shown(request, await _find(db, post_id))

    return await once(here, key, run)


@router.get("/posts")
async def list_posts(
    here: Here,
    caller: Reader,
    area: Annotated[Place | None, Query(description="In this area or below it.")] = None,
    role: Code | None = None,
    grid_id: UUID | None = None,
    person_id: UUID | None = None,
    is_held: bool | None = True,
    cursor: str | None = None,
    limit: Limit = 100,
) -> Page[PostRow]:
    scope = (within(caller, area), role, grid_id, person_id, is_held)
    after = BY_ID.read(cursor, *scope)
    async with here.connection() as db:
        rows = await posts.select(db, *scope, after[0] if after else None, limit + 1)
    return BY_ID.page(rows, limit, lambda row: (row.post_id,), lambda row: row, *scope)


@router.get("/posts/{post_id}", response_model=PostRow)
async def show_post(post_id: UUID, here: Here, request: Request, caller: Reader) -> Response:
    async with here.connection() as db:
        row = await _find(db, post_id)
    caller.keep_to(row.area)
    return shown(request, row)


@router.get("/posts/{post_id}/contact")
async def show_contact(
    post_id: UUID,
    purpose: Literal["dispatch", "administration"],
    here: Here,
    vault: Sealed,
    caller: Caretaker,
) -> Contact:
    """Who holds the post. That it was read, by whom and what for, is written down."""

    async def read(db: Db) -> Contact:
        row = await _find(db, post_id)
        caller.keep_to(row.area)
        found = await vault.read(
            db, [row.person_id], ["name", "phone"], purpose=purpose, actor=caller.actor
        )
        person = found.get(row.person_id, Person())
        name, phone = person.texts.get("name"), person.texts.get("phone")
        return Contact(
            person_id=row.person_id, name=name, phone=phone, forgotten_at=person.forgotten_at
        )

    return await here.transact(read)


@router.delete("/persons/{person_id}", status_code=204)
async def forget_person(
    person_id: UUID, here: Here, key: Key, vault: Sealed, caller: Registrar
) -> Response:
    """Destroy the key of what the vault has of them. Their posts stay, under the reference."""

    async def run(db: Db) -> Response:
        if not await handlers.forget_person(db, vault, person_id, caller):
            raise missing("person")
        return Response(status_code=204)

    return await once(here, key, run)


async def _find(db: Db, post_id: UUID) -> PostRow:
    row = await posts.find(db, post_id)
    if row is None:
        raise missing("post")
    return row
