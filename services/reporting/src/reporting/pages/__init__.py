"""The dashboard: pages drawn on the server, kept moving by a little script."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from reporting.pages import dashboard, receipts, session

ROUTERS = (dashboard.router, receipts.router, session.router)


def mount_assets(app: FastAPI) -> None:
    """After the routes: style, scripts and maps, all from here and no other host."""
    app.mount("/assets", StaticFiles(directory=Path(__file__).with_name("static")))
