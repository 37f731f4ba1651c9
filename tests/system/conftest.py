"""The whole system as processes, with a tiny demonstration city in it."""

import asyncio

import pytest
from rich.console import Console

from contracts import SERVICES
from liuchi import demo
from liuchi.demo.size import Size
from liuchi.settings import settings
from liuchi.stack import Stack
from liuchi.up import down, up
from tests.servers import free_port
from tests.system.huainan import Huainan

PORTS = (*SERVICES, "nats", "postgres")

TINY = Size(
    "tiny",
    counties=("340402000000",),
    communities=2,
    volunteers=6,
    teams=1,
    activities=1,
    items=1,
    cases=8,
    helped=2,
    rounds=1,
)

BY_HAND = {
    **{f"{service.upper()}_TRUSTED_PROXIES": "127.0.0.1" for service in SERVICES},
    # What is late is looked for once an hour: between two tests nothing happens by itself.
    "INTAKE_SWEEP_SECONDS": "3600",
}


@pytest.fixture(scope="session")
def city(tmp_path_factory):
    """A running Stack. Tests may add to it, and must not take anything away."""
    ports = {f"{name}_port": free_port() for name in PORTS}
    stack = Stack(settings(tmp_path_factory.mktemp("city") / "home", **ports))
    console = Console(quiet=True)
    try:
        with pytest.MonkeyPatch.context() as environment:
            for name, value in BY_HAND.items():
                environment.setenv(name, value)
            up(stack, console)
        asyncio.run(demo.load(stack, TINY))
        yield stack
    finally:
        down(stack, console)


@pytest.fixture(scope="session")
def huainan(city):
    with Huainan.visited(city) as huainan:
        yield huainan


@pytest.fixture(scope="module")
def at_rest(huainan):
    """Nothing waits anywhere, so that whatever changes was changed by the test."""
    assert huainan.things
    huainan.settles()
