"""What volunteer hears, and what it does about it."""

from chassis.db import Db
from chassis.event_log import caused_by
from chassis.hears import Hears
from contracts import Envelope
from contracts.grid import AreaRegistered
from contracts.intake import CaseClosed, CaseDispatched, CaseWithdrawn
from volunteer import matching
from volunteer.domain.demand import PostDemand, demand_id
from volunteer.tables import areas

hears = Hears("volunteer")


@hears(AreaRegistered)
async def on_area(db: Db, heard: Envelope) -> None:
    await areas.add(db, heard.event.area)


@hears(CaseDispatched)
async def on_dispatched(db: Db, heard: Envelope) -> None:
    """Whoever was asked before need not come: the case went to somebody else, or out again."""
    match heard.event:
        case CaseDispatched(case_id=case_id, to=to, skill=skill, area=area, time=at) as event:
            posted = demand_id(case_id, heard.id) if to == "volunteers" else None
            origin = caused_by(heard)
            await matching.expire_of_case(
                db, case_id, "dispatched_elsewhere", at, origin, but=posted
            )
            if posted is not None:
                command = PostDemand(posted, case_id, area, skill, event.urgency, at)
                await matching.post(db, command, origin)


@hears(CaseClosed, CaseWithdrawn)
async def on_ended(db: Db, heard: Envelope) -> None:
    match heard.event:
        case CaseClosed(case_id=case_id, time=at):
            await matching.expire_of_case(db, case_id, "closed", at, caused_by(heard))
        case CaseWithdrawn(case_id=case_id, time=at):
            await matching.expire_of_case(db, case_id, "withdrawn", at, caused_by(heard))
