"""Everything grid is made of, put together. Nothing else imports this."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI

from chassis.sealed import rewrap
from chassis.sealed.seal import Keyring
from chassis.sealed.vault import Vault
from chassis.service import running
from chassis.web import app as http
from chassis.web import operations
from chassis.web.problems import AWAY
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
        async with running(settings, NAME) as service:
            app.state.service = service
            with suppress(*AWAY):  # /health/ready tells, and looks again
                await database_is_here()
            yield

    async def database_is_here() -> bool:
        async with app.state.service.pool.acquire() as db:
            await rewrap.check(db, vault.keyring)
        return True

    vault = Vault(Keyring(settings.vault_key, settings.vault_keys_before, settings.hash_key))
    app = http.make_app(
        NAME, ROUTERS, settings, lifespan=lifespan, ready={"database": database_is_here}
    )
    app.state.vault = vault
    app.state.catalogue = catalogue.load(settings.kinds_folder)
    return app
