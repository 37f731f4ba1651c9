"""The notes table: who wrote one beside a case, and when. The words are in the vault."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from asyncpg import Record

from chassis.db import Db

KEEP = "INSERT INTO notes (note_id, case_id, noted_at, actor) VALUES ($1, $2, $3, $4)"

OF = "SELECT note_id, noted_at, actor FROM notes WHERE case_id = $1 ORDER BY noted_at, note_id"


async def keep(db: Db, note_id: UUID, case_id: UUID, at: datetime, actor: str) -> None:
    await db.execute(KEEP, note_id, case_id, at, actor)


async def of(db: Db, case_id: UUID) -> Sequence[Record]:
    """In the order in which they were written."""
    return await db.fetch(OF, case_id)


def field(note_id: UUID) -> str:
    """Under which name the vault keeps the words, as a text of the case."""
    return f"note-{note_id}"
