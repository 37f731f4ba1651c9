"""Signing in: a token, checked, becomes a cookie that scripts cannot read."""

from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from chassis.access import Allow, Caller, Unauthorised, public
from chassis.pages.posted import Posted
from chassis.pages.rendering import Pages, Spoken, sign_in_page
from chassis.pages.speech import Say
from chassis.web.rate_limit import limited

COOKIE = "liuchi_token"
"""A browser sends no headers of ours with a link, a form or an EventSource."""

MOST_TOKEN = 3800
"""Characters: browsers drop longer cookies without a word."""

SAFE = ("GET", "HEAD")


async def from_here(request: Request) -> None:
    """Raise a 403 for a form that stands on another site."""
    if request.method not in SAFE and not is_from_here(request):
        raise HTTPException(403, "This is sent from our own pages only.")


ours = Depends(from_here)
"""Of public routes that take a form."""


class AllowByCookie(Allow):
    """Takes the token from a cookie where there is no header; to change something, from our own
    pages only.
    """

    async def __call__(self, request: Request) -> Caller:
        token = request.cookies.get(COOKIE)
        if token and "authorization" not in request.headers:
            await from_here(request)
            headers = [
                *request.scope["headers"],
                (b"authorization", f"Bearer {token}".encode("latin-1")),
            ]
            caller = await super().__call__(Request({**request.scope, "headers": headers}))
            request.state.caller = caller
            return caller
        return await super().__call__(request)


def routes(*roles: str) -> APIRouter:
    """`roles`: those who find something here."""
    router = APIRouter(route_class=Spoken, include_in_schema=False)

    @router.post("/session", dependencies=[public, limited(30, 60)])
    async def sign_in(request: Request, posted: Posted, say: Say) -> Response:
        token = posted.get("token", "")
        fault = await _fault(request, token, roles)
        if fault:
            return sign_in_page(request, say, fault, 401 if token else 422)
        pages: Pages = request.app.state.pages
        response = RedirectResponse(pages.home, 303)
        is_secure = request.url.scheme == "https"
        response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=is_secure)
        return response

    @router.post("/session/end", dependencies=[public])
    async def sign_out(request: Request) -> Response:
        pages: Pages = request.app.state.pages
        response = RedirectResponse(pages.home, 303)
        if is_from_here(request):
            response.delete_cookie(COOKIE, httponly=True, samesite="strict")
        return response

    return router


def is_from_here(request: Request) -> bool:
    """Another site must not have its visitors do something here."""
    if site := request.headers.get("sec-fetch-site"):
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


async def _fault(request: Request, token: str, roles: tuple[str, ...]) -> str:
    """Key of the sentence that says what is wrong, empty when all is well."""
    if not is_from_here(request):
        return "elsewhere"
    if not token:
        return "missing"
    if len(token) > MOST_TOKEN:
        return "not_valid"
    try:
        caller = await request.app.state.tokens.caller(f"Bearer {token}")
    except Unauthorised:
        return "not_valid"
    return "wrong_role" if caller.roles.isdisjoint(roles) else ""
