"""A whole city of processes to kill, with its own servers."""

import asyncio
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest
from rich.console import Console

from liuchi import demo
from liuchi.demo.size import Size
from liuchi.settings import settings
from liuchi.stack import Stack
from liuchi.up import down, up
from tests.servers import free_port

PORTS = ("intake", "grid", "volunteer", "reporting", "nats", "postgres")
COUNTY = "340402000000"
STAFFED = Size("staffed", counties=(COUNTY,), communities=3, volunteers=12, teams=1)
FIGURES = ("cases_filed", "cases_open", "grid_workers", "volunteers_registered")


@pytest.fixture
async def stack(tmp_path):
    """All six processes, three communities with a grid worker each, twelve volunteers."""
    ports = {f"{name}_port": free_port() for name in PORTS}
    stack = Stack(settings(tmp_path / "home", **ports))
    console = Console(quiet=True)
    try:
        await asyncio.to_thread(up, stack, console)
        await demo.load(stack, STAFFED)
        yield stack
    finally:
        await asyncio.to_thread(down, stack, console)


@pytest.fixture
def client(stack):
    """`client("grid", "reader")`: a client of that service with a token of that role."""

    def client(service, role):
        (process,) = (one for one in stack.services if one.name == service)
        token = stack.issuer.token("tester", [role], "340400000000")
        headers = {"authorization": f"Bearer {token}"}
        return httpx2.AsyncClient(base_url=process.url, headers=headers, timeout=10)

    return client


@pytest.fixture
async def staffed(client):
    """Codes of the communities that have a grid worker."""
    async with client("grid", "reader") as grid:
        posts = (await grid.get("/v1/posts", params={"role": "grid_worker"})).json()["items"]
    areas = sorted({post["area"] for post in posts})
    assert len(areas) >= 3
    return areas


@pytest.fixture
def figures(client):
    """The city's numbers as reporting tells them."""

    async def figures():
        async with client("reporting", "reader") as reporting:
            answers = [await reporting.get(f"/v1/metrics/{name}") for name in FIGURES]
        return {name: answer.json() for name, answer in zip(FIGURES, answers, strict=True)}

    return figures


@pytest.fixture
def liuchi(stack):
    """The command line, for this stack."""

    def liuchi(*words):
        command = [Path(sys.executable).with_name("liuchi"), *words]
        environment = {"LIUCHI_HOME": str(stack.settings.home)}
        subprocess.run(command, env=environment, check=True, capture_output=True, timeout=120)

    return liuchi
