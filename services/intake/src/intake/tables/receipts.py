"""The receipts table: from the hash of a receipt code to its case. Kept by `cases.store`."""

from uuid import UUID

from chassis.event_log import Db

FIND = "SELECT case_id FROM receipts WHERE code_hash = $1"


async def find(db: Db, code_hash: bytes) -> UUID | None:
    case_id: UUID | None = await db.fetchval(FIND, code_hash)
    return case_id
