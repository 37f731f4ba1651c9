"""The checklists table and their items."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from chassis.db import Db
from contracts import Event
from contracts.grid import (
    ChecklistItemAdded,
    ChecklistItemDone,
    ChecklistItemRemoved,
    ChecklistItemUpdated,
    ChecklistPublished,
)

ADD = """
    INSERT INTO checklists (checklist_id, kind, area, published_at, version)
    VALUES ($1, $2, $3, $4, 1)
"""

MOVE_ON = "UPDATE checklists SET version = version + 1 WHERE checklist_id = $1"

ADD_ITEM = """
    INSERT INTO checklist_items (item_id, checklist_id, category, due_on, added_at)
    VALUES ($1, $2, $3, $4, $5)
"""

UPDATE_ITEM = "UPDATE checklist_items SET category = $2, due_on = $3 WHERE item_id = $1"

FINISH_ITEM = "UPDATE checklist_items SET done_at = $2 WHERE item_id = $1"

REMOVE_ITEM = "UPDATE checklist_items SET removed_at = $2 WHERE item_id = $1"

FIND = "SELECT * FROM counted_checklists WHERE checklist_id = $1"

# A list binds everything below its area, so it is shown there too.
LIST = """
    SELECT *
      FROM counted_checklists
     WHERE ((area >= $1 AND area < $1 || ':') OR area = ANY($2))
       AND ($3::text IS NULL OR kind = $3)
       AND ($4::uuid IS NULL OR checklist_id > $4)
     ORDER BY checklist_id
     LIMIT $5
"""

ITEMS = """
    SELECT *
      FROM worded_items
     WHERE checklist_id = $1
       AND ($2::text IS NULL OR state = $2)
       AND ($3::text IS NULL OR category = $3)
       AND ($4::uuid IS NULL OR item_id > $4)
     ORDER BY item_id
     LIMIT $5
"""

ITEM = "SELECT * FROM worded_items WHERE checklist_id = $1 AND item_id = $2"

State = Literal["open", "done", "removed"]


@dataclass(frozen=True)
class ChecklistRow:
    checklist_id: UUID
    kind: str
    area: str
    title: str
    published_at: datetime
    open: int
    done: int
    version: int


@dataclass(frozen=True)
class ItemRow:
    item_id: UUID
    checklist_id: UUID
    text: str
    category: str
    due_on: date | None
    state: State
    added_at: datetime
    done_at: datetime | None
    removed_at: datetime | None
    version: int
    """Of the checklist it stands on."""


async def project(db: Db, events: Sequence[Event]) -> None:
    for event in events:
        match event:
            case ChecklistPublished(checklist_id=id_, kind=kind, area=area, time=at):
                await db.execute(ADD, id_, kind, area, at)
                continue
            case ChecklistItemAdded(item_id=item, checklist_id=id_, category=category, time=at):
                await db.execute(ADD_ITEM, item, id_, category, event.due_on, at)
            case ChecklistItemUpdated(item_id=item, checklist_id=id_, category=category):
                await db.execute(UPDATE_ITEM, item, category, event.due_on)
            case ChecklistItemDone(item_id=item, checklist_id=id_, time=at):
                await db.execute(FINISH_ITEM, item, at)
            case ChecklistItemRemoved(item_id=item, checklist_id=id_, time=at):
                await db.execute(REMOVE_ITEM, item, at)
            case _:
                continue
        await db.execute(MOVE_ON, id_)


async def find(db: Db, checklist_id: UUID) -> ChecklistRow | None:
    row = await db.fetchrow(FIND, checklist_id)
    return ChecklistRow(**row) if row else None


async def select(
    db: Db, within: str, above: Sequence[str], kind: str | None, after: UUID | None, most: int
) -> list[ChecklistRow]:
    """Lists of areas whose codes begin with `within` or are among `above`, oldest first."""
    rows = await db.fetch(LIST, within, above, kind, after, most)
    return [ChecklistRow(**row) for row in rows]


async def items(
    db: Db,
    checklist_id: UUID,
    state: State | None,
    category: str | None,
    after: UUID | None,
    most: int,
) -> list[ItemRow]:
    rows = await db.fetch(ITEMS, checklist_id, state, category, after, most)
    return [ItemRow(**row) for row in rows]


async def item(db: Db, checklist_id: UUID, item_id: UUID) -> ItemRow | None:
    row = await db.fetchrow(ITEM, checklist_id, item_id)
    return ItemRow(**row) if row else None
