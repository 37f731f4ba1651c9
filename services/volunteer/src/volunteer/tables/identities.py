"""The identities table: one registration per person, known by a keyed hash alone."""

from uuid import UUID

from chassis.db import Db

# A second registration at the same moment waits here until the first is committed.
CLAIM = """
    INSERT INTO identities (number_hash, volunteer_id) VALUES ($1, $2)
    ON CONFLICT (number_hash) DO NOTHING
    RETURNING true
"""

RELEASE = "DELETE FROM identities WHERE volunteer_id = $1"


async def claim(db: Db, number_hash: bytes, volunteer_id: UUID) -> bool:
    """False when this person is registered already."""
    return bool(await db.fetchval(CLAIM, number_hash, volunteer_id))


async def release(db: Db, volunteer_id: UUID) -> None:
    await db.execute(RELEASE, volunteer_id)
