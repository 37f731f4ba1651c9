"""Attaching files to a case, and taking them away. Each runs in the caller's transaction."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from chassis.db import Db
from intake.desk import Desk
from intake.domain.attaching import check_room
from intake.tables import attachments
from intake.tables.attachments import Attachment, field


async def attach(db: Db, desk: Desk, case_id: UUID, attachment: Attachment, content: bytes) -> None:
    """Raises Refused when the case has enough of them, or whoever filed it is forgotten."""
    await desk.vault.hold(db, [case_id])  # two at a time must not both be the last one allowed
    check_room([each.bytes for each in await attachments.of(db, case_id)], len(content))
    await attachments.keep(db, case_id, attachment)
    await desk.vault.put(db, {case_id: {field(attachment.attachment_id): content}})


async def detach(db: Db, desk: Desk, case_id: UUID, attachment_id: UUID) -> bool:
    """Whether there was one."""
    if not await attachments.remove(db, case_id, attachment_id):
        return False
    await desk.vault.drop(db, case_id, field(attachment_id))
    return True


def described(
    attachment_id: UUID, content: bytes, media_type: str, at: datetime, actor: str | None
) -> Attachment:
    return Attachment(
        attachment_id=attachment_id,
        attached_at=at,
        actor=actor,
        media_type=media_type,
        bytes=len(content),
        sha256=sha256(content).hexdigest(),
    )
