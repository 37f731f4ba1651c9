"""POST requests: a case is filed, as by a resident, through an app that was given a key."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil
from time import monotonic
from typing import Any, cast
from uuid import UUID

from fastapi import APIRouter, Header, HTTPException, Request, Response
from uuid_utils.compat import uuid7

from chassis.access import public, territory
from chassis.db import Db
from chassis.event_log import Origin
from chassis.pages.speech import Speech
from chassis.sealed.seal import Keyring
from chassis.service import Here
from chassis.web import idempotency
from chassis.web.rate_limit import MINUTE, MovingWindow
from contracts.intake import Urgency
from intake import handlers
from intake.desk import AtDesk
from intake.domain.commands import FileCase
from intake.open311 import form, jurisdictions, tokens
from intake.open311.answers import Asked, Content, Standard, answer
from intake.open311.borders import Point, borders
from intake.open311.form import Report
from intake.open311.language import Say
from intake.open311.provider import Key, ProviderFile
from intake.open311.services import RESIDENT, SOURCE, RequestType, request_types
from intake.receipt_codes import new_code
from intake.settings import Settings

FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            form.MEDIA_TYPE: {
                "schema": form.SCHEMA,
                "encoding": {"attribute": {"style": "deepObject"}},
            }
        },
    }
}


@dataclass(frozen=True)
class Gate:
    """Lets in who has a key, as often as it allows."""

    file: ProviderFile
    _windows: dict[tuple[str, int], MovingWindow] = field(default_factory=dict)

    def open(self, keyring: Keyring, api_key: str | None) -> Key:
        """Raises a 403 without a key of ours, a 429 beyond its limit."""
        provider = self.file.now()
        key = provider.key(keyring, api_key) if api_key else None
        if key is None:
            wrong = "is not known" if api_key else "was not provided"
            raise HTTPException(403, f"api_key {wrong}. {provider.key_service}.")
        most = key.filings_a_minute
        window = self._windows.setdefault((key.hash, most), MovingWindow(most, MINUTE))
        if wait := ceil(window.hit(key.hash, monotonic())):
            sentence = f"Too many reports with this api_key: try again in {wait} seconds."
            raise HTTPException(429, sentence, {"retry-after": str(wait)})
        return key


def routes(settings: Settings, file: ProviderFile) -> APIRouter:
    router = APIRouter(route_class=Standard, dependencies=[public])
    gate = Gate(file)

    @router.post("/requests.{format}", status_code=201, openapi_extra=FORM)
    async def file_report(
        format: Asked,
        request: Request,
        here: Here,
        desk: AtDesk,
        say: Say,
        once: idempotency.Key,
        prefer: str = Header(""),
    ) -> Response:
        """The answer holds the id; with `Prefer: respond-async` a token to ask for it by."""
        fields = await form.sent(request)
        key = gate.open(desk.vault.keyring, fields.get("api_key"))
        report = form.report(fields)
        kind = request_types(desk.kinds).get(report.service_code)
        if kind is None:
            raise HTTPException(404, "service_code was not found: ask for the list of services.")
        async with here.connection() as db:
            city = await jurisdictions.served(db, report.jurisdiction_id)
        command = _command(kind, report, _place(settings, city, report))
        receipt = new_code()
        is_async = "respond-async" in prefer
        told = _told(desk.vault.keyring, command.case_id, receipt, say, is_async)
        filed = answer(format, "service_requests", [told], 202 if is_async else 201)

        async def run(db: Db) -> Response:
            await handlers.cases.file_case(
                db,
                desk,
                command,
                report.texts,
                receipt,
                origin=Origin(actor=key.actor),
                within=territory(key.area),
            )
            return filed

        return await idempotency.once(here, once, run)

    return router


def _command(kind: RequestType, report: Report, area: str) -> FileCase:
    values = _values(kind, report.attributes)
    return FileCase(
        case_id=uuid7(),
        kind=kind.kind.name,
        area=area,
        source=SOURCE,
        roles=frozenset({RESIDENT}),
        at=datetime.now(UTC),
        urgency=cast(Urgency, values.pop("urgency", "normal")),
        category=kind.category,
        fields=values,
    )


def _values(kind: RequestType, attributes: dict[str, str]) -> dict[str, object]:
    """Raises a 400 for what the definition of the service does not know."""
    known = ("area", "urgency", *kind.required)
    values: dict[str, object] = {}
    for name, value in attributes.items():
        choices = kind.kind.fields.get(name, {})
        if name not in known:
            raise HTTPException(400, f"This service has the attributes {', '.join(known)}.")
        if name == "area":
            continue
        if name in kind.kind.numbers:
            if not (value.isascii() and value.isdigit()):
                raise HTTPException(400, f"attribute[{name}] is a whole number.")
            values[name] = int(value)
        elif value in choices:
            values[name] = value
        else:
            raise HTTPException(400, f"attribute[{name}] is one of {', '.join(choices)}.")
    return values


def _place(settings: Settings, city: str, report: Report) -> str:
    """The code that was sent, else the division in which the point lies.

    Raises a 400 where there is neither, and Refused where the map does not tell.
    """
    area = report.address_id or report.attributes.get("area")
    if area is None and report.lat is not None and report.long is not None:
        known = borders(jurisdictions.code_of(city), settings.borders_folder)
        return known.place(Point(report.long, report.lat))
    if area is None:
        raise HTTPException(
            400,
            "Where is it? Send address_id, the 12-digit code of the village, the community or the"
            " township, or both lat and long; an address_string alone cannot be looked up.",
        )
    if not area.startswith(city):
        raise HTTPException(
            400, "The place is not in this jurisdiction: send the code of one that is."
        )
    return area


def _told(
    keyring: Keyring, case_id: UUID, receipt: str, say: Speech, is_async: bool
) -> dict[str, Content]:
    name = "token" if is_async else "service_request_id"
    return {
        name: tokens.written(keyring, case_id) if is_async else str(case_id),
        "service_notice": say["notice"]["receipt"].format(receipt=receipt),
        "account_id": None,
    }
