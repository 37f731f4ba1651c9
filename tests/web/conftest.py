"""Pages on real servers, and a real browser that looks at them."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import async_playwright, expect

from chassis.bus import Bus
from tests.conftest import Database
from tests.integration.conversation import Conversation
from tests.servers import Servers
from tests.web.city import AREAS, CITY, fill
from tests.web.dashboard import Dashboard
from tests.web.hall import Hall
from tests.web.visitor import Visitor

CHROMIUM = shutil.which("chromium")

expect.set_options(timeout=30_000)  # a busy machine is no fault of the page

MISSING = "No chromium here. To run this: apt-get install chromium fonts-noto-cjk"

QUIET = ["--disable-gpu", "--disable-background-networking", "--disable-component-update"]

Browse = Callable[..., Awaitable[Visitor]]
Visit = Callable[..., Awaitable[Visitor]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=MISSING))


@pytest.fixture
async def dashboard(
    servers: Servers, database: Database, bus: Bus, tmp_path: Path
) -> AsyncIterator[Dashboard]:
    """Reporting at a free port, with a small city already counted."""
    pool = await database("chassis", "reporting")
    name = await pool.fetchval("SELECT current_database()")
    dashboard = Dashboard(
        Conversation(bus, {"reporting": pool}),
        servers.database_url("reporting", name),
        servers.nats_url("reporting"),
        tmp_path,
    )
    dashboard.start()
    await fill(dashboard.talk)
    await dashboard.talk.settles()
    yield dashboard
    dashboard.stop()


@pytest.fixture
async def hall(
    servers: Servers, database: Database, bus: Bus, tmp_path: Path
) -> AsyncIterator[Hall]:
    """Intake at a free port; its areas are those of the small city."""
    pool = await database("chassis", "intake")
    name = await pool.fetchval("SELECT current_database()")
    known = [(code, name) for code, name, *_ in AREAS]
    await pool.executemany("INSERT INTO areas (code, name) VALUES ($1, $2)", known)
    hall = Hall(servers.database_url("intake", name), servers.nats_url("intake"), tmp_path)
    hall.start()
    yield hall
    hall.stop()


@pytest.fixture
async def browse() -> AsyncIterator[Browse]:
    """`visitor = await browse(url, width=360, locale="en-GB")`: somebody at a browser.

    Afterwards no visitor may have asked another host or have seen a fault in the console.
    """
    visitors: list[Visitor] = []
    arguments = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else QUIET
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)

        async def browse(
            url: str,
            *,
            cookie: Any = None,
            width: int = 1280,
            locale: str = "zh-CN",
            has_scripts: bool = True,
        ) -> Visitor:
            context = await browser.new_context(
                viewport={"width": width, "height": 740},
                locale=locale,
                java_script_enabled=has_scripts,
                base_url=url,
            )
            if cookie:
                await context.add_cookies([cookie])
            context.set_default_timeout(60_000)
            visitors.append(Visitor(await context.new_page(), url))
            return visitors[-1]

        yield browse
        await browser.close()
    for visitor in visitors:
        visitor.check()


@pytest.fixture
def visit(dashboard: Dashboard, browse: Browse) -> Visit:
    """`visitor = await visit(area=COUNTY)`: a browser that is signed in to the dashboard."""

    async def visit(area: str = CITY, is_signed_in: bool = True, **options: Any) -> Visitor:
        cookie = dashboard.cookie(area) if is_signed_in else None
        return await browse(dashboard.url, cookie=cookie, **options)

    return visit


@pytest.fixture
def come(hall: Hall, browse: Browse) -> Visit:
    """`resident = await come()`, `clerk = await come("dispatcher")`: somebody at intake's pages."""

    async def come(*roles: str, **options: Any) -> Visitor:
        cookie = hall.cookie(*roles) if roles else None
        return await browse(hall.url, cookie=cookie, **options)

    return come
