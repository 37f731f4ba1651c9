"""Who a record is about: read from the vault for a purpose, which is written down."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from chassis.access import Caller
from chassis.db import Db
from chassis.sealed.vault import Person
from intake.desk import Desk


class Contact(BaseModel):
    name: str | None
    phone: str | None
    forgotten_at: datetime | None


async def contact_of(db: Db, desk: Desk, record_id: UUID, purpose: str, by: Caller) -> Contact:
    """Answer only after the commit, or nobody would know that it was read."""
    found = await desk.vault.read(
        db, [record_id], ["name", "phone"], purpose=purpose, actor=by.actor
    )
    person = found.get(record_id, Person())
    name, phone = person.texts.get("name"), person.texts.get("phone")
    return Contact(name=name, phone=phone, forgotten_at=person.forgotten_at)
