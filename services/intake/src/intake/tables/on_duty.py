"""The on_duty table: which grid worker is where, as grid announced it."""

from dataclasses import dataclass
from uuid import UUID

from chassis.db import Db, look
from contracts.grid import PostAssigned, PostReleased

ASSIGN = """
    INSERT INTO on_duty (post_id, person_id, area) VALUES ($1, $2, $3)
    ON CONFLICT (post_id) DO NOTHING
"""

RELEASE = "DELETE FROM on_duty WHERE post_id = $1"

# Of several at the same place each gets a share, the same one for the same case: no counter that
# all who file there would have to wait for. No row: the register has no such area.
PLACE = """
    SELECT (
        SELECT post_id
          FROM on_duty
         WHERE area = ANY($1::text[])
         ORDER BY array_position($1::text[], area), hashtext(post_id::text || $2::text)
         LIMIT 1
    ) AS post_id
      FROM areas
     WHERE code = $3
"""

IS_NEAR = "SELECT EXISTS (SELECT FROM on_duty WHERE post_id = $1 AND area = ANY($2::text[]))"


@dataclass(frozen=True)
class Place:
    """A place of the register."""

    post_id: UUID | None
    """The grid worker on duty for it."""


async def assign(db: Db, said: PostAssigned) -> None:
    await db.execute(ASSIGN, said.post_id, said.person_id, said.area)


async def release(db: Db, said: PostReleased) -> None:
    await db.execute(RELEASE, said.post_id)


async def place(db: Db, area: str, case_id: UUID) -> Place | None:
    """None when the register has no such area."""
    rows = await look(db, PLACE, around(area), str(case_id), area)
    return Place(rows[0]["post_id"]) if rows else None


async def nearest(db: Db, area: str, case_id: UUID) -> UUID | None:
    """The post that a case at this place goes to; None when nobody is on duty for it."""
    found = await place(db, area, case_id)
    return None if found is None else found.post_id


async def is_near(db: Db, post_id: UUID, area: str) -> bool:
    """Whether the post is filled and responsible for the place."""
    near: bool = await db.fetchval(IS_NEAR, post_id, around(area))
    return near


def around(area: str) -> list[str]:
    """The area itself, then its township: whose grid worker is responsible, the nearest first."""
    return list(dict.fromkeys((area, area[:9].ljust(12, "0"))))
