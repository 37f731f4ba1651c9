"""An app as a server of its own, in a thread, that can be stopped and started again."""

import threading
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from liuchi.processes import wait_until
from tests.servers import free_port


class Served:
    def __init__(self, make_app: Callable[[int], FastAPI]) -> None:
        """`make_app` is told the port."""
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._make_app = make_app

    def start(self) -> None:
        config = uvicorn.Config(
            self._make_app(self.port),
            host="127.0.0.1",
            port=self.port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()
        wait_until(lambda: self._server.started, 30, lambda: "the service does not start")

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()
