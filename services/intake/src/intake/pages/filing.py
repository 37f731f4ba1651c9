"""What a resident sees first: what may be filed, where it is, the form, and the receipt."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query, Request, Response
from pydantic import ValidationError

from chassis.access import public
from chassis.db import Db
from chassis.decider import Refused
from chassis.pages.posted import Posted, Typed
from chassis.pages.rendering import Spoken, page
from chassis.pages.signing_in import ours
from chassis.pages.speech import Say, Speech
from chassis.refusals import Reason
from chassis.service import Here, Service
from chassis.web.idempotency import WELL_MADE, Once, Reused, is_answered
from chassis.web.rate_limit import MINUTE, limited
from chassis.workflow.kind import Kind
from intake.api import filing
from intake.api.duplicates import Alike, likely
from intake.api.filing import Filer, Filing
from intake.api.reading import open_to_all
from intake.desk import AtDesk, Desk
from intake.pages.forms import (
    Field,
    Form,
    brought,
    checked,
    empty,
    filing_fields,
    is_public,
    own_source,
    told_fields,
)
from intake.pages.places import Place, is_area, place
from intake.pages.reasons import reason_of
from intake.pages.records import offered
from intake.settings import Settings

FIRST = ("request", "suggestion")
"""What most come for."""

KindName = Annotated[str, Path(alias="kind")]


@dataclass(frozen=True)
class Drawn:
    """What somebody has filled in, and the pages that may follow."""

    request: Request
    say: Speech
    kind: Kind
    place: Place
    form: Form
    key: str

    def form_page(self, status: int = 200, refused: Reason | None = None) -> Response:
        return self._page("file.html", status, refused=refused)

    def duplicates_page(self, alike: Sequence[Alike]) -> Response:
        """Join one of them, or file it all the same. Nothing is stored yet."""
        return self._page("duplicates.html", alike=alike)

    def receipt_page(self, receipt: str, has_joined: bool) -> Response:
        return self._page("receipt.html", 201, receipt=receipt, has_joined=has_joined, other=None)

    def _page(self, template: str, status: int = 200, **facts: object) -> Response:
        mine = {"kind": self.kind, "place": self.place, "form": self.form, "key": self.key}
        return page(self.request, template, self.say, status, **(mine | facts))


def routes(settings: Settings) -> APIRouter:
    router = APIRouter(route_class=Spoken, include_in_schema=False)
    limit = limited(settings.filings_a_minute, MINUTE)
    router.get("/", dependencies=open_to_all)(begin)
    router.get("/file/{kind}", dependencies=open_to_all)(ask)

    @router.post("/file/{kind}", dependencies=[public, ours, limit])
    async def file(
        request: Request, here: Here, desk: AtDesk, say: Say, kind_name: KindName, posted: Posted
    ) -> Response:
        """Answered by a page with the receipt; sent a second time, by the same page."""
        return await _file(settings, request, here, desk, say, kind_name, posted)

    return router


async def begin(request: Request, desk: AtDesk, say: Say) -> Response:
    kinds = [kind for kind in desk.kinds.values() if is_public(kind)]
    kinds.sort(key=lambda kind: FIRST.index(kind.name) if kind.name in FIRST else len(FIRST))
    return page(request, "begin.html", say, kinds=kinds, fault=None, typed="")


async def ask(
    request: Request,
    here: Here,
    desk: AtDesk,
    say: Say,
    kind_name: KindName,
    area: Annotated[str | None, Query(max_length=20)] = None,
    whole: bool = False,
) -> Response:
    """First where it is, then the form. `whole`: at this township, no village is named."""
    kind = _public_kind(desk, kind_name)
    async with here.connection() as db:
        chosen = await place(db, area) if area is None or is_area(area) else None
        if chosen is None:
            anew = await place(db, None)
            return _where(request, say, kind, anew, 404, say["fault"]["area"])
        if chosen.below and not (whole and chosen.may_stay):
            return _where(request, say, kind, chosen)
        form = empty(await _fields(db, desk, kind, chosen, say), urgency="normal")
    return Drawn(request, say, kind, chosen, form, secrets.token_urlsafe(24)).form_page()


async def _file(
    settings: Settings,
    request: Request,
    here: Service,
    desk: Desk,
    say: Speech,
    kind_name: str,
    posted: Typed,
) -> Response:
    kind, key = _public_kind(desk, kind_name), posted.get("key", "")
    if not WELL_MADE.fullmatch(key):
        raise HTTPException(422, "Begin with the form.")
    area = posted.get("area", "")
    async with here.connection() as db:
        chosen = await place(db, area) if is_area(area) else None
        if chosen is None:
            anew = await place(db, None)
            return _where(request, say, kind, anew, 422, say["fault"]["area"])
        form = checked(await _fields(db, desk, kind, chosen, say), posted, say)
    drawn = Drawn(request, say, kind, chosen, form, key)
    if form.faults:
        return drawn.form_page(422)
    told = {"kind": kind.name, "area": area, "source": own_source(kind), **brought(form)}
    try:
        body = Filing.model_validate(told | _joined(posted))
    except ValidationError:
        return drawn.form_page(422)
    once = Once(request, key)
    if "considered" not in posted and (alike := await likely(here, desk, settings, body)):
        async with here.connection() as db:
            is_own = await is_answered(db, once)  # after the look: then it is seen in both
        if not is_own:
            return drawn.duplicates_page(alike)
    return await _received(here, desk, drawn, once, body)


async def _received(here: Service, desk: Desk, drawn: Drawn, once: Once, body: Filing) -> Response:
    try:
        answer = await filing.file(here, desk, once, body, Filer())
    except Refused as refused:
        return drawn.form_page(409, reason_of(refused, desk, drawn.kind, drawn.say))
    except Reused:
        return page(drawn.request, "already.html", drawn.say, 422, kind=drawn.kind)
    return drawn.receipt_page(json.loads(bytes(answer.body))["receipt"], body.joins is not None)


def _joined(posted: Typed) -> dict[str, str]:
    return {"joins": posted["joins"]} if "joins" in posted else {}


async def _fields(db: Db, desk: Desk, kind: Kind, chosen: Place, say: Speech) -> list[Field]:
    names = [name for name in kind.filer_adds if name in kind.refs]
    records = await offered(db, desk, kind, names, chosen.path[-1].code, say)
    there = {name: options for name, options in records.items() if options}
    return [*told_fields(say)[:1], *filing_fields(kind, say, there), *told_fields(say)[1:]]


def _public_kind(desk: Desk, name: str) -> Kind:
    kind = desk.kinds.get(name)
    if kind is None or not is_public(kind):
        raise HTTPException(404, "Nothing of this kind is filed here.")
    return kind


def _where(
    request: Request,
    say: Speech,
    kind: Kind,
    chosen: Place | None,
    status: int = 200,
    fault: str | None = None,
) -> Response:
    return page(request, "where.html", say, status, kind=kind, place=chosen, fault=fault)
