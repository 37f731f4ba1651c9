"""A checklist: items that bind or that are to be done. Their wording stays in grid's tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeAlias, assert_never
from uuid import UUID

from chassis.decider import Decider, Refused
from contracts import Event
from contracts.grid import (
    ChecklistItemAdded,
    ChecklistItemDone,
    ChecklistItemRemoved,
    ChecklistItemUpdated,
    ChecklistPublished,
)


@dataclass(frozen=True)
class ListKind:
    """One entry of kinds/checklists.toml."""

    name: str
    has_tasks: bool
    """Items can be done; those of a standing list only hold or do not."""
    categories: frozenset[str]
    """Items are of one of these; of any where none is listed."""


@dataclass(frozen=True)
class PublishChecklist:
    checklist_id: UUID
    kind: ListKind
    area: str
    at: datetime


@dataclass(frozen=True)
class AddItem:
    item_id: UUID
    kind: ListKind
    category: str
    due_on: date | None
    at: datetime


@dataclass(frozen=True)
class UpdateItem:
    item_id: UUID
    kind: ListKind
    category: str
    due_on: date | None
    is_worded_anew: bool
    at: datetime


@dataclass(frozen=True)
class FinishItem:
    item_id: UUID
    kind: ListKind
    at: datetime


@dataclass(frozen=True)
class RemoveItem:
    item_id: UUID
    at: datetime


OnItem: TypeAlias = AddItem | UpdateItem | FinishItem | RemoveItem
Command: TypeAlias = PublishChecklist | OnItem


@dataclass(frozen=True)
class Item:
    category: str
    due_on: date | None
    is_done: bool = False
    is_removed: bool = False


@dataclass(frozen=True)
class Checklist:
    published: ChecklistPublished | None = None
    items: Mapping[UUID, Item] = field(default_factory=dict)


def decide(checklist: Checklist, command: Command) -> Sequence[Event]:
    match command:
        case PublishChecklist():
            return _publish(checklist, command)
        case AddItem():
            return _add(checklist, command)
        case UpdateItem():
            return _update(checklist, command)
        case FinishItem():
            return _finish(checklist, command)
        case RemoveItem():
            return _remove(checklist, command)
        case _:
            assert_never(command)


def _publish(checklist: Checklist, command: PublishChecklist) -> Sequence[Event]:
    if checklist.published:
        return []
    return [
        ChecklistPublished(
            area=command.area,
            time=command.at,
            checklist_id=command.checklist_id,
            kind=command.kind.name,
        )
    ]


def _add(checklist: Checklist, command: AddItem) -> Sequence[Event]:
    about = _about(checklist, command)
    _check_category(command.kind, command.category)
    if command.item_id in checklist.items:
        return []
    return [ChecklistItemAdded(**about, category=command.category, due_on=command.due_on)]


def _update(checklist: Checklist, command: UpdateItem) -> Sequence[Event]:
    about, item = _about(checklist, command), _standing(checklist, command.item_id)
    _check_category(command.kind, command.category)
    is_same = (item.category, item.due_on) == (command.category, command.due_on)
    if is_same and not command.is_worded_anew:
        return []
    return [
        ChecklistItemUpdated(
            **about,
            category=command.category,
            category_before=item.category,
            is_done=item.is_done,
            due_on=command.due_on,
        )
    ]


def _finish(checklist: Checklist, command: FinishItem) -> Sequence[Event]:
    about, item = _about(checklist, command), _standing(checklist, command.item_id)
    if not command.kind.has_tasks:
        name = command.kind.name
        raise Refused(f"Items of {name} hold as long as they stand: remove the item instead.")
    return [] if item.is_done else [ChecklistItemDone(**about, category=item.category)]


def _remove(checklist: Checklist, command: RemoveItem) -> Sequence[Event]:
    about, item = _about(checklist, command), _known(checklist, command.item_id)
    if item.is_removed:
        return []
    return [ChecklistItemRemoved(**about, category=item.category, was_done=item.is_done)]


def _about(checklist: Checklist, command: OnItem) -> dict[str, Any]:
    """What every event of an item says."""
    if checklist.published is None:
        raise Refused("There is no such checklist: publish it first.")
    return {
        "area": checklist.published.area,
        "time": command.at,
        "checklist_id": checklist.published.checklist_id,
        "item_id": command.item_id,
        "kind": checklist.published.kind,
    }


def _known(checklist: Checklist, item_id: UUID) -> Item:
    if item_id not in checklist.items:
        raise Refused("There is no such item on this checklist.")
    return checklist.items[item_id]


def _standing(checklist: Checklist, item_id: UUID) -> Item:
    item = _known(checklist, item_id)
    if item.is_removed:
        raise Refused("This item was removed from the checklist: add it as a new one.")
    return item


def _check_category(kind: ListKind, category: str) -> None:
    if kind.categories and category not in kind.categories:
        possible = " or ".join(sorted(kind.categories))
        raise Refused(f"{category} is no category of {kind.name}: choose {possible}.")


def evolve(checklist: Checklist, event: Event) -> Checklist:
    match event:
        case ChecklistPublished():
            return replace(checklist, published=event)
        case ChecklistItemAdded():
            return _with(checklist, event.item_id, Item(event.category, event.due_on))
        case ChecklistItemUpdated():
            item = checklist.items[event.item_id]
            changed = replace(item, category=event.category, due_on=event.due_on)
            return _with(checklist, event.item_id, changed)
        case ChecklistItemDone():
            done = replace(checklist.items[event.item_id], is_done=True)
            return _with(checklist, event.item_id, done)
        case ChecklistItemRemoved():
            removed = replace(checklist.items[event.item_id], is_removed=True)
            return _with(checklist, event.item_id, removed)
        case _:
            return checklist


def _with(checklist: Checklist, item_id: UUID, item: Item) -> Checklist:
    return replace(checklist, items={**checklist.items, item_id: item})


decider = Decider[Checklist, Command](Checklist(), decide, evolve)
