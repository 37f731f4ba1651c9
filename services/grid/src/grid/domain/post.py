"""A post: a person, known here as a reference only, in a role at a place (G-03, G-05, G-06 …)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias, assert_never
from uuid import UUID

from chassis.decider import Decider, Refused
from contracts import Event
from contracts.fields import Level
from contracts.grid import PostAssigned, PostReleased
from grid.domain.area import level_of
from grid.domain.grid import Grid

WayIn: TypeAlias = Literal["recruited", "elected", "appointed"]
WayOut: TypeAlias = Literal["promoted", "released", "recalled"]
Engagement: TypeAlias = Literal["full_time", "part_time"]


@dataclass(frozen=True)
class Role:
    """One entry of kinds/roles.toml."""

    name: str
    needs_grid: bool
    levels: frozenset[Level]
    """Of the areas where the role may be held."""


@dataclass(frozen=True)
class AssignPost:
    post_id: UUID
    person_id: UUID
    role: Role
    area: str
    """A code of the register."""
    grid: Grid | None
    way: WayIn
    engagement: Engagement
    is_held: bool
    """The person has this very role at this very place."""
    at: datetime


@dataclass(frozen=True)
class ReleasePost:
    way: WayOut
    at: datetime


Command: TypeAlias = AssignPost | ReleasePost


@dataclass(frozen=True)
class Post:
    assigned: PostAssigned
    is_held: bool = True


def decide(post: Post | None, command: Command) -> Sequence[Event]:
    match command:
        case AssignPost():
            return _assign(post, command)
        case ReleasePost():
            return _release(post, command)
        case _:
            assert_never(command)


def _assign(post: Post | None, command: AssignPost) -> Sequence[Event]:
    role, grid = command.role, command.grid
    if post is not None:
        return []
    if role.needs_grid and grid is None:
        raise Refused(f"A {role.name} works in a grid: name the grid.")
    if grid is not None and not grid.is_active:
        raise Refused("This grid is retired: name one that is active.")
    if level_of(command.area) not in role.levels:
        possible = " or a ".join(sorted(role.levels))
        raise Refused(
            f"{command.area} is a {level_of(command.area)}: the role {role.name} is held in a"
            f" {possible}."
        )
    if command.is_held:
        raise Refused(f"This person is {role.name} there already: release that post first.")
    return [
        PostAssigned(
            area=command.area,
            time=command.at,
            post_id=command.post_id,
            person_id=command.person_id,
            role=role.name,
            way=command.way,
            engagement=command.engagement,
            grid_id=grid.grid_id if grid else None,
        )
    ]


def _release(post: Post | None, command: ReleasePost) -> Sequence[Event]:
    if post is None:
        raise Refused("There is no such post.")
    if not post.is_held:
        return []
    assigned = post.assigned
    return [
        PostReleased(
            area=assigned.area,
            time=command.at,
            post_id=assigned.post_id,
            person_id=assigned.person_id,
            role=assigned.role,
            way=command.way,
            engagement=assigned.engagement,
            grid_id=assigned.grid_id,
        )
    ]


def evolve(post: Post | None, event: Event) -> Post | None:
    match event:
        case PostAssigned():
            return Post(event)
        case PostReleased():
            return replace(post, is_held=False) if post else None
        case _:
            return post


decider = Decider[Post | None, Command](None, decide, evolve)
