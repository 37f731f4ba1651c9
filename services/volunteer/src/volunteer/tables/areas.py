"""The areas table: which codes there are, as grid announced them."""

from chassis.db import Db

ADD = "INSERT INTO areas (area) VALUES ($1) ON CONFLICT DO NOTHING"

IS_KNOWN = "SELECT EXISTS (SELECT FROM areas WHERE area = $1)"


async def add(db: Db, area: str) -> None:
    await db.execute(ADD, area)


async def is_known(db: Db, area: str) -> bool:
    return bool(await db.fetchval(IS_KNOWN, area))
