"""Commands intake accepts. Each runs in the caller's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from chassis.decider import Refused
from chassis.event_log import Db, Origin, load
from chassis.execute import EVERYWHERE, NOBODY, Project, execute
from contracts import Event
from intake.desk import Desk
from intake.domain.commands import (
    AnnounceOverdue,
    Change,
    DispatchWaiting,
    FileCase,
    LeavePost,
    TakeStep,
)
from intake.receipt_codes import plain
from intake.tables import cases, on_duty, receipts

Texts = Mapping[str, str]
"""What a person told, by what it is: `text`, `name`, `phone`, `note_<version>`."""


async def file_case(
    db: Db,
    desk: Desk,
    command: FileCase,
    texts: Texts,
    receipt: str,
    *,
    origin: Origin = NOBODY,
    within: str = EVERYWHERE,
) -> None:
    """Raises Refused for a place that is not in the register, too.

    Whoever filed it is known to the vault by the case's id, and to nobody by anything else.
    """
    place = await on_duty.place(db, command.area, command.case_id)
    if place is None:
        raise Refused(
            f"{command.area} is no area of the register; file it at the 12-digit code of the"
            " village, the community or the township where it is"
        )
    stream = stream_of(command.case_id)
    await execute(
        db,
        desk.decider,
        stream,
        replace(command, post_id=place.post_id),
        project=_storing_new(desk, desk.vault.keyring.keyed_hash(plain(receipt))),
        origin=origin,
        within=within,
        creates=True,
    )
    await desk.vault.put(db, {command.case_id: texts})


async def change_case(
    db: Db,
    desk: Desk,
    case_id: UUID,
    command: Change,
    *,
    origin: Origin = NOBODY,
    within: str = EVERYWHERE,
) -> Sequence[Event]:
    """Raises Refused, OutsideArea or HistoryMoved as `execute` does."""
    stream = stream_of(case_id)
    return await execute(
        db,
        desk.decider,
        stream,
        command,
        project=_storing(desk, stream),
        origin=origin,
        within=within,
    )


async def find_worker(db: Db, case_id: UUID, area: str, command: TakeStep) -> TakeStep:
    """A dispatch to a grid worker, completed by the post that is on duty for the place.

    Raises Refused for a post that is not.
    """
    asked_for = command.fields.get("post_id")
    if isinstance(asked_for, UUID):
        if not await on_duty.is_near(db, asked_for, area):
            raise Refused(f"post {asked_for} is not on duty for {area}; leave post_id out")
        return command
    if command.step != "dispatched" or command.fields.get("to", "grid_worker") != "grid_worker":
        return command
    post_id = await on_duty.nearest(db, area, case_id)
    return replace(command, fields={**command.fields, **({"post_id": post_id} if post_id else {})})


async def find_by_receipt(db: Db, desk: Desk, receipt: str) -> UUID | None:
    return await receipts.find(db, desk.vault.keyring.keyed_hash(plain(receipt)))


async def dispatch_waiting(
    db: Db, desk: Desk, case_id: UUID, post_id: UUID, at: datetime, origin: Origin = NOBODY
) -> None:
    await change_case(db, desk, case_id, DispatchWaiting(post_id, at), origin=origin)


async def leave_post(db: Db, desk: Desk, post_id: UUID, at: datetime, origin: Origin) -> None:
    """All that lies with a post goes to whoever else is on duty there, or back into the queue."""
    for case_id, area in await cases.in_hand(db, post_id):
        successor = await on_duty.nearest(db, area, case_id)
        await change_case(db, desk, case_id, LeavePost(post_id, successor, at), origin=origin)


async def announce_overdue(db: Db, desk: Desk, case_id: UUID, at: datetime) -> None:
    """Once for each step that is late. With none, the row that said so is set anew: dates follow
    from the kind's file and the calendar as they are now.
    """
    if not await change_case(db, desk, case_id, AnnounceOverdue(at)):
        await _storing(desk, stream_of(case_id))(db, ())


def stream_of(case_id: UUID) -> str:
    return f"case-{case_id}"


def _storing(desk: Desk, stream: str) -> Project:
    async def store(db: Db, _said: Sequence[Event]) -> None:
        history = await load(db, stream)
        case = desk.decider.replay(history)
        if case is not None:
            await cases.store(db, desk.kinds[case.kind], case, len(history))

    return store


def _storing_new(desk: Desk, receipt_hash: bytes) -> Project:
    async def store(db: Db, said: Sequence[Event]) -> None:
        case = desk.decider.replay(said)
        if case is not None:
            await cases.store(db, desk.kinds[case.kind], case, len(said), receipt_hash)

    return store
