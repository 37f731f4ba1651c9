"""What intake hears, and what it does about it."""

from datetime import UTC, datetime
from uuid import UUID

from chassis.db import Db
from chassis.event_log import caused_by
from chassis.hears import Hears
from contracts import Envelope
from contracts.grid import (
    AreaRegistered,
    ChecklistItemAdded,
    ChecklistItemRemoved,
    ChecklistItemUpdated,
    PostAssigned,
    PostReleased,
)
from contracts.volunteer import DemandExpired, DemandFulfilled, DemandMatched
from intake import handlers
from intake.desk import Desk
from intake.domain.commands import TakeStep
from intake.tables import areas, cases, forbidden, on_duty


def policies(desk: Desk) -> Hears:
    hears = Hears("intake")

    @hears(AreaRegistered)
    async def on_area(db: Db, heard: Envelope) -> None:
        said = heard.event
        assert isinstance(said, AreaRegistered)  # noqa: S101 - for the type checker
        await areas.register(db, said)

    @hears(PostAssigned, PostReleased)
    async def on_post(db: Db, heard: Envelope) -> None:
        """Cases wait for whoever comes on duty, and do not stay with whoever leaves."""
        now = datetime.now(UTC)
        match heard.event:
            case PostAssigned(role="grid_worker", post_id=post_id, area=area) as said:
                await on_duty.assign(db, said)
                for case_id in await cases.awaiting_worker(db, area):
                    await handlers.cases.dispatch_waiting(
                        db, desk, case_id, post_id, now, caused_by(heard)
                    )
            case PostReleased(role="grid_worker", post_id=post_id) as said:
                await on_duty.release(db, said)
                await handlers.cases.leave_post(db, desk, post_id, now, caused_by(heard))

    @hears(ChecklistItemAdded, ChecklistItemUpdated, ChecklistItemRemoved)
    async def on_item(db: Db, heard: Envelope) -> None:
        """Of every list: which ones are the gate of a kind, a city's file may change."""
        match heard.event:
            case ChecklistItemRemoved() as said:
                await forbidden.allow(db, said)
            case ChecklistItemAdded() | ChecklistItemUpdated() as said:
                await forbidden.forbid(db, said)

    @hears(DemandMatched, DemandFulfilled, DemandExpired)
    async def on_demand(db: Db, heard: Envelope) -> None:
        match heard.event:
            case DemandMatched(case_id=UUID() as case_id):
                step = "in_progress"
            case DemandFulfilled(case_id=UUID() as case_id):
                step = "resolved"
            case DemandExpired(case_id=UUID() as case_id) if heard.causation_id is None:
                step = "returned"
            case _:
                return  # not for a case, or the echo of what intake itself said
        command = TakeStep(step, frozenset({"volunteer"}), datetime.now(UTC))
        await handlers.cases.change_case(db, desk, case_id, command, origin=caused_by(heard))

    return hears
