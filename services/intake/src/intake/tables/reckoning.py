"""The reckoning table: by what dates were last reckoned anew, and how far that came."""

from uuid import UUID

from chassis.db import Db

FIRST = UUID(int=0)

REACHED = "SELECT reached FROM reckoning WHERE digest = $1"

KEEP = """
    INSERT INTO reckoning (digest, reached) VALUES ($1, $2)
    ON CONFLICT (only_one) DO UPDATE SET digest = excluded.digest, reached = excluded.reached
"""


async def reached(db: Db, digest: bytes) -> UUID | None:
    """The case behind which to go on; None when all were gone through by this."""
    row = await db.fetchrow(REACHED, digest)
    return row["reached"] if row else FIRST


async def keep(db: Db, digest: bytes, reached: UUID | None) -> None:
    await db.execute(KEEP, digest, reached)
