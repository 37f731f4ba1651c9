"""What stands between the socket and the routes: Observed around Hardened. Pure ASGI."""

from collections.abc import Mapping
from time import perf_counter

from opentelemetry import trace
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import telemetry
from chassis.web.problems import problem

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

SECURITY = {
    b"content-security-policy": (
        b"default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline';"
        b" object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
}
ON_API = {**SECURITY, b"cache-control": b"no-store"}
ON_PAGES = {**SECURITY, b"cache-control": b"no-cache"}


class Observed:
    """One span and one measurement per request.

    Neither gets the path, the query or the body: a receipt code may stand there.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        started = perf_counter()
        status = 0

        async def observing(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        method = scope["method"] if scope["method"] in METHODS else "_OTHER"
        with telemetry.answering(Headers(scope=scope).get("traceparent"), method) as span:
            try:
                await self.app(scope, receive, observing)
            finally:
                labels = {
                    "http.request.method": method,
                    "http.route": _route(scope),
                    "http.response.status_code": status,
                }
                telemetry.requests.record(perf_counter() - started, labels)
                if span.is_recording():
                    span.update_name(f"{method} {labels['http.route']}")
                    span.set_attributes(labels)


def _route(scope: Scope) -> str:
    """The pattern, never the path: one label value per route, and no ids in it.

    Behind a prefix `scope["route"]` is the route as it was before it got the prefix.
    """
    matched = scope.get("fastapi", {}).get("effective_route_context") or scope.get("route")
    return getattr(matched, "path_format", "none")


class Hardened:
    """Security headers on every answer, no body longer than `most` bytes, faults become a 500.

    `roomier`: how an address ends → the bytes that are read there.
    """

    def __init__(self, app: ASGIApp, most: int, roomier: Mapping[str, int]) -> None:
        self.app = app
        self.most = most
        self.roomier = roomier

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        most = self._most(scope["path"])
        read = 0
        has_begun = False

        async def answering(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                given = dict(message["headers"])
                ours = ON_API if scope["path"].startswith("/v1/") else ON_PAGES
                missing = [header for header in ours.items() if header[0] not in given]
                message["headers"] = [*message["headers"], *missing]
            await send(message)

        async def reading() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise HTTPException(413, _too_long(most))
            return message

        declared = Headers(scope=scope).get("content-length", "0")
        if declared.isdigit() and int(declared) > most:
            return await problem(413, _too_long(most))(scope, receive, answering)
        try:
            await self.app(scope, reading, answering)
        except Exception:
            telemetry.log.exception("request_failed", route=_route(scope))
            if has_begun:
                raise  # too late to say so: the server must cut the connection
            trace_id = f"{trace.get_current_span().get_span_context().trace_id:032x}"
            detail = f"Something went wrong on our side. The log tells more under {trace_id}."
            await problem(500, detail)(scope, receive, answering)

    def _most(self, path: str) -> int:
        endings = (most for ending, most in self.roomier.items() if path.endswith(ending))
        return next(endings, self.most)


def _too_long(most: int) -> str:
    return f"The body is too long: at most {most} bytes are read."
