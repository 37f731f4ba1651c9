"""Run one service as one process: `python -m intake`."""

from collections.abc import Callable
from typing import TypeVar

import uvicorn
from fastapi import FastAPI

from chassis import logs, telemetry
from chassis.settings import Settings, from_environment

S = TypeVar("S", bound=Settings)

GRACE_SECONDS = 5
"""Live streams never end by themselves."""
KEEP_ALIVE_SECONDS = 75
"""A connection at rest stays open longer than gateways keep theirs (nginx: 60 s), so that it is
they who end it: one that ends as a request comes in would be an error to whoever sent it."""


def serve(name: str, settings_type: type[S], make_app: Callable[[S], FastAPI]) -> None:
    """Returns when the process is asked to stop; requests under way get GRACE_SECONDS first."""
    settings = from_environment(settings_type)
    logs.start(name, settings.log_level)
    telemetry.start(name, endpoint=settings.otlp_endpoint, share=settings.trace_share)
    uvicorn.run(
        make_app(settings),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,  # it would write addresses and query strings down
        proxy_headers=False,  # make_app believes trusted_proxies only
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
