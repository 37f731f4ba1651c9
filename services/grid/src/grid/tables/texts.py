"""The texts table: names, titles and wordings, by the id of what they are about."""

from uuid import UUID

from chassis.db import Db

PUT = """
    INSERT INTO texts (about, words) VALUES ($1, $2)
    ON CONFLICT (about) DO UPDATE SET words = EXCLUDED.words
"""


async def put(db: Db, about: UUID, words: str) -> None:
    await db.execute(PUT, about, words)
