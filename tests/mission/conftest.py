"""One running city for all scenarios, and for each of them a place where nothing was yet."""

import asyncio

import pytest
from rich.console import Console

from contracts import SERVICES
from liuchi import demo
from liuchi.demo.size import Size
from liuchi.settings import settings
from liuchi.stack import Stack
from liuchi.up import down, up
from tests.mission.city import City
from tests.servers import free_port
from tests.system.huainan import Huainan

PORTS = (*SERVICES, "nats", "postgres")

BARE = Size("bare", counties=("340402000000",), communities=0)
"""Divisions, and nothing in them."""

ENVIRONMENT = {
    **{f"{service.upper()}_TRUSTED_PROXIES": "127.0.0.1" for service in SERVICES},
    "INTAKE_SWEEP_SECONDS": "0.5",
}


@pytest.fixture(scope="session")
def city(tmp_path_factory):
    ports = {f"{name}_port": free_port() for name in PORTS}
    stack = Stack(settings(tmp_path_factory.mktemp("city") / "home", **ports))
    console = Console(quiet=True)
    try:
        with pytest.MonkeyPatch.context() as environment:
            for name, value in ENVIRONMENT.items():
                environment.setenv(name, value)
            up(stack, console)
        asyncio.run(demo.load(stack, BARE))
        with Huainan.visited(stack) as huainan:
            yield City(huainan)
    finally:
        down(stack, console)


@pytest.fixture
def place(city):
    """A village or community that no other scenario has anything to do with."""
    return city.next_village()
