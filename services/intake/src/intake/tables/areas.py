"""The areas table: which codes there are. Grid's own register decides, this is what it said."""

from chassis.event_log import Db
from contracts.grid import AreaRegistered

REGISTER = """
    INSERT INTO areas (code, name) VALUES ($1, $2)
    ON CONFLICT (code) DO UPDATE SET name = EXCLUDED.name
"""

NAME = "SELECT name FROM areas WHERE code = $1"


async def register(db: Db, said: AreaRegistered) -> None:
    await db.execute(REGISTER, said.area, said.name)


async def name_of(db: Db, code: str) -> str | None:
    name: str | None = await db.fetchval(NAME, code)
    return name
