"""A grid: the smallest unit of territory somebody is responsible for (三级网格, G-01).

Three levels stand under one another. There is no overlap: one township grid for each township and
one community grid for each village or community; below it as many estate grids as it takes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias, assert_never
from uuid import UUID

from chassis.access import territory
from chassis.decider import Decider, Refused
from contracts import Event
from contracts.fields import GridLevel, Level
from contracts.grid import GridDrawn, GridRetired
from grid.domain.area import level_of

PARENT: dict[GridLevel, GridLevel | None] = {
    "township": None,
    "community": "township",
    "estate": "community",
}

PLACE: dict[GridLevel, Level] = {
    "township": "township",
    "community": "village",
    "estate": "village",
}
"""Level of the area a grid is drawn in. An estate has no code of its own: its village's is used."""


@dataclass(frozen=True)
class Grid:
    grid_id: UUID
    level: GridLevel
    area: str
    is_active: bool


@dataclass(frozen=True)
class DrawGrid:
    grid_id: UUID
    level: GridLevel
    area: str
    """A code of the register."""
    parent: Grid | None
    is_drawn_there: bool
    """Another grid of this level is active in this very area."""
    at: datetime


@dataclass(frozen=True)
class RetireGrid:
    children: int
    """Active grids right below it."""
    posts: int
    """Posts held in it."""
    at: datetime


Command: TypeAlias = DrawGrid | RetireGrid


def decide(grid: Grid | None, command: Command) -> Sequence[Event]:
    match command:
        case DrawGrid():
            return _draw(grid, command)
        case RetireGrid():
            return _retire(grid, command)
        case _:
            assert_never(command)


def _draw(grid: Grid | None, command: DrawGrid) -> Sequence[Event]:
    if grid is not None:
        return []
    if level_of(command.area) != PLACE[command.level]:
        raise Refused(
            f"A {command.level} grid is drawn in a {PLACE[command.level]}:"
            f" {command.area} is a {level_of(command.area)}."
        )
    _stand_under(command)
    if command.is_drawn_there and command.level != "estate":
        raise Refused(f"{command.area} has a {command.level} grid: retire that one first.")
    return [
        GridDrawn(
            area=command.area,
            time=command.at,
            grid_id=command.grid_id,
            level=command.level,
            parent_id=command.parent.grid_id if command.parent else None,
        )
    ]


def _stand_under(command: DrawGrid) -> None:
    expected, parent = PARENT[command.level], command.parent
    if expected is None:
        if parent is not None:
            raise Refused("A township grid stands under no other grid: leave out the parent.")
        return
    if parent is None or parent.level != expected:
        raise Refused(f"A {command.level} grid stands under a {expected} grid: name one as parent.")
    if not parent.is_active:
        raise Refused("The parent grid is retired: name the one that took its place.")
    if not command.area.startswith(territory(parent.area)):
        raise Refused(
            f"{command.area} is not in {parent.area}, where the parent grid lies:"
            " name the parent that it lies in."
        )


def _retire(grid: Grid | None, command: RetireGrid) -> Sequence[Event]:
    if grid is None:
        raise Refused("There is no such grid.")
    if not grid.is_active:
        return []
    if command.children:
        raise Refused(f"{command.children} grids stand under it: retire them first.")
    if command.posts:
        raise Refused(f"{command.posts} posts are held in it: release them first.")
    return [GridRetired(area=grid.area, time=command.at, grid_id=grid.grid_id, level=grid.level)]


def evolve(grid: Grid | None, event: Event) -> Grid | None:
    match event:
        case GridDrawn():
            return Grid(event.grid_id, event.level, event.area, is_active=True)
        case GridRetired():
            return replace(grid, is_active=False) if grid else None
        case _:
            return grid


decider = Decider[Grid | None, Command](None, decide, evolve)
