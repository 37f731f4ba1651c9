"""What grid announces: territory, posts and lists."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from contracts.event import Event
from contracts.fields import AreaCode, Code, DivisionName, GridLevel, Level


class AreaRegistered(Event):
    """A division of the state's register is known to the city."""

    type = "grid.area.registered.v1"

    level: Level
    parent: AreaCode | None
    name: DivisionName
    is_urban: bool
    """A residents' community (社区), not a village (村). Only meaningful at level `village`."""


class AreaStatisticsSet(Event):
    """The counted numbers of a division for a year.

    The changes are against the numbers in force, those of the latest year known, so that their sum
    is the number itself; they are 0 when an earlier year is filled in later.
    """

    type = "grid.area.statistics_set.v1"

    year: int = Field(ge=1949, le=2200)
    households: int = Field(ge=0)
    population: int = Field(ge=0)
    urban_residents: int = Field(ge=0)
    households_change: int
    population_change: int
    urban_residents_change: int


class GridDrawn(Event):
    """A grid came into force."""

    type = "grid.grid.drawn.v1"

    grid_id: UUID
    level: GridLevel
    parent_id: UUID | None


class GridRetired(Event):
    """A grid is no longer in force."""

    type = "grid.grid.retired.v1"

    grid_id: UUID
    level: GridLevel


class PostAssigned(Event):
    """A person, known here only as a reference, holds a role at a place."""

    type = "grid.post.assigned.v1"

    post_id: UUID
    person_id: UUID
    role: Code
    way: Literal["recruited", "elected", "appointed"]
    engagement: Literal["full_time", "part_time"]
    grid_id: UUID | None = None


class PostReleased(Event):
    """The person no longer holds the role."""

    type = "grid.post.released.v1"

    post_id: UUID
    person_id: UUID
    role: Code
    way: Literal["promoted", "released", "recalled"]
    engagement: Literal["full_time", "part_time"]
    grid_id: UUID | None = None


class ChecklistPublished(Event):
    """A list that binds: what a village need not do, which certificates nobody may ask for …"""

    type = "grid.checklist.published.v1"

    checklist_id: UUID
    kind: Code


class ChecklistItemAdded(Event):
    """One more item on the list."""

    type = "grid.checklist.item_added.v1"

    checklist_id: UUID
    item_id: UUID
    kind: Code
    category: Code
    due_on: date | None = None


class ChecklistItemUpdated(Event):
    """The item was worded anew, moved to another category or given another day."""

    type = "grid.checklist.item_updated.v1"

    checklist_id: UUID
    item_id: UUID
    kind: Code
    category: Code
    category_before: Code
    is_done: bool
    due_on: date | None = None


class ChecklistItemDone(Event):
    """The item is done."""

    type = "grid.checklist.item_done.v1"

    checklist_id: UUID
    item_id: UUID
    kind: Code
    category: Code


class ChecklistItemRemoved(Event):
    """The item no longer stands on the list."""

    type = "grid.checklist.item_removed.v1"

    checklist_id: UUID
    item_id: UUID
    kind: Code
    category: Code
    was_done: bool
