"""Real servers for every test that asks: started once, on free ports, stopped at the end."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import asyncpg
import pytest
from asyncpg import Pool
from hypothesis import settings

from chassis import logs
from chassis.bus import Bus
from chassis.migrate import migrate
from contracts import SERVICES
from liuchi import bus as topology
from liuchi.permissions import OPERATOR
from tests.servers import Servers

Database = Callable[..., Awaitable[Pool]]
Connect = Callable[[str], Awaitable[Bus]]

settings.register_profile("busy_machine", deadline=None)  # how long an example takes is no law
settings.load_profile("busy_machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`make faults` asks for more than `make test`."""
    parser.addoption("--rounds", type=int, default=6, help="how often something is killed")
    parser.addoption("--outage", type=float, default=15, help="seconds the bus is away")


@pytest.fixture(scope="session", autouse=True)
def _log_lines() -> None:
    """As in production: structlog's own default prints every local variable, slowly."""
    logs.start("test")


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Both servers with one role, database and bus user for each service."""
    servers = Servers.start(tmp_path_factory.mktemp("servers"))
    yield servers
    servers.stop()


@pytest.fixture
async def database(servers: Servers) -> AsyncIterator[Database]:
    """`await database("chassis", "intake")` is a pool on an empty, freshly migrated database.

    It belongs to the role of the last package, as in production; dropped after the test.
    """
    opened: list[tuple[Pool, str]] = []

    async def make(*packages: str) -> Pool:
        role = packages[-1] if packages[-1] in SERVICES else "postgres"
        template = await _template(servers, role, packages)
        name = servers.dropped.pop() if servers.dropped else f"test_{next(servers.numbers)}"
        await _administer(servers, f"CREATE DATABASE {name} OWNER {role} TEMPLATE {template}")
        pool = await asyncpg.create_pool(servers.database_url(role, name), min_size=1, max_size=10)
        opened.append((pool, name))
        return pool

    yield make
    for pool, name in opened:
        pool.terminate()
        await _administer(servers, f"DROP DATABASE {name} WITH (FORCE)")
        servers.dropped.append(name)


@pytest.fixture
async def connect(servers: Servers) -> AsyncIterator[Connect]:
    """`await connect("grid")` is a bus connection with that user's permissions, closed after."""
    connections: list[Bus] = []

    async def connect(user: str) -> Bus:
        bus = Bus(servers.nats_url(user), user)
        connections.append(bus)
        await bus.connect()
        return bus

    yield connect
    for bus in connections:
        await bus.close()


@pytest.fixture
async def bus(connect: Connect) -> Bus:
    """The operator's connection to a bus with empty streams (sequence 1 next) and new durables."""
    operator = await connect(OPERATOR)
    for stream in (await operator.api("STREAM.NAMES"))["streams"] or ():
        await operator.api(f"STREAM.DELETE.{stream}")
    await topology.apply(operator)
    return operator


async def _template(servers: Servers, role: str, packages: tuple[str, ...]) -> str:
    """A migrated database that is copied for each test: migrating takes longer than copying."""
    name = "template_" + "_".join(packages)
    if name not in servers.templates:
        await _administer(servers, f"CREATE DATABASE {name} OWNER {role}")
        async with asyncpg.create_pool(servers.database_url(role, name), min_size=1) as pool:
            await migrate(pool, *packages)
        servers.templates.add(name)
    return name


async def _administer(servers: Servers, statement: str) -> None:
    connection = await asyncpg.connect(servers.postgres.admin_url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
