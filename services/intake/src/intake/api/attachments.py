"""Pictures and papers that belong to a case: kept sealed, read for a purpose."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, HTTPException, Request, Response
from uuid_utils.compat import uuid7

from chassis.access import Known, allow, public
from chassis.db import Db
from chassis.service import Here
from chassis.web.idempotency import Key, once
from chassis.web.rate_limit import MINUTE, limited
from intake.api.cases import Purpose, found_for
from intake.api.filing import Receipt
from intake.api.following import find_by_code
from intake.desk import AtDesk, Desk
from intake.domain.attaching import TYPES, media_type
from intake.handlers.attachments import attach, described, detach
from intake.settings import Settings
from intake.tables import attachments
from intake.tables.attachments import Attachment

PATH = "/v1/cases/{case_id}/attachments"

BINARY = {"schema": {"type": "string", "format": "binary"}}
SENT: dict[str, Any] = {
    "requestBody": {"required": True, "content": dict.fromkeys(TYPES, BINARY)},
}
"""The file itself is the body. What it is, its first bytes say, whatever its header says."""


async def _content(request: Request) -> bytes:
    return await request.body()


Content = Annotated[bytes, Depends(_content)]


def routes(settings: Settings, desk: Desk) -> APIRouter:
    router = APIRouter(tags=["attachments"])
    told = [allow(*sorted(desk.handlers))]
    limit = limited(settings.filings_a_minute, MINUTE)
    router.post(
        PATH, status_code=201, dependencies=told, response_model=Attachment, openapi_extra=SENT
    )(attach_to_case)
    router.get(PATH, dependencies=told)(list_attachments)
    router.get(PATH + "/{attachment_id}", dependencies=told, response_class=Response)(read_content)
    router.delete(PATH + "/{attachment_id}", status_code=204, dependencies=told)(remove)
    router.post(
        "/v1/receipts/case/attachments",
        status_code=201,
        dependencies=[public, limit],
        response_model=Attachment,
        openapi_extra=SENT,
    )(attach_to_own)
    return router


async def attach_to_case(
    here: Here, desk: AtDesk, caller: Known, key: Key, case_id: UUID, content: Content
) -> Response:
    """A jpeg, png, webp or pdf of at most 5 MB; ten to a case, 20 MB in all."""
    attachment = _described(content, caller.actor)

    async def run(db: Db) -> Response:
        found = await found_for(db, desk, caller, case_id)
        desk.check_told(found.kind, caller.roles)
        await attach(db, desk, case_id, attachment, content)
        return _made(attachment)

    return await once(here, key, run)


async def attach_to_own(
    here: Here,
    desk: AtDesk,
    key: Key,
    content: Content,
    receipt_code: Annotated[Receipt, Header()],
) -> Response:
    """By whoever filed the case. The code is a header, so that no log of addresses has it."""
    attachment = _described(content, None)

    async def run(db: Db) -> Response:
        found = await find_by_code(db, desk, receipt_code)
        await attach(db, desk, found.case.case_id, attachment, content)
        return _made(attachment)

    return await once(here, key.with_header("receipt-code"), run)


async def list_attachments(
    here: Here, desk: AtDesk, caller: Known, case_id: UUID
) -> list[Attachment]:
    async with here.connection() as db:
        found = await found_for(db, desk, caller, case_id)
        desk.check_told(found.kind, caller.roles)
        return await attachments.of(db, case_id)


async def read_content(
    here: Here,
    desk: AtDesk,
    caller: Known,
    case_id: UUID,
    attachment_id: UUID,
    purpose: Purpose,
) -> Response:
    """The file. Who read it, and for which purpose, is written down."""
    async with here.connection() as db:
        found = await found_for(db, desk, caller, case_id)
        desk.check_told(found.kind, caller.roles)
        content = await desk.vault.read_file(
            db,
            case_id,
            attachments.field(attachment_id),
            purpose=purpose,
            actor=caller.actor,
        )
    kind = media_type(content) if content else None
    if content is None or kind is None:
        raise _no_attachment()
    name = f"{attachment_id}{TYPES[kind]}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)


async def remove(
    here: Here, desk: AtDesk, caller: Known, case_id: UUID, attachment_id: UUID
) -> None:
    """Destroy the file."""

    async def run(db: Db) -> None:
        found = await found_for(db, desk, caller, case_id)
        desk.check_told(found.kind, caller.roles)
        if not await detach(db, desk, case_id, attachment_id):
            raise _no_attachment()

    await here.transact(run)


def _described(content: bytes, actor: str | None) -> Attachment:
    kind = media_type(content)
    if kind is None:
        sentence = f"This is none of the types that are kept: {', '.join(TYPES)}."
        raise HTTPException(415, sentence)
    return described(uuid7(), content, kind, datetime.now(UTC), actor)


def _made(attachment: Attachment) -> Response:
    return Response(attachment.model_dump_json(), 201, media_type="application/json")


def _no_attachment() -> HTTPException:
    return HTTPException(404, "There is no such attachment: look for it in the case's list.")
