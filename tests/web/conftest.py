"""The dashboard on real servers, and a real browser that looks at it."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from chassis.bus import Bus
from tests.conftest import Database
from tests.integration.conversation import Conversation
from tests.servers import Servers
from tests.web.city import CITY, fill
from tests.web.dashboard import Dashboard
from tests.web.visitor import Visitor

CHROMIUM = shutil.which("chromium")

MISSING = "No chromium here. To run this: apt-get install chromium fonts-noto-cjk"

QUIET = ["--disable-gpu", "--disable-background-networking", "--disable-component-update"]

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
async def visit(dashboard: Dashboard) -> AsyncIterator[Visit]:
    """`visitor = await visit(width=360, locale="en-GB")`: a browser that is signed in.

    Afterwards no visitor may have asked another host or have seen a fault in the console.
    """
    visitors: list[Visitor] = []
    arguments = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else QUIET
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)

        async def visit(
            width: int = 1280,
            locale: str = "zh-CN",
            area: str = CITY,
            is_signed_in: bool = True,
            has_scripts: bool = True,
        ) -> Visitor:
            context = await browser.new_context(
                viewport={"width": width, "height": 740},
                locale=locale,
                java_script_enabled=has_scripts,
                base_url=dashboard.url,
            )
            if is_signed_in:
                await context.add_cookies([dashboard.cookie(area)])
            visitors.append(Visitor(await context.new_page(), dashboard.url))
            return visitors[-1]

        yield visit
        await browser.close()
    for visitor in visitors:
        visitor.check()
