"""Signing in: a token, checked, becomes a cookie that scripts cannot read."""

from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from chassis.access import Unauthorised, public
from chassis.web.rate_limit import limited
from reporting.api_live import COOKIE
from reporting.asking import READERS
from reporting.pages.render import Spoken, page
from reporting.pages.words import Say, Speech

router = APIRouter(route_class=Spoken, include_in_schema=False)

MOST_TOKEN = 3800
"""Characters: browsers drop longer cookies without a word."""


@router.post("/session", dependencies=[public, limited(30, 60)])
async def sign_in(request: Request, say: Say) -> Response:
    fields = parse_qs((await request.body()).decode("ascii", "replace"))
    token = fields.get("token", [""])[0].strip()
    fault = await _fault(request, token)
    if fault:
        return sign_in_page(request, say, fault, 401 if token else 422)
    response = RedirectResponse("/", 303)
    is_secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=is_secure)
    return response


@router.post("/session/end", dependencies=[public])
async def sign_out(request: Request) -> Response:
    response = RedirectResponse("/", 303)
    if _is_from_here(request):
        response.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return response


def sign_in_page(request: Request, say: Speech, fault: str = "", status: int = 401) -> Response:
    return page(request, "sign_in.html", say, status, fault=say["sign_in"].get(fault))


async def _fault(request: Request, token: str) -> str:
    """Key of the sentence that says what is wrong, empty when all is well."""
    if not _is_from_here(request):
        return "elsewhere"
    if not token:
        return "missing"
    if len(token) > MOST_TOKEN:
        return "not_valid"
    try:
        caller = await request.app.state.tokens.caller(f"Bearer {token}")
    except Unauthorised:
        return "not_valid"
    return "wrong_role" if caller.roles.isdisjoint(READERS) else ""


def _is_from_here(request: Request) -> bool:
    """Another site must not sign its visitors in or out here."""
    if site := request.headers.get("sec-fetch-site"):
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")
