"""Templates, and routes whose refusals are pages too."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import cache
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException

from chassis.access import Forbidden, OutsideArea, Unauthorised
from chassis.acquire import AWAY
from chassis.db import HistoryMoved
from chassis.decider import Refused
from chassis.pages.speech import Speech, remember, speech_of
from chassis.pages.times import last_day, minute
from chassis.refusals import reason

HEADERS = {
    "cache-control": "no-store",  # after signing out, nothing comes back from the cache
    "referrer-policy": "same-origin",  # so that a form's Origin is true, and can be looked at
    "vary": "cookie, accept-language",
}

SENTENCES = {403: "elsewhere", 413: "too_long", 429: "too_many"}
"""Of the statuses that a page tells apart, by their key in `problem`."""

UNFIT = {False: "unknown", True: "form"}
"""All else, and a form that was sent and cannot be taken."""

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


@dataclass(frozen=True)
class Pages:
    package: str
    """Where the service's templates, words and static files are: `reporting.pages`."""
    home: str
    """Where those who work here begin, once signed in."""


def install(app: FastAPI, pages: Pages) -> None:
    """After the routes: style and scripts at /assets, all from here and no other host."""
    app.state.pages = pages
    packages: list[str | tuple[str, str]] = [
        (pages.package, "static"),
        ("chassis.pages", "static"),
    ]
    app.mount("/assets", StaticFiles(packages=packages))


def page(request: Request, template: str, say: Speech, status: int = 200, **facts: Any) -> Response:
    pages: Pages = request.app.state.pages
    html = (
        _templates(pages.package)
        .get_template(template)
        .render({"say": say, "home": pages.home, "other": _in_other_language(request, say)} | facts)
    )
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
                return sign_in_page(request, speech_of(request))
            except Forbidden:
                return _problem(request, 403, "wrong_role")
            except OutsideArea:
                return _problem(request, 403, "outside")
            except (HTTPException, RequestValidationError) as fault:
                status = getattr(fault, "status_code", 422)
                is_sent = status == 422 and request.method == "POST"
                return _problem(request, status, SENTENCES.get(status, UNFIT[is_sent]))
            except Refused as refused:
                return _problem(request, 409, "refused", refused)
            except HistoryMoved:
                return _problem(request, 503, "moved")
            except AWAY:
                return _problem(request, 503, "away")

        return speaking


def sign_in_page(request: Request, say: Speech, fault: str = "", status: int = 401) -> Response:
    """`fault`: key of the sentence that says why not."""
    return page(request, "sign_in.html", say, status, fault=say["sign_in"].get(fault))


@cache
def _templates(package: str) -> Environment:
    templates = Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader("chassis.pages")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals |= {"minute": minute, "last_day": last_day}
    return templates


def _in_other_language(request: Request, say: Speech) -> str:
    if request.method != "GET":
        return f"/?lang={say.other}"
    address = request.url.include_query_params(lang=say.other)
    return f"{address.path}?{address.query}"


def _problem(request: Request, status: int, key: str, refused: Refused | None = None) -> Response:
    say = speech_of(request)
    service = request.app.state.pages.package.partition(".")[0]
    why = reason(refused, say.language, service) if refused else None
    return page(request, "problem.html", say, status, sentence=say["problem"][key], refused=why)
