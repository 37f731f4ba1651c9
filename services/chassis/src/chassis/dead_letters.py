"""What could not be handled: written down, looked at, handled again or dropped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from chassis.db import Db
from chassis.logs import frames, told
from chassis.pull import Message

if TYPE_CHECKING:
    from chassis.listen import Listener

BURY = """
    INSERT INTO dead_letters (durable, sequence, subject, body, error, traceback, attempts)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (durable, sequence) DO NOTHING
"""

LIST = """
    SELECT id, durable, sequence, subject, error, attempts, buried_at
      FROM dead_letters
     WHERE id > $1
     ORDER BY id
     LIMIT $2
"""

SHOW = "SELECT * FROM dead_letters WHERE id = $1"

EXHUME = "DELETE FROM dead_letters WHERE id = $1 RETURNING durable, sequence, subject, body"

COUNT = "SELECT count(*) FROM dead_letters"


@dataclass(frozen=True)
class DeadLetter:
    id: int
    durable: str
    sequence: int
    subject: str
    error: str
    attempts: int
    buried_at: datetime


async def bury(db: Db, durable: str, message: Message, fault: Exception, attempts: int) -> None:
    await db.execute(
        BURY,
        durable,
        message.sequence,
        message.subject,
        message.body.decode(errors="replace").replace("\0", ""),
        told(fault),
        frames(fault),
        attempts,
    )


async def list_after(db: Db, after: int, most: int) -> list[DeadLetter]:
    return [DeadLetter(**row) for row in await db.fetch(LIST, after, most)]


async def show(db: Db, letter_id: int) -> dict[str, object] | None:
    """The whole letter with body and traceback; None when there is none."""
    row = await db.fetchrow(SHOW, letter_id)
    return None if row is None else dict(row)


async def replay(db: Db, letter_id: int, listeners: "Sequence[Listener]") -> bool:
    """Handle it again in the caller's transaction; False when there is no such letter.

    Raises what the handler raises: the letter then stays.
    """
    row = await db.fetchrow(EXHUME, letter_id)
    if row is None:
        return False
    (listener,) = (one for one in listeners if one.durable == row["durable"])
    message = Message(row["sequence"], row["subject"], row["body"].encode())
    await listener.handle(db, [message])
    return True


async def drop(db: Db, letter_id: int) -> bool:
    return await db.fetchrow(EXHUME, letter_id) is not None
