"""Everything intake is made of, put together. Nothing else imports this but `python -m intake`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from chassis.sealed.vault import Vault
from chassis.service import Service, running
from chassis.web import app as http
from chassis.web import operations
from intake import api_cases, api_filing, api_kinds, api_steps
from intake.desk import Desk, load_kinds
from intake.settings import Settings
from intake.subscribers import policies
from intake.sweep import sweep_for_ever


def make_app(settings: Settings) -> FastAPI:
    """Raises KindRefused when a file of a kind cannot be used."""
    desk = Desk(load_kinds(settings.kinds_folder), Vault(settings.keyring))
    hears = policies(desk)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with running(settings, "intake", hears.listeners(), settings.keyring) as service:
            app.state.service = service
            sweeping = asyncio.create_task(sweep_for_ever(service, desk, settings.sweep_seconds))
            try:
                yield
            finally:
                sweeping.cancel()
                await asyncio.gather(sweeping, return_exceptions=True)

    async def database_answers() -> bool:
        service: Service = app.state.service
        return await service.database_answers()

    app = http.make_app(
        "intake",
        [
            api_filing.routes(settings),
            api_cases.router,
            api_steps.router,
            api_kinds.router,
            operations.router,
        ],
        settings,
        lifespan=lifespan,
        ready={"database": database_answers},  # without the bus people are still heard
    )
    app.state.desk = desk
    return app
