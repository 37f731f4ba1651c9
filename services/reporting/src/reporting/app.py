"""Everything of reporting put together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from chassis.pages.rendering import install
from chassis.service import Service, running
from chassis.web import app as http
from chassis.web import operations
from reporting import api_boards, api_live, api_metrics, pages
from reporting.live import Live
from reporting.reading import Reader
from reporting.settings import Settings, metrics_of
from reporting.subscribers import listeners

ROUTERS = (
    operations.router,
    api_metrics.router,
    api_boards.router,
    api_live.router,
    *pages.ROUTERS,
)


def make_app(settings: Settings) -> FastAPI:
    """Raises MetricsRefused when a file of metrics is wrong."""
    shipped = metrics_of(settings)
    live = Live()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with running(settings, "reporting", listeners(shipped, live.stir)) as service:
            app.state.service = service
            app.state.reader = Reader(service.pool, shipped)
            telling = asyncio.create_task(live.run(service.bus))
            yield
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)

    async def database_answers() -> bool:
        service: Service = app.state.service
        return await service.database_answers()

    async def bus_answers() -> bool:
        service: Service = app.state.service
        return await service.bus_answers()

    app = http.make_app(
        "reporting",
        ROUTERS,
        settings,
        lifespan=lifespan,
        ready={"database": database_answers, "bus": bus_answers},
    )
    install(app, pages.PAGES)
    app.state.live = live
    return app
