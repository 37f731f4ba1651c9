"""Reporting as a server of its own, in a thread, that can be stopped and started again."""

import threading
from pathlib import Path
from typing import Any

import httpx2
import uvicorn

from liuchi.issuer import Issuer
from liuchi.processes import wait_until
from reporting.app import make_app
from reporting.settings import Settings
from tests.integration.conversation import Conversation
from tests.servers import free_port
from tests.web.city import CITY


class Dashboard:
    def __init__(self, talk: Conversation, database_url: str, nats_url: str, folder: Path) -> None:
        self.talk = talk
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._issuer = Issuer(folder / "issuer")
        self._issuer.make()
        self._settings = Settings(
            database_url=database_url,
            nats_url=nats_url,
            port=self.port,
            jwks_url=self._issuer.jwks_url,
        )

    def start(self) -> None:
        config = uvicorn.Config(
            make_app(self._settings),
            host="127.0.0.1",
            port=self.port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()
        wait_until(lambda: self._server.started, 10, lambda: "reporting does not start")

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()

    def token(self, area: str = CITY, role: str = "reader") -> str:
        return self._issuer.token("someone", [role], area)

    def cookie(self, area: str = CITY) -> Any:
        return {"name": "liuchi_token", "value": self.token(area), "url": self.url}

    def asks(self, path: str, **options: Any) -> httpx2.Response:
        """With a token in the header, as programs do."""
        headers = {"authorization": f"Bearer {self.token()}"}
        return httpx2.get(self.url + path, headers=headers, timeout=10, **options)
