"""Templates, and routes whose refusals are pages too."""

from collections.abc import Callable, Coroutine
from functools import cache
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException

from chassis.access import Forbidden, OutsideArea, Unauthorised
from chassis.web.problems import AWAY
from reporting.pages.words import Speech, remember, speech_of

HEADERS = {
    "cache-control": "no-store",  # after signing out, nothing comes back from the cache
    "referrer-policy": "same-origin",  # so that a form's Origin is true, and can be looked at
    "vary": "cookie, accept-language",
}

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("reporting.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(request: Request, template: str, say: Speech, status: int = 200, **facts: Any) -> Response:
    address = request.url.include_query_params(lang=say.other)
    other = f"{address.path}?{address.query}" if request.method == "GET" else f"/?lang={say.other}"
    html = _templates().get_template(template).render(say=say, other=other, **facts)
    response = HTMLResponse(html, status, HEADERS)
    remember(request, response, say)
    return response


class Spoken(APIRoute):
    """A person at a browser reads no problem+json; programs, which ask for no HTML, get it."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def speaking(request: Request) -> Response:
            if "text/html" not in request.headers.get("accept", ""):
                return await handle(request)
            try:
                return await handle(request)
            except Unauthorised:
                return page(request, "sign_in.html", speech_of(request), 401, fault=None)
            except Forbidden:
                return _problem(request, 403, "sign_in", "wrong_role")
            except OutsideArea:
                return _problem(request, 403, "problem", "outside")
            except (HTTPException, RequestValidationError) as fault:
                return _problem(request, getattr(fault, "status_code", 422), "problem", "unknown")
            except AWAY:
                return _problem(request, 503, "problem", "away")

        return speaking


def _problem(request: Request, status: int, section: str, key: str) -> Response:
    say = speech_of(request)
    return page(request, "problem.html", say, status, sentence=say[section][key])
