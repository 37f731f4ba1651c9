"""A running service: its database, its bus, its relay and its listeners, from start to stop."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Annotated, NoReturn, TypeVar

import asyncpg
from asyncpg import Pool
from fastapi import Depends, Request

from chassis import hears
from chassis.acquire import AWAY, FAILED, acquired
from chassis.bus import Bus
from chassis.db import Connected, Db
from chassis.listen import Listener, listen
from chassis.logs import told
from chassis.outbox.relay import Relay
from chassis.sealed import rewrap
from chassis.sealed.seal import Keyring
from chassis.settings import Settings
from chassis.telemetry import log
from chassis.transact import transact
from chassis.web import idempotency

Result = TypeVar("Result")

HOUSEKEEPING = (hears.FORGET, idempotency.PRUNE)
HOUSEKEEPING_SECONDS = 6 * 3600
REQUESTS_AT_ONCE = 10
"""Database connections for requests; the relay and each listener have one of their own."""
CONNECT_SECONDS = 5
CANCEL_SECONDS = 0.5


class Service:
    """What a request needs: a `connection` to read on, and `transact` to change something."""

    def __init__(
        self,
        settings: Settings,
        name: str,
        pool: Pool,
        bus: Bus,
        listeners: Sequence[Listener],
        keyring: Keyring | None,
    ) -> None:
        self.settings = settings
        self.name = name
        self.pool = pool
        self.bus = bus
        self.relay = Relay(pool, bus, name)
        self.listeners = listeners
        self.keyring = keyring

    async def database_answers(self) -> bool:
        """And its vault, where there is one, opens with our keys. Raises WrongKeys if not."""
        async with self.pool.acquire() as db:
            if self.keyring:
                await rewrap.check(db, self.keyring)
            return bool(await db.fetchval("SELECT true"))

    async def bus_answers(self) -> bool:
        return self.bus.is_up

    def connection(self) -> AbstractAsyncContextManager[Connected]:
        """Raises TimeoutError when none gets free in time."""
        return acquired(self.pool)

    async def transact(self, work: Callable[[Db], Awaitable[Result]]) -> Result:
        return await transact(self.pool, self.relay, work)


@asynccontextmanager
async def running(
    settings: Settings,
    name: str,
    listeners: Sequence[Listener] = (),
    keyring: Keyring | None = None,
) -> AsyncIterator[Service]:
    """Everything under way while the block runs. Servers that are down are waited for.

    Raises WrongKeys when the vault was filled with other keys: nothing may be sealed then.
    """
    bus = Bus(str(settings.nats_url), name)
    async with asyncpg.create_pool(
        str(settings.database_url),
        min_size=0,  # so that a service starts, and says so, while its database is down
        max_size=REQUESTS_AT_ONCE + len(listeners) + 1,
        timeout=CONNECT_SECONDS,
        server_settings={"application_name": name},
        reset=_as_it_is,
    ) as pool:
        service = Service(settings, name, pool, bus, listeners, keyring)
        with suppress(*AWAY):  # /health/ready looks again
            await service.database_answers()
        duties = [
            bus.connect(),
            service.relay.run(),
            _keep_house(pool, keyring),
            *(listen(listener, pool, bus, service.relay.kick) for listener in listeners),
        ]
        tasks = [asyncio.create_task(duty) for duty in duties]
        try:
            yield service
        finally:
            await _end(tasks)
            await bus.close()


async def _as_it_is(_db: Db) -> None:
    """A request leaves nothing behind in its session and `leading` ends its own, so the statements
    by which asyncpg resets one would be a round trip for nothing."""


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel until it holds: up to Python 3.11 `wait_for` swallows a cancellation that arrives
    together with what it waits for, here or inside nats-py."""
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=CANCEL_SECONDS)
    await asyncio.gather(*tasks, return_exceptions=True)


async def _keep_house(pool: Pool, keyring: Keyring | None) -> NoReturn:
    """Forget what has served its time; wrap anew what an earlier vault key still wraps."""
    while True:
        try:
            for statement in HOUSEKEEPING:
                await pool.execute(statement)
            while keyring and await _rewrap(pool, keyring):
                pass
        except FAILED as fault:
            log.warning("housekeeping_failed", fault=told(fault))
        await asyncio.sleep(HOUSEKEEPING_SECONDS)


async def _rewrap(pool: Pool, keyring: Keyring) -> int:
    async with pool.acquire() as db, db.transaction():
        return await rewrap.rewrap(db, keyring)


async def service_of(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


Here = Annotated[Service, Depends(service_of)]
"""`async def file_case(here: Here, …)`: the service a route belongs to."""
