"""Looks for what nobody asks for: steps that become late, cases that a grid worker could have.

One replica does it at a time. Whatever it does twice is said once: the rules answer nothing the
second time.
"""

import asyncio
from datetime import UTC, datetime
from typing import NoReturn
from uuid import UUID

from asyncpg import PostgresError

from chassis.event_log import Db, HistoryMoved
from chassis.leader import leading
from chassis.logs import told
from chassis.service import Service
from chassis.telemetry import log
from intake import handlers
from intake.desk import Desk
from intake.tables import cases, on_duty

BATCH = 200
RESTART_SECONDS = 1.0
FIRST = UUID(int=0)


async def sweep_for_ever(service: Service, desk: Desk, every_seconds: float) -> NoReturn:
    while True:
        try:
            # Asking on the connection that holds the lock: both are lost together.
            async with leading(service.pool, "sweep") as db:
                await date_the_undated(db, service, desk)
                while True:
                    await sweep(db, service, desk, datetime.now(UTC))
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


async def date_the_undated(db: Db, service: Service, desk: Desk) -> None:
    """A calendar or a kind's file that came since may know the dates of cases that had none."""
    after = FIRST
    while undated := await cases.undated(db, after, BATCH):
        for case_id in undated:
            await _announce(service, desk, case_id, datetime.now(UTC))
        after = undated[-1]


async def _announce(service: Service, desk: Desk, case_id: UUID, now: datetime) -> None:
    """One that cannot be handled is set aside: it must not stand in the way of all others."""
    try:
        await service.transact(lambda db: handlers.announce_overdue(db, desk, case_id, now))
    except (PostgresError, OSError, TimeoutError):
        raise
    except HistoryMoved:
        return  # others are at it; the next look finds it again
    except Exception:
        log.exception("case_set_aside", case=str(case_id))
        await service.transact(lambda db: cases.set_aside(db, case_id))


async def _dispatch(service: Service, desk: Desk, case_id: UUID, area: str, now: datetime) -> None:
    async def dispatch(db: Db) -> None:
        post_id = await on_duty.nearest(db, area, case_id)
        if post_id is not None:
            await handlers.dispatch_waiting(db, desk, case_id, post_id, now)

    await service.transact(dispatch)
