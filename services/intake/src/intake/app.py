"""Everything intake is made of, put together. Nothing else imports this but `python -m intake`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from fastapi import FastAPI

from chassis.pages.rendering import install
from chassis.sealed.vault import Vault
from chassis.service import Service, running
from chassis.web import app as http
from chassis.web import operations
from intake import pages
from intake.api import (
    attachments,
    cases,
    duplicates,
    filing,
    kinds,
    links,
    notes,
    notices,
    records,
    steps,
)
from intake.api.reading import read_limit
from intake.desk import Desk, load_kinds
from intake.domain.attaching import BYTES
from intake.lists import load_lists
from intake.open311.routes import routes as open311_routes
from intake.pages.forms import FORM_BYTES
from intake.settings import Settings
from intake.subscribers import policies
from intake.sweep import sweep_for_ever


def make_app(settings: Settings) -> FastAPI:
    """Raises KindRefused or ListsRefused when a file of a kind or a list cannot be used."""
    desk = Desk(
        load_kinds(settings.kinds_folder),
        Vault(settings.keyring),
        load_lists(settings.lists_folder),
        settings.duplicates_offered,
    )
    hears = policies(desk)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with running(settings, "intake", hears.listeners(), settings.keyring) as service:
            app.state.service = service
            compared_for = timedelta(days=settings.duplicates_days)
            sweeping = asyncio.create_task(
                sweep_for_ever(service, desk, settings.sweep_seconds, compared_for)
            )
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
            steps.routes(desk),  # first what is asked most: routes are tried in this order
            filing.routes(settings, desk),
            cases.routes(desk),
            links.routes(desk),
            duplicates.routes(settings, desk),
            notes.routes(desk),
            attachments.routes(settings, desk),
            notices.router,
            kinds.router,
            *records.routers(desk),
            open311_routes(settings),
            *pages.routers(settings, desk),
            operations.router,
        ],
        settings,
        lifespan=lifespan,
        roomier={"/attachments": BYTES, "/files": BYTES + FORM_BYTES},
        ready={"database": database_answers},  # without the bus people are still heard
    )
    install(app, pages.PAGES)
    app.state.desk = desk
    app.state.reads = read_limit(settings)
    return app
