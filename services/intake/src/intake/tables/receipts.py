"""The receipts table: from the hash of a receipt code to its case."""

from uuid import UUID

from chassis.db import Db, write

GIVE = """
    given AS (INSERT INTO receipts (code_hash, case_id) VALUES ($1, $2))
"""

FIND = "SELECT case_id FROM receipts WHERE code_hash = $1"


async def give(db: Db, code_hash: bytes, case_id: UUID) -> None:
    await write(db, GIVE, code_hash, case_id)


async def find(db: Db, code_hash: bytes) -> UUID | None:
    case_id: UUID | None = await db.fetchval(FIND, code_hash)
    return case_id
