"""Following a case by its receipt code, which is sent in a body and never in an address."""

import secrets
from collections.abc import Awaitable

from fastapi import APIRouter, HTTPException, Request, Response

from chassis.access import public
from chassis.decider import Refused
from chassis.pages.posted import Posted, with_file
from chassis.pages.rendering import Spoken, page
from chassis.pages.signing_in import ours
from chassis.pages.speech import Say, Speech
from chassis.refusals import Reason
from chassis.service import Here, Service
from chassis.web.idempotency import Reused
from chassis.web.rate_limit import MINUTE, limited
from intake.api.attachments import attach_to_own
from intake.api.filing import ReceiptStep, step_by_code
from intake.api.following import find_by_code, shown
from intake.api.views import RESIDENT, Found, ReceiptView
from intake.desk import AtDesk, Desk
from intake.pages.forms import (
    Form,
    brought,
    checked,
    empty,
    file_fault,
    label_of,
    once_for,
    step_fields,
)
from intake.pages.reasons import reason_of
from intake.settings import Settings

LETTERS = range(12, 31)
"""What a code may be long, however it is typed."""


def routes(settings: Settings) -> APIRouter:
    router = APIRouter(route_class=Spoken, include_in_schema=False)
    limit = limited(settings.lookups_a_minute, MINUTE)
    file_limit = limited(settings.filings_a_minute, MINUTE)
    router.get("/follow", dependencies=[public])(ask)
    router.post("/follow", dependencies=[public, ours, limit])(follow)
    router.post("/follow/steps", dependencies=[public, ours, limit])(take_step)
    router.post("/follow/files", dependencies=[public, ours, file_limit])(attach)
    return router


async def ask(request: Request, say: Say) -> Response:
    return _ask(request, say)


async def follow(request: Request, here: Here, desk: AtDesk, say: Say, posted: Posted) -> Response:
    code = posted.get("code", "")
    found = await _found(here, desk, code)
    if found is None:
        fault = say["fault"]["code" if code else "missing"]
        return _ask(request, say, code, fault, 404 if code else 422)
    return _follow(request, say, code, *found)


async def take_step(
    request: Request, here: Here, desk: AtDesk, say: Say, posted: Posted
) -> Response:
    """Withdrawn, rated, or whatever else the kind leaves to whoever brought it in."""
    code, step = posted.get("code", ""), posted.get("step", "")
    found = await _found(here, desk, code)
    if found is None:
        return _ask(request, say, code, say["fault"]["code"], 404)
    case, view = found
    if not case.kind.has(step):
        raise HTTPException(422, "There is no such step.")
    known = case.case.position.values
    form = checked(step_fields(case.kind, case.kind.step(step), known, say, {}), posted, say)
    if form.faults:
        return _follow(request, say, code, case, view, {step: form}, status=422)
    asked = ReceiptStep(code=code, step=step, **brought(form))
    taken = step_by_code(here, desk, once_for(request, posted), asked)
    return await _done(request, here, desk, say, code, found, taken)


async def attach(request: Request, here: Here, desk: AtDesk, say: Say) -> Response:
    """A picture or a paper, by whoever has the code."""
    posted = await with_file(request)
    code = posted.typed.get("code", "")
    found = await _found(here, desk, code)
    if found is None:
        return _ask(request, say, code, say["fault"]["code"], 404)
    if fault := file_fault(posted.content, say):
        return _follow(request, say, code, *found, fault=fault, status=422)
    key = once_for(request, posted.typed)
    attached = attach_to_own(here, desk, key, posted.content, code)
    return await _done(request, here, desk, say, code, found, attached)


async def _done(
    request: Request,
    here: Service,
    desk: Desk,
    say: Speech,
    code: str,
    found: tuple[Found, ReceiptView],
    command: Awaitable[object],
) -> Response:
    case, view = found
    try:
        await command
    except Refused as refused:
        why = reason_of(refused, desk, case.kind, say)
        return _follow(request, say, code, case, view, refused=why, status=409)
    except Reused:
        return _follow(request, say, code, case, view, fault=say["fault"]["again"], status=422)
    now = await _found(here, desk, code)
    return _follow(request, say, code, *(now or found), is_done=True)


async def _found(here: Service, desk: Desk, code: str) -> tuple[Found, ReceiptView] | None:
    if len(code) not in LETTERS:
        return None
    async with here.connection() as db:
        try:
            found = await find_by_code(db, desk, code)
        except HTTPException:
            return None
        return found, await shown(db, desk, found)


def _ask(
    request: Request, say: Speech, typed: str = "", fault: str | None = None, status: int = 200
) -> Response:
    return page(request, "code.html", say, status, typed=typed, fault=fault)


def _follow(
    request: Request,
    say: Speech,
    code: str,
    found: Found,
    view: ReceiptView,
    forms: dict[str, Form] | None = None,
    *,
    fault: str | None = None,
    refused: Reason | None = None,
    is_done: bool = False,
    status: int = 200,
) -> Response:
    kind, known = found.kind, found.case.position.values
    own = [kind.step(choice.step) for choice in view.allowed if RESIDENT in choice.by]
    blank = {step.name: empty(step_fields(kind, step, known, say, {})) for step in own}
    return page(
        request, "follow.html", say, status,
        view=view, code=code, key=secrets.token_urlsafe(24), forms=blank | (forms or {}),
        steps=own, fault=fault, refused=refused, is_done=is_done, other=f"/follow?lang={say.other}",
        facts=[(label_of(kind, name, say), say(value)) for name, value in view.fields.items()],
    )  # fmt: skip
