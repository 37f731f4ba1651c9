"""Commands grid accepts, each with the facts it is decided on. The caller owns the transaction."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.access import Caller
from chassis.db import Db
from chassis.decider import Refused
from chassis.event_log import Origin
from chassis.execute import execute, execute_many
from chassis.sealed.vault import Vault
from contracts.fields import GridLevel
from grid.domain import area, checklist, grid, post
from grid.domain.register import BadRow, Row, Sorted, codes, sort_out
from grid.tables import areas, checklists, grids, posts, texts

CHUNK = 500
"""Rows of an import between two words on its progress."""


async def import_areas(
    db: Db,
    rows: Sequence[Row | BadRow],
    part: str,
    by: Caller,
    at: datetime,
    tell: Callable[[int, int], None],
) -> Sorted:
    """Register what is new among the rows. `tell` hears how many are done, of how many.

    Raises BadRows or OutsideArea before it has told or changed anything.
    """
    known = await areas.names(db, codes(rows))
    found = sort_out(rows, known, part)
    for row in found.new:
        by.keep_to(row.code)
    registered = set(known)
    for start in range(0, len(found.new), CHUNK):
        chunk = found.new[start : start + CHUNK]
        commands = []
        for row in chunk:
            is_parent_known = row.parent in registered
            registered.add(row.code)
            command = area.RegisterArea(
                row.code, area.level_of(row.code), row.parent, row.name, is_parent_known, at
            )
            commands.append((f"area-{row.code}", command))
        await execute_many(db, area.decider, commands, project=areas.project, **_as(by))
        tell(start + len(chunk), len(found.new))
    return found


async def set_statistics(db: Db, command: area.SetStatistics, by: Caller) -> None:
    await execute(
        db, area.decider, f"area-{command.code}", command, project=areas.project, **_as(by)
    )


async def draw_grid(
    db: Db,
    grid_id: UUID,
    level: GridLevel,
    area_code: str,
    parent_id: UUID | None,
    name: str | None,
    by: Caller,
    at: datetime,
) -> None:
    by.keep_to(area_code)
    if not await areas.hold(db, area_code):
        raise Refused(f"{area_code} is no area of the register: import it first.")
    parent = await _hold_grid(db, parent_id) if parent_id else None
    is_drawn_there = await grids.is_drawn(db, area_code, level)
    command = grid.DrawGrid(grid_id, level, area_code, parent, is_drawn_there, at)
    await execute(
        db,
        grid.decider,
        f"grid-{grid_id}",
        command,
        project=grids.project,
        creates=True,
        **_as(by),
    )
    if name:
        await texts.put(db, grid_id, name)


async def retire_grid(db: Db, grid_id: UUID, by: Caller, at: datetime) -> None:
    await grids.lock(db, grid_id)
    children, held = await grids.children(db, grid_id), await posts.held_in(db, grid_id)
    command = grid.RetireGrid(children, held, at)
    await execute(db, grid.decider, f"grid-{grid_id}", command, project=grids.project, **_as(by))


async def assign_post(
    db: Db,
    post_id: UUID,
    person_id: UUID,
    role: post.Role,
    area_code: str | None,
    grid_id: UUID | None,
    way: post.WayIn,
    engagement: post.Engagement,
    by: Caller,
    at: datetime,
) -> None:
    """At a grid, and so in its area, or at an area."""
    place = await _hold_grid(db, grid_id) if grid_id else None
    code = place.area if place else str(area_code)
    by.keep_to(code)
    if place is None and await areas.find(db, code) is None:
        raise Refused(f"{code} is no area of the register: import it first.")
    await posts.hold_person(db, person_id)
    is_held = await posts.is_held(db, person_id, role.name, code, grid_id)
    command = post.AssignPost(post_id, person_id, role, code, place, way, engagement, is_held, at)
    await execute(
        db,
        post.decider,
        f"post-{post_id}",
        command,
        project=posts.project,
        creates=True,
        **_as(by),
    )


async def release_post(db: Db, post_id: UUID, way: post.WayOut, by: Caller, at: datetime) -> None:
    command = post.ReleasePost(way, at)
    await execute(db, post.decider, f"post-{post_id}", command, project=posts.project, **_as(by))


async def introduce(
    db: Db, vault: Vault, person_id: UUID, told: Mapping[str, str], by: Caller
) -> None:
    """Name and phone go to the vault. Nobody overwrites those of a person who is others' too."""
    if not told:
        return
    await posts.hold_person(db, person_id)
    if not all(by.covers(row.area) for row in await posts.of_person(db, person_id)):
        raise Refused("This person has posts outside your area: leave out name and phone.")
    await vault.put(db, {person_id: told})


async def forget_person(db: Db, vault: Vault, person_id: UUID, by: Caller) -> bool:
    """Destroy what the vault has of somebody who holds no post any more; False when unknown."""
    await posts.hold_person(db, person_id)
    rows = await posts.of_person(db, person_id)
    for row in rows:
        by.keep_to(row.area)
    if any(row.released_at is None for row in rows):
        raise Refused("This person holds a post: release it first.")
    if rows:
        await vault.forget(db, [person_id])
    return bool(rows)


async def publish_checklist(
    db: Db, command: checklist.PublishChecklist, title: str, by: Caller
) -> None:
    by.keep_to(command.area)
    if await areas.find(db, command.area) is None:
        raise Refused(f"{command.area} is no area of the register: import it first.")
    await texts.put(db, command.checklist_id, title)
    await change_checklist(db, command.checklist_id, command, by)


async def word_item(
    db: Db,
    checklist_id: UUID,
    command: checklist.AddItem | checklist.UpdateItem,
    text: str,
    by: Caller,
) -> None:
    await change_checklist(db, checklist_id, command, by)
    await texts.put(db, command.item_id, text)


async def change_checklist(
    db: Db, checklist_id: UUID, command: checklist.Command, by: Caller
) -> None:
    await execute(
        db,
        checklist.decider,
        f"checklist-{checklist_id}",
        command,
        project=checklists.project,
        **_as(by),
    )


async def _hold_grid(db: Db, grid_id: UUID) -> grid.Grid:
    found = await grids.hold(db, grid_id)
    if found is None:
        raise Refused(f"There is no grid {grid_id}: list those of the area.")
    return found


def _as(by: Caller) -> dict[str, Any]:
    """What `execute` must know of the caller."""
    return {"origin": Origin(actor=by.actor), "within": by.territory}
