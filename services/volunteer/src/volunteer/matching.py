"""Commands on demands, and who is found for whom. Each runs in the caller's transaction.

A demand is matched when it is posted or handed back; a volunteer, when they become free or able.
Every command here waits for its turn in its city first (`demands.queue` says why).
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.db import Db
from chassis.event_log import Origin
from chassis.execute import EVERYWHERE, execute
from contracts import Event
from contracts.volunteer import DemandExpired
from volunteer.asked import Asked
from volunteer.domain import demand
from volunteer.domain.demand import (
    ExpireDemand,
    FulfilDemand,
    HandBackDemand,
    MatchDemand,
    PostDemand,
    Reason,
)
from volunteer.tables import demands, volunteers


async def post(db: Db, command: PostDemand, origin: Origin) -> None:
    """Post it and ask the nearest free volunteer at once; posting it again changes nothing."""
    await demands.queue(db, command.area)
    if await _change(db, command.demand_id, command, origin):
        await _find_volunteer(db, command.demand_id, command.at, origin)


async def fulfil(db: Db, wanted: demands.Demand, command: FulfilDemand, asked: Asked) -> None:
    """The help was given; the volunteer is free for the next demand."""
    await _take(db, wanted, asked)
    if await _change(db, wanted.demand_id, command, asked.origin, asked.within):
        await find_demand(db, command.volunteer_id, command.at, asked.origin)


async def hand_back(db: Db, wanted: demands.Demand, command: HandBackDemand, asked: Asked) -> None:
    """Ask somebody else, and the volunteer for something else."""
    await _take(db, wanted, asked)
    if await _change(db, wanted.demand_id, command, asked.origin, asked.within):
        await _find_volunteer(db, wanted.demand_id, command.at, asked.origin)
        await find_demand(db, command.volunteer_id, command.at, asked.origin)


async def expire_of_case(
    db: Db, case_id: UUID, reason: Reason, at: datetime, origin: Origin, but: UUID | None = None
) -> None:
    """Nobody need come any more, `but` for one demand."""
    for wanted in await demands.open_of_case(db, case_id):
        if wanted.demand_id == but:
            continue
        await demands.queue(db, wanted.area)
        command = ExpireDemand(reason, at)
        for event in await _change(db, wanted.demand_id, command, origin):
            if isinstance(event, DemandExpired) and event.volunteer_id is not None:
                await find_demand(db, event.volunteer_id, at, origin)


async def find_demand(db: Db, volunteer_id: UUID, at: datetime, origin: Origin) -> None:
    """Ask a volunteer for the demand that waits for them, if they are free and one does.

    The caller has waited for its turn (`demands.queue`).
    """
    volunteer = await volunteers.get(db, volunteer_id)
    waiting = await demands.next_for(db, volunteer_id)
    if volunteer and waiting:
        command = MatchDemand(volunteer_id, volunteer.area, max(at, waiting.posted_at))
        await _change(db, waiting.demand_id, command, origin)


async def _take(db: Db, wanted: demands.Demand, asked: Asked) -> None:
    await demands.queue(db, wanted.area)
    current = await demands.get(db, wanted.demand_id)
    asked.seen.check(current.version if current else 0)


async def _find_volunteer(db: Db, demand_id: UUID, at: datetime, origin: Origin) -> None:
    wanted = await demands.get(db, demand_id)
    if wanted is None:
        return
    around = demand.prefixes_around(wanted.area)
    found = await volunteers.nearest_free(db, around, wanted.skill, wanted.handed_back_by)
    if found is not None:
        command = MatchDemand(found.volunteer_id, found.area, at)
        await _change(db, demand_id, command, origin)


async def _change(
    db: Db, demand_id: UUID, command: demand.Command, origin: Origin, within: str = EVERYWHERE
) -> Sequence[Event]:
    return await execute(
        db,
        demand.decider,
        f"demand-{demand_id}",
        command,
        project=_project,
        origin=origin,
        within=within,
    )


async def _project(db: Db, events: Sequence[Event]) -> None:
    await demands.project(db, events)
    await volunteers.project(db, events)
