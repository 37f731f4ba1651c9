"""Looks for what nobody asks for: steps that become late, cases that a grid worker could have,
records whose last day has come.

One replica does it at a time. Whatever it does twice is said once: the rules answer nothing the
second time.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import NoReturn
from uuid import UUID

from chassis.acquire import FAILED
from chassis.db import Db, HistoryMoved
from chassis.leader import leading
from chassis.logs import told
from chassis.service import Service
from chassis.telemetry import log
from chassis.workflow import workdays
from chassis.workflow.workdays import day_of
from intake import handlers
from intake.desk import Desk
from intake.tables import cases, likenesses, meetings, observers, on_duty, reckoning, topics

BATCH = 200
RESTART_SECONDS = 1.0

End = Callable[[Db, UUID, datetime], Awaitable[None]]

ENDING = (
    (topics.over, handlers.topics.end_topic),
    (observers.over, handlers.observers.end_term),
    (meetings.to_miss, handlers.meetings.miss),
)
"""What ends on a day by itself: how to find those, and what is done with each."""


async def sweep_for_ever(
    service: Service, desk: Desk, every_seconds: float, compared_for: timedelta
) -> NoReturn:
    """`compared_for`: how long after its end a case is compared with new ones."""
    while True:
        try:
            # Asking on the connection that holds the lock: both are lost together. What looks for
            # dates beside it may go on for a moment; what is done twice is said once.
            async with leading(service.pool, "sweep") as db, asyncio.TaskGroup() as duties:
                await cases.take_up(db)
                duties.create_task(date_the_undated(service, desk))
                tidied_on = None
                while True:
                    now = datetime.now(UTC)
                    await sweep(db, service, desk, now)
                    if tidied_on != day_of(now):
                        await likenesses.delete_outdated(db, now - compared_for)
                        tidied_on = day_of(now)
                    await asyncio.sleep(every_seconds)
        except Exception as fault:
            log.warning("sweep_restarts", fault=told(fault))
            await asyncio.sleep(RESTART_SECONDS)


async def sweep(db: Db, service: Service, desk: Desk, now: datetime) -> None:
    """Until nothing is left to do. Each case is a transaction of its own."""
    while late := await cases.to_announce(db, now, BATCH):
        for case_id in late:
            await _announce(service, desk, case_id, now)
    for case_id, area in await cases.overlooked(db, BATCH):
        await _dispatch(service, desk, case_id, area, now)
    for over, end in ENDING:
        for record_id in await over(db, day_of(now), BATCH):
            await _end(service, end, record_id, now)


async def date_the_undated(service: Service, desk: Desk) -> None:
    """A calendar or a kind's file that came since may know the dates of cases that had none.

    Once for each such change, and from where it broke off: nearly all of those that look as if
    they had no date are late, and that was announced.
    """
    digest = _digest(desk)
    async with service.connection() as db:
        reached = await reckoning.reached(db, digest)
    while reached is not None:
        async with service.connection() as db:
            undated = await cases.undated(db, reached, BATCH)
        for case_id in undated:
            await _announce(service, desk, case_id, datetime.now(UTC))
        reached = undated[-1] if undated else None
        async with service.connection() as db:
            await reckoning.keep(db, digest, reached)


def _digest(desk: Desk) -> bytes:
    """Of what dates are reckoned by: the kinds, and the days that are known."""
    reckoned_by = repr((sorted(desk.kinds.items()), workdays.LAST_DAY))
    return blake2b(reckoned_by.encode(), digest_size=16).digest()


async def _announce(service: Service, desk: Desk, case_id: UUID, now: datetime) -> None:
    async def announce(db: Db) -> None:
        await handlers.cases.announce_overdue(db, desk, case_id, now)

    if not await _is_handled(service, announce, "case_set_aside", case=str(case_id)):
        await service.transact(lambda db: cases.set_aside(db, case_id))


async def _dispatch(service: Service, desk: Desk, case_id: UUID, area: str, now: datetime) -> None:
    async def dispatch(db: Db) -> None:
        post_id = await on_duty.nearest(db, area, case_id)
        if post_id is not None:
            await handlers.cases.dispatch_waiting(db, desk, case_id, post_id, now)

    await _is_handled(service, dispatch, "record_passed_over", record=str(case_id))


async def _end(service: Service, end: End, record_id: UUID, now: datetime) -> None:
    async def work(db: Db) -> None:
        await end(db, record_id, now)

    await _is_handled(service, work, "record_passed_over", record=str(record_id))


async def _is_handled(
    service: Service, work: Callable[[Db], Awaitable[None]], otherwise: str, **about: str
) -> bool:
    """One that cannot be handled is logged: it must not stand in the way of all others."""
    try:
        await service.transact(work)
    except FAILED:
        raise
    except HistoryMoved:
        pass  # others are at it; the next look finds it again
    except Exception:
        log.exception(otherwise, **about)
        return False
    return True
