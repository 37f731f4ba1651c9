"""Bring the stack up, step by step; each step does nothing where its work is already done."""

import asyncio

import asyncpg
from rich.console import Console

from chassis.migrate import migrate
from contracts import SERVICES
from liuchi import bus
from liuchi.connections import database, operator_bus
from liuchi.postgres import create_roles
from liuchi.processes import StackError
from liuchi.stack import Stack

IS_USED = "SELECT EXISTS (SELECT FROM events)"


def up(stack: Stack, console: Console) -> None:
    """Servers, roles, migrations, streams, services: returns when all four services are ready.

    Raises StackError with the sentence why not; running it again goes on from there.
    """
    stack.settings.home.mkdir(parents=True, exist_ok=True)
    _refuse_other_ports(stack)
    stack.settings.remember()
    stack.issuer.make()
    _start_servers(stack, console)
    asyncio.run(_prepare(stack, console))
    _start_services(stack, console)


def down(stack: Stack, console: Console) -> None:
    """Stop what this machine runs of the stack, services first. Data stays."""
    for service in reversed(stack.services):
        if service.program.pid() is not None:
            service.stop()
            console.print(f"{service.name} stopped")
    for name, server in (("nats-server", stack.nats), ("PostgreSQL", stack.postgres)):
        if server is not None and server.program.pid() is not None:
            server.stop()
            console.print(f"{name} stopped")


def _refuse_other_ports(stack: Stack) -> None:
    for name, program in stack.programs().items():
        runs_at = stack.settings.port_of_last_up(name)
        if program.pid() is not None and runs_at != stack.settings.port(name):
            raise StackError(f"{name} runs at port {runs_at}: `liuchi down` before you change it.")


def _start_servers(stack: Stack, console: Console) -> None:
    for name, server in (("PostgreSQL", stack.postgres), ("nats-server", stack.nats)):
        if server is None:
            continue
        was_running = server.program.pid() is not None
        server.start()
        if not was_running:
            console.print(f"{name} started on 127.0.0.1:{server.port}")


async def _prepare(stack: Stack, console: Console) -> None:
    if not await _roles_exist(stack):
        passwords = {name: stack.secrets[f"{name.upper()}_DATABASE_PASSWORD"] for name in SERVICES}
        create_roles(stack.admin_url, passwords)
        console.print("a role and a database made for each service")
    for line in await migrate_all(stack):
        console.print(f"applied {line}")
    async with operator_bus(stack) as operator:
        for item in await bus.apply(operator):
            console.print(f"{item.name} {'made' if item.state == 'missing' else 'mended'}")


async def migrate_all(stack: Stack) -> list[str]:
    """Bring each service's database up to date. Returns the files applied."""
    applied = []
    for service in SERVICES:
        async with database(stack, service) as pool:
            applied += await migrate(pool, "chassis", service)
    return applied


async def is_unused(stack: Stack) -> bool:
    """Whether no area has been registered yet."""
    async with database(stack, "grid") as pool:
        return not await pool.fetchval(IS_USED)


async def _roles_exist(stack: Stack) -> bool:
    for service in SERVICES:
        try:
            await (await asyncpg.connect(stack.database_url(service))).close()
        except (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError):
            return False
        except OSError as fault:
            raise StackError(f"PostgreSQL cannot be reached: {fault}.") from None
    return True


def _start_services(stack: Stack, console: Console) -> None:
    started = [service for service in stack.services if service.start()]
    for service in stack.services:
        service.await_ready()
        if service in started:
            console.print(f"{service.name} ready at {service.url}")
