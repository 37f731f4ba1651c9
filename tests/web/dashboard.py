"""Reporting as a server, and those who read its dashboard."""

from pathlib import Path
from typing import Any

import httpx2
from fastapi import FastAPI

from liuchi.issuer import Issuer
from reporting.app import make_app
from reporting.settings import Settings
from tests.integration.conversation import Conversation
from tests.web.city import CITY
from tests.web.served import Served


class Dashboard(Served):
    def __init__(self, talk: Conversation, database_url: str, nats_url: str, folder: Path) -> None:
        self.talk = talk
        self._issuer = Issuer(folder / "issuer")
        self._issuer.make()

        def make(port: int) -> FastAPI:
            jwks_url = self._issuer.jwks_url
            return make_app(
                Settings(database_url=database_url, nats_url=nats_url, port=port, jwks_url=jwks_url)
            )

        super().__init__(make)

    def token(self, area: str = CITY, role: str = "reader") -> str:
        return self._issuer.token("someone", [role], area)

    def cookie(self, area: str = CITY) -> Any:
        return {"name": "liuchi_token", "value": self.token(area), "url": self.url}

    def asks(self, path: str, **options: Any) -> httpx2.Response:
        """With a token in the header, as programs do."""
        headers = {"authorization": f"Bearer {self.token()}"}
        return httpx2.get(self.url + path, headers=headers, timeout=10, **options)
