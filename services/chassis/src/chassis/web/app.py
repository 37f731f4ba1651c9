"""The HTTP side of every service: one app whose routes are guarded and whose faults speak."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from chassis.access import public
from chassis.logs import told
from chassis.settings import Settings
from chassis.telemetry import log
from chassis.web.edge import Hardened, Observed
from chassis.web.entrances import entrances
from chassis.web.jwks import Keys
from chassis.web.problems import Problem, explain, problem
from chassis.web.tokens import Tokens

BODY_BYTES = 1_000_000
READY_SECONDS = 2.0

Ready = Callable[[], Awaitable[bool]]
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": description,
        "content": {"application/problem+json": {"schema": Problem.model_json_schema()}},
    }
    for status, description in (("4XX", "refused, with the reason"), ("5XX", "not possible now"))
}


def make_app(
    title: str,
    routers: Sequence[APIRouter],
    settings: Settings,
    *,
    lifespan: Lifespan | None = None,
    ready: Mapping[str, Ready] | None = None,
    version: str = "0.1.0",
    body_bytes: int = BODY_BYTES,
    roomier: Mapping[str, int] | None = None,
) -> FastAPI:
    """Put a service's routers behind the same door. Raises Unguarded for a route that has no guard.

    `ready`: name → check; a check that answers False, raises or takes over two seconds makes
    `/health/ready` a 503 that names it. `roomier`: how an address ends → the bytes of a body there.
    """
    app = FastAPI(
        title=title,
        version=version,
        lifespan=lifespan,
        openapi_url=None,  # ours is guarded like every route; their pages load from other hosts
        responses=PROBLEMS,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # it records the query
    )
    app.state.tokens = Tokens(Keys(settings.jwks_url), settings.issuer, settings.audience)
    for router in (*routers, _operations(ready or {})):  # routes are tried in this order
        app.include_router(router)
    explain(app)
    entrances(app)
    app.add_middleware(Hardened, most=body_bytes, roomier=roomier or {})
    app.add_middleware(Observed)
    if settings.trusted_proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.trusted_proxies))
    return app


def _operations(ready: Mapping[str, Ready]) -> APIRouter:
    router = APIRouter(dependencies=[public], include_in_schema=False)

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "live"}

    @router.get("/health/ready")
    async def is_ready() -> Response:
        answers = await asyncio.gather(*(_check(check) for check in ready.values()))
        missing = [name for name, is_fine in zip(ready, answers, strict=True) if not is_fine]
        if missing:
            return problem(503, f"Not ready yet, for want of: {', '.join(missing)}.")
        return Response('{"status":"ready"}', media_type="application/json")

    @router.get("/openapi.json")
    async def openapi(request: Request) -> Response:
        document = request.app.openapi()
        for entrance in entrances(request.app):
            operation = document["paths"].get(entrance.path, {}).get(entrance.method.lower())
            if operation and entrance.roles:
                operation["x-roles"] = entrance.roles
        return JSONResponse(document)

    @router.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router


async def _check(check: Ready) -> bool:
    try:
        async with asyncio.timeout(READY_SECONDS):
            return await check()
    except Exception as fault:
        log.warning("not_ready", fault=told(fault))
        return False
