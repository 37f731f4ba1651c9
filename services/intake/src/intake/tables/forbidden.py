"""The forbidden table: what grid's lists say nobody may ask for, as grid announced it."""

from uuid import UUID

from chassis.db import Db
from contracts.grid import ChecklistItemAdded, ChecklistItemRemoved, ChecklistItemUpdated

FORBID = """
    INSERT INTO forbidden (item_id, checklist, area, category) VALUES ($1, $2, $3, $4)
    ON CONFLICT (item_id) DO UPDATE SET category = EXCLUDED.category
"""

ALLOW = "DELETE FROM forbidden WHERE item_id = $1"

# A list binds the division it was published for and all within it; the narrowest one is named.
FIND = """
    SELECT item_id
      FROM forbidden
     WHERE checklist = $1 AND category = $2 AND area = ANY($3::text[])
     ORDER BY area DESC, item_id
     LIMIT 1
"""


async def forbid(db: Db, said: ChecklistItemAdded | ChecklistItemUpdated) -> None:
    await db.execute(FORBID, said.item_id, said.kind, said.area, said.category)


async def allow(db: Db, said: ChecklistItemRemoved) -> None:
    await db.execute(ALLOW, said.item_id)


async def find(db: Db, checklist: str, category: str, area: str) -> UUID | None:
    """The item by which that kind of list forbids the category at a place."""
    around = [area[:digits].ljust(12, "0") for digits in (2, 4, 6, 9, 12)]
    item_id: UUID | None = await db.fetchval(FIND, checklist, category, around)
    return item_id
