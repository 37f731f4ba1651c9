"""Everything grid is made of, put together. Nothing else imports this."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from chassis.sealed.seal import Keyring
from chassis.sealed.vault import Vault
from chassis.service import Service, running
from chassis.web import app as http
from chassis.web import operations
from grid import api_areas, api_checklist_items, api_checklists, api_grids, api_posts, catalogue
from grid.settings import Settings

NAME = "grid"
ROUTERS = [
    api_areas.router,
    api_grids.router,
    api_posts.router,
    api_checklists.router,
    api_checklist_items.router,
    operations.router,
]


def make_app(settings: Settings) -> FastAPI:
    """Starts nothing: its lifespan does. Raises CatalogueRefused for a wrong file of kinds."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with running(settings, NAME, keyring=vault.keyring) as service:
            app.state.service = service
            yield

    async def database_answers() -> bool:
        service: Service = app.state.service
        return await service.database_answers()

    vault = Vault(Keyring(settings.vault_key, settings.vault_keys_before, settings.hash_key))
    app = http.make_app(
        NAME, ROUTERS, settings, lifespan=lifespan, ready={"database": database_answers}
    )
    app.state.vault = vault
    app.state.catalogue = catalogue.load(settings.kinds_folder)
    return app
