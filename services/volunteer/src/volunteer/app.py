"""Everything volunteer is made of, put together. Nothing else imports this."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from chassis.sealed.seal import Keyring
from chassis.sealed.vault import Vault
from chassis.service import Service, running
from chassis.web import app as http
from chassis.web import operations
from volunteer import api, api_activities, api_demands, api_teams, api_volunteers
from volunteer.catalogue import Catalogue
from volunteer.settings import Settings
from volunteer.subscribers import hears

NAME = "volunteer"
ROUTERS = [
    api.router,
    api_volunteers.router,
    api_teams.router,
    api_activities.router,
    api_demands.router,
    operations.router,
]


def make_app(settings: Settings) -> FastAPI:
    """Starts nothing: its lifespan does. Raises ValueError for a wrong file of kinds."""
    keyring = Keyring(settings.vault_key, settings.vault_keys_before, settings.hash_key)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with running(settings, NAME, hears.listeners(), keyring) as service:
            app.state.service = service
            yield

    async def database_answers() -> bool:
        service: Service = app.state.service
        return await service.database_answers()

    ready = {"database": database_answers}  # without the bus people may still register
    app = http.make_app(NAME, ROUTERS, settings, lifespan=lifespan, ready=ready)
    app.state.vault = Vault(keyring)
    app.state.catalogue = Catalogue.load(settings.kinds_folder)
    return app
