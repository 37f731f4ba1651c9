"""The reckoned_by table: by what the dates of cases that had none were last looked for."""

from chassis.db import Db

IS_BY = "SELECT EXISTS (SELECT FROM reckoned_by WHERE digest = $1)"

KEEP = """
    INSERT INTO reckoned_by (digest) VALUES ($1)
    ON CONFLICT (only_one) DO UPDATE SET digest = excluded.digest
"""


async def is_by(db: Db, digest: bytes) -> bool:
    same: bool = await db.fetchval(IS_BY, digest)
    return same


async def keep(db: Db, digest: bytes) -> None:
    await db.execute(KEEP, digest)
