"""What people should be told, for those who carry it to them: by message, by telephone, by hand."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from asyncpg import Record
from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import Response
from pydantic import BaseModel

from chassis.access import Caller, allow
from chassis.db import Db
from chassis.service import Here
from chassis.web.asked import Body, Limit, Place, within
from chassis.web.idempotency import Key, once
from intake.api.views import Bilingual
from intake.desk import AtDesk
from intake.tables import notices

router = APIRouter(prefix="/v1/notices", tags=["notices"])

Notifier = Annotated[Caller, allow("notifier")]


class NoticeItem(BaseModel):
    number: int
    notice_id: UUID
    case_id: UUID
    area: str
    kind: str
    about: str
    """`step`, `overdue`, `extended`, or of another case `linked`, `ended` and `reopened`."""
    step: str
    """The step it is about; of another case, what that one is to this one."""
    words: Bilingual
    at: datetime
    has_phone: bool


class Notices(BaseModel):
    items: list[NoticeItem]
    last: int
    """Send it back as `after` for those that follow, at once or any time later."""
    has_more: bool
    """Ask again at once: others follow, or have no number yet, be they elsewhere."""


class Recipient(BaseModel):
    phone: str | None
    forgotten_at: datetime | None


class Delivery(Body):
    outcome: Literal["delivered", "failed", "unreachable"]


@router.get("")
async def list_notices(
    here: Here,
    desk: AtDesk,
    caller: Notifier,
    area: Place | None = None,
    after: Annotated[int, Query(ge=0, le=2**62, description="The last number seen.")] = 0,
    limit: Limit = 100,
) -> Notices:
    """In an order that never changes: none appears later before one that was seen."""
    code = within(caller, area)

    async def read(db: Db) -> Notices:
        has_unnumbered = await notices.number(db)
        rows = await notices.after(db, after, code, limit)
        persons = {row["case_id"] for row in rows}
        reachable = await desk.vault.having(db, persons, "phone")
        items = [_item(row, row["case_id"] in reachable) for row in rows]
        return Notices(
            items=items,
            last=items[-1].number if items else after,
            has_more=has_unnumbered or len(items) == limit,
        )

    return await here.transact(read)


@router.get("/{notice_id}/recipient")
async def read_recipient(here: Here, desk: AtDesk, caller: Notifier, notice_id: UUID) -> Recipient:
    """Who read the number is written down."""
    async with here.connection() as db:
        case_id = (await _found(db, caller, notice_id))["case_id"]
        people = await desk.vault.read(
            db, [case_id], ["phone"], purpose="notify", actor=caller.actor
        )
    person = people.get(case_id)
    if person is None:
        return Recipient(phone=None, forgotten_at=None)
    return Recipient(phone=person.texts.get("phone"), forgotten_at=person.forgotten_at)


@router.post("/{notice_id}/deliveries", status_code=204, response_class=Response)
async def report_delivery(
    here: Here, key: Key, caller: Notifier, notice_id: UUID, body: Delivery
) -> Response:
    """What came of it; after a failure it may be tried and reported again."""
    at = datetime.now(UTC)

    async def run(db: Db) -> Response:
        await _found(db, caller, notice_id)
        await notices.deliver(db, notice_id, body.outcome, at, caller.actor)
        return Response(status_code=204)

    return await once(here, key, run)


async def _found(db: Db, caller: Caller, notice_id: UUID) -> Record:
    row = await notices.find(db, notice_id)
    if row is None:
        raise HTTPException(404, "There is no such notice: look for it in the list.")
    caller.keep_to(row["area"])
    return row


def _item(row: Record, has_phone: bool) -> NoticeItem:
    words = Bilingual(zh=row["zh"], en=row["en"])
    return NoticeItem(**row, words=words, has_phone=has_phone)
