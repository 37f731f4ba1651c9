"""The attachments table: what was attached to a case. The content is in the vault."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from asyncpg import Record
from pydantic import BaseModel

from chassis.db import Db

KEEP = """
    INSERT INTO attachments (attachment_id, case_id, attached_at, actor, media_type, bytes, sha256)
    VALUES ($1, $2, $3, $4, $5, $6, decode($7, 'hex'))
"""

OF = """
    SELECT attachment_id, attached_at, actor, media_type, bytes, encode(sha256, 'hex') AS sha256
      FROM attachments WHERE case_id = $1
     ORDER BY attached_at, attachment_id
"""

REMOVE = "DELETE FROM attachments WHERE case_id = $1 AND attachment_id = $2 RETURNING true"

FORGET = "DELETE FROM attachments WHERE case_id = ANY($1)"


class Attachment(BaseModel):
    attachment_id: UUID
    attached_at: datetime
    actor: str | None
    """None: whoever filed the case."""
    media_type: str
    bytes: int
    sha256: str


async def keep(db: Db, case_id: UUID, attachment: Attachment) -> None:
    await db.execute(
        KEEP,
        attachment.attachment_id,
        case_id,
        attachment.attached_at,
        attachment.actor,
        attachment.media_type,
        attachment.bytes,
        attachment.sha256,
    )


async def of(db: Db, case_id: UUID) -> list[Attachment]:
    """In the order in which they were attached."""
    return [_attachment(row) for row in await db.fetch(OF, case_id)]


async def remove(db: Db, case_id: UUID, attachment_id: UUID) -> bool:
    """Whether there was one."""
    return bool(await db.fetchval(REMOVE, case_id, attachment_id))


async def forget(db: Db, case_ids: Sequence[UUID]) -> None:
    await db.execute(FORGET, case_ids)


def field(attachment_id: UUID) -> str:
    """Under which name the vault keeps the content, as a file of the case."""
    return f"attachment-{attachment_id}"


def _attachment(row: Record) -> Attachment:
    return Attachment.model_validate(dict(row))
