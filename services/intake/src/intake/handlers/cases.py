"""Commands on cases. Each runs in the caller's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from chassis.acquire import FAILED
from chassis.db import Db, HistoryMoved
from chassis.decider import Refused
from chassis.event_log import Origin, load
from chassis.execute import EVERYWHERE, NOBODY, Outcome, Past, record
from chassis.telemetry import log
from chassis.workflow.kind import Kind
from contracts import Event
from contracts.intake import CaseClosed, CaseLinked, CaseReopened, CaseStep, CaseWithdrawn
from intake.desk import Desk
from intake.domain import references
from intake.domain.case import Case
from intake.domain.commands import (
    AnnounceOverdue,
    Change,
    DispatchWaiting,
    Fields,
    FileCase,
    LearnEnd,
    LeavePost,
    TakeStep,
)
from intake.domain.likeness import pieces
from intake.domain.links import LEARNS
from intake.domain.notices import told as notices_of
from intake.receipt_codes import plain
from intake.tables import (
    cases,
    forbidden,
    likenesses,
    links,
    notices,
    on_duty,
    receipts,
    referable,
)

ENDING = (CaseClosed, CaseWithdrawn, CaseReopened, CaseLinked)
"""After these it may have come to another end than before."""

Texts = Mapping[str, str]
"""What a person told, by what it is: `text`, `name`, `phone`, `note_<version>`."""


async def file_case(
    db: Db,
    desk: Desk,
    command: FileCase,
    texts: Texts,
    receipt: str | None,
    *,
    written: Sequence[Texts] = (),
    origin: Origin = NOBODY,
    within: str = EVERYWHERE,
) -> None:
    """Raises Refused for a place that is not in the register, too.

    Whoever filed it is known to the vault by the case's id, and to nobody by anything else. One
    without a receipt was split off another one, which is followed by its own. `written` with each
    of the steps since.
    """
    place = await on_duty.place(db, command.area, command.case_id)
    if place is None:
        raise Refused(
            "{area} is no area of the register; file it at the 12-digit code of the village, the"
            " community or the township where it is",
            area=command.area,
        )
    if kind := desk.kinds.get(command.kind):
        command = await _completed(db, kind, command)
    command = replace(command, post_id=place.post_id)
    stream = stream_of(command.case_id)
    new: Past[Case | None] = Past((), desk.decider.initial)
    outcome = await record(db, desk.decider, stream, new, command, origin=origin, within=within)
    if outcome.state is not None:
        await _keep_new(db, desk, outcome.state, outcome, texts.get("text", ""), receipt)
    later = _by_version(outcome.said, command.since, written) if written else {}
    await desk.vault.put_first(db, command.case_id, {**texts, **later})


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
    past = await look_back(db, desk, case_id)
    outcome = await change_known(db, desk, case_id, past, command, origin=origin, within=within)
    return outcome.said


async def look_back(db: Db, desk: Desk, case_id: UUID) -> Past[Case | None]:
    history = await load(db, stream_of(case_id))
    return Past(history, desk.decider.replay(history))


async def change_known(
    db: Db,
    desk: Desk,
    case_id: UUID,
    past: Past[Case | None],
    command: Change,
    *,
    origin: Origin = NOBODY,
    within: str = EVERYWHERE,
) -> Outcome[Case | None]:
    """As change_case, where its past was looked back at already in this command."""
    stream = stream_of(case_id)
    outcome = await record(db, desk.decider, stream, past, command, origin=origin, within=within)
    if outcome.recorded:
        await _store(db, desk, outcome, origin)
    return outcome


async def find_worker(db: Db, case_id: UUID, area: str, command: TakeStep) -> TakeStep:
    """A dispatch to a grid worker, completed by the post that is on duty for the place.

    Raises Refused for a post that is not.
    """
    asked_for = command.fields.get("post_id")
    if isinstance(asked_for, UUID):
        if not await on_duty.is_near(db, asked_for, area):
            raise Refused(
                "post {post} is not on duty for {area}; leave post_id out",
                post=asked_for,
                area=area,
            )
        return command
    if command.step != "dispatched" or command.fields.get("to", "grid_worker") != "grid_worker":
        return command
    post_id = await on_duty.nearest(db, area, case_id)
    return replace(command, fields={**command.fields, **({"post_id": post_id} if post_id else {})})


async def look_up(db: Db, desk: Desk, case_id: UUID, area: str, command: TakeStep) -> TakeStep:
    """A step completed by what stands on record: the worker on duty, the item that forbids it.

    Raises Refused for a reference to something else than the kind asks for.
    """
    command = await find_worker(db, case_id, area, command)
    refers = any(isinstance(value, UUID) for value in command.fields.values())
    if not refers and command.step not in desk.gated_steps:
        return command
    row = await cases.what_is(db, case_id)
    kind = desk.kinds.get(row["kind"]) if row else None
    if row is None or kind is None:
        return command
    return replace(
        command,
        fields=await _with_references(db, kind, area, command.fields),
        barred_by=await barred_by(db, kind, area, row["category"]),
    )


async def _completed(db: Db, kind: Kind, command: FileCase) -> FileCase:
    """With what the records it names bring, at filing and in the steps since."""
    area = command.area
    since = [
        replace(step, fields=await _with_references(db, kind, area, step.fields))
        for step in command.since
    ]
    return replace(
        command,
        fields=await _with_references(db, kind, area, command.fields),
        since=tuple(since),
        barred_by=await barred_by(db, kind, area, command.category),
    )


async def _with_references(db: Db, kind: Kind, area: str, fields: Fields) -> Fields:
    """Raises Refused for a reference to something else than the kind asks for."""
    named = references.named(kind, fields)
    if not named:
        return fields
    records = await referable.find(db, named.values())
    for name, record_id in named.items():
        references.check(kind, area, name, records.get(record_id))
    return {**fields, **references.brought(kind, fields, records)}


async def barred_by(db: Db, kind: Kind, area: str, category: str | None) -> UUID | None:
    """The item of the kind's list that forbids what is asked for there."""
    if kind.gate is None or category is None:
        return None
    return await forbidden.find(db, kind.gate.checklist, category, area)


async def find_by_receipt(db: Db, desk: Desk, receipt: str) -> UUID | None:
    return await receipts.find(db, desk.vault.keyring.keyed_hash(plain(receipt)))


async def dispatch_waiting(
    db: Db, desk: Desk, case_id: UUID, post_id: UUID, at: datetime, origin: Origin = NOBODY
) -> None:
    await change_case(db, desk, case_id, DispatchWaiting(post_id, at), origin=origin)


async def leave_post(db: Db, desk: Desk, post_id: UUID, at: datetime, origin: Origin) -> None:
    """All that lies with a post goes to whoever else is on duty there, or back into the queue.

    A case that cannot be handed over is logged and left: it must not keep all others from it.
    """
    for case_id, area in await cases.in_hand(db, post_id):
        try:
            async with db.transaction():
                successor = await on_duty.nearest(db, area, case_id)
                command = LeavePost(post_id, successor, at)
                await change_case(db, desk, case_id, command, origin=origin)
        except (HistoryMoved, *FAILED):
            raise  # all of it is done again
        except Exception:
            log.exception("case_left_with_post", case=str(case_id))


async def announce_overdue(db: Db, desk: Desk, case_id: UUID, at: datetime) -> None:
    """Once for each step that is late. With none, the row that said so is set anew: dates follow
    from the kind's file and the calendar as they are now.
    """
    past = await look_back(db, desk, case_id)
    outcome = await change_known(db, desk, case_id, past, AnnounceOverdue(at))
    if not outcome.recorded:
        await _store(db, desk, outcome, NOBODY)


def _by_version(
    said: Sequence[Event], since: Sequence[TakeStep], written: Sequence[Texts]
) -> dict[str, str]:
    """What was written with each step, under the version that the step made."""
    versions = enumerate(said, 1)
    stored: dict[str, str] = {}
    for step, texts in zip(since, written, strict=True):
        for version, event in versions:
            if isinstance(event, CaseStep) and (event.step, event.time) == (step.step, step.at):
                stored |= {f"{name}_{version}": text for name, text in texts.items()}
                break
    return stored


def stream_of(case_id: UUID) -> str:
    return f"case-{case_id}"


async def _store(db: Db, desk: Desk, outcome: Outcome[Case | None], origin: Origin) -> None:
    case = outcome.state
    if case is not None:
        await cases.move(db, desk.kinds[case.kind], case, outcome.version)
        await _pass_on(db, desk, case, outcome.said, origin)


async def _keep_new(
    db: Db,
    desk: Desk,
    case: Case,
    outcome: Outcome[Case | None],
    text: str,
    receipt: str | None,
) -> None:
    """Its row, with what its text is compared by, and its receipt: who has none is told nothing."""
    kind, keyring = desk.kinds[case.kind], desk.vault.keyring
    await cases.file(db, kind, case, outcome.version)
    if alike := [keyring.keyed_number(piece) for piece in pieces(text)]:
        await likenesses.keep(db, case, alike)
    if receipt:
        await receipts.give(db, keyring.keyed_hash(plain(receipt)), case.case_id)
        if told := notices_of(desk.kinds, kind, outcome.said, case.links):
            await notices.tell_first(db, case, told)


async def _pass_on(db: Db, desk: Desk, case: Case, said: Sequence[Event], origin: Origin) -> None:
    """To whoever filed it, and to the cases that wait for its end."""
    for event in said:
        if isinstance(event, CaseLinked):
            await links.link(db, event)
    if told := notices_of(desk.kinds, desk.kinds[case.kind], said, case.links):
        await notices.tell(db, case, told)
    if any(isinstance(event, ENDING) for event in said):
        sources = (link.to_case for link in case.links if link.relation in LEARNS)
        for source in dict.fromkeys(sources):
            learn = LearnEnd(case.case_id, case.came_to, said[-1].time)
            await change_case(db, desk, source, learn, origin=origin)
