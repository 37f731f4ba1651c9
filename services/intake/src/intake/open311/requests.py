"""GET requests: where the cases stand that anybody may look up.

What was told with them is not shown: texts, names and the exact point stay in the vault, for
whoever reads it there is on record. `description` is therefore always empty, and `lat` and `long`
are a place in the middle of the division, where its borders are known.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from asyncpg import Record
from fastapi import APIRouter, HTTPException, Query, Response
from pydantic import BaseModel, Field, model_validator

from chassis.access import public
from chassis.db import Db
from chassis.pages.speech import Speech
from chassis.service import Here
from chassis.workflow.kind import Kind
from chassis.workflow.workdays import SHANGHAI
from contracts.fields import Instant
from intake.desk import AtDesk, Desk
from intake.open311 import jurisdictions, tokens
from intake.open311.answers import Asked, Content, Standard, answer
from intake.open311.borders import Borders, borders
from intake.open311.language import Say
from intake.open311.services import RequestType, public_kinds
from intake.settings import Settings
from intake.tables import areas, service_requests
from intake.tables.service_requests import Wanted

MOST = 1000
"""Requests in one answer, as the standard says."""

SPAN = timedelta(days=90)

EARLIEST, LATEST = (datetime(year, 1, 1, tzinfo=UTC) for year in (2000, 2200))
Bounded = Annotated[Instant, Field(ge=EARLIEST, le=LATEST)]


class Jurisdiction(BaseModel):
    """An argument that is empty is one that was not sent."""

    jurisdiction_id: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, sent: Any) -> Any:
        return {name: value for name, value in sent.items() if value not in ("", [""])}


class Search(Jurisdiction):
    """Commas separate several values."""

    service_request_id: str | None = Field(None, max_length=40 * MOST)
    """Overrides all other arguments."""
    service_code: str | None = None
    start_date: Bounded | None = None
    end_date: Bounded | None = None
    """At most 90 days after the start. Left out, they are the last 90 days."""
    status: str | None = Field(None, pattern=r"^(open|closed)(,(open|closed))*$")
    page: int = Field(1, ge=1, le=100_000)
    page_size: int = Field(MOST, ge=1, le=MOST)


def routes(settings: Settings, limits: Sequence[Any]) -> APIRouter:
    router = APIRouter(route_class=Standard, dependencies=[public, *limits])

    @router.get("/requests.{format}")
    async def list_requests(
        format: Asked, here: Here, desk: AtDesk, say: Say, search: Annotated[Search, Query()]
    ) -> Response:
        """Those of the asked span of time, the newest first."""
        async with here.connection() as db:
            city = await jurisdictions.served(db, search.jurisdiction_id)
            rows = await _found(db, desk, city, search)
            return await _shown(db, format, desk, say, rows, _known(settings, city))

    @router.get("/requests/{service_request_id}.{format}")
    async def show_request(
        format: Asked,
        here: Here,
        desk: AtDesk,
        say: Say,
        service_request_id: str,
        asked: Annotated[Jurisdiction, Query()],
    ) -> Response:
        async with here.connection() as db:
            city = await jurisdictions.served(db, asked.jurisdiction_id)
            rows = await _by_id(db, desk, city, service_request_id)
            if not rows:
                raise HTTPException(
                    404, "service_request_id was not found: look for it in the list."
                )
            return await _shown(db, format, desk, say, rows, _known(settings, city))

    @router.get("/tokens/{token}.{format}")
    async def show_token(
        format: Asked,
        here: Here,
        desk: AtDesk,
        token: str,
        asked: Annotated[Jurisdiction, Query()],
    ) -> Response:
        """The id behind a token. It is no right to anything."""
        case_id = tokens.read(desk.vault.keyring, token)
        async with here.connection() as db:
            city = await jurisdictions.served(db, asked.jurisdiction_id)
            rows = await _by_id(db, desk, city, str(case_id)) if case_id else ()
        if not rows:
            raise HTTPException(
                404, "token was not found: it is the one a report was answered with."
            )
        return answer(
            format, "service_requests", [{"service_request_id": str(case_id), "token": token}]
        )

    return router


async def _found(db: Db, desk: Desk, city: str, search: Search) -> Sequence[Record]:
    if search.service_request_id:
        return await _by_id(db, desk, city, search.service_request_id)
    since, until = _span(search)
    kinds = [kind.name for kind in public_kinds(desk.kinds)]
    codes = search.service_code.split(",") if search.service_code else None
    if any(code.partition(".")[0] not in kinds for code in codes or ()):
        raise HTTPException(404, "service_code was not found: ask for one of the list of services.")
    statuses = set(search.status.split(",")) if search.status else set()
    is_open = "open" in statuses if len(statuses) == 1 else None
    wanted = Wanted(city, kinds, since, until, codes, is_open)
    return await service_requests.in_span(db, wanted, search.page, search.page_size)


async def _by_id(db: Db, desk: Desk, city: str, asked: str) -> Sequence[Record]:
    """Whatever is no id of ours is none that could be found."""
    kinds = [kind.name for kind in public_kinds(desk.kinds)]
    return await service_requests.by_id(db, city, kinds, [*_ids(asked)][:MOST])


def _ids(asked: str) -> list[UUID]:
    found = []
    for each in asked.split(","):
        try:
            found.append(UUID(each.strip()))
        except ValueError:
            continue
    return found


def _span(search: Search) -> tuple[datetime, datetime]:
    """Raises a 400 when it is longer than the standard allows, or ends before it begins."""
    start, end = search.start_date, search.end_date
    if start and end and not timedelta(0) <= end - start <= SPAN:
        raise HTTPException(
            400, f"end_date is after start_date, by at most {SPAN.days} days: ask span by span."
        )
    until = end or (start + SPAN if start else datetime.now(UTC))
    return start or until - SPAN, until


def _known(settings: Settings, city: str) -> Borders:
    return borders(jurisdictions.code_of(city), settings.borders_folder)


async def _shown(
    db: Db, format: Any, desk: Desk, say: Speech, rows: Sequence[Record], known: Borders
) -> Response:
    codes = {code for row in rows for code in jurisdictions.around(row["area"])}
    names = await areas.names(db, codes)
    shown = [_request(desk.kinds[row["kind"]], row, names, say, known) for row in rows]
    return answer(format, "service_requests", shown)


def _request(
    kind: Kind, row: Record, names: Mapping[str, str], say: Speech, known: Borders
) -> Content:
    service = RequestType(kind, row["category"])
    middle = known.middle(row["area"])
    step = row["step"]
    return {
        "service_request_id": str(row["case_id"]),
        "status": "open" if row["is_open"] else "closed",
        "status_notes": say(kind.step(step).title) if kind.has(step) else step,
        "service_name": say(service.title),
        "service_code": service.code,
        "description": None,
        "agency_responsible": _agency(kind, row, say),
        "service_notice": None,
        "requested_datetime": _written(row["filed_at"]),
        "updated_datetime": _written(row["closed_at"] or row["step_at"]),
        "expected_datetime": _written(row["due_at"] if row["is_open"] else None),
        "address": jurisdictions.address(names, row["area"]),
        "address_id": row["area"],
        "zipcode": None,
        "lat": middle.lat if middle else None,
        "long": middle.long if middle else None,
        "media_url": None,
    }


def _agency(kind: Kind, row: Record, say: Speech) -> str | None:
    """The department that has it, else those who do: grid workers, volunteers."""
    for field, code in (("department", row["department"]), ("to", row["sent_to"])):
        values = kind.fields.get(field, {})
        if code in values:
            return say(values[code].title)
    return None


def _written(at: datetime | None) -> str | None:
    """As the W3C's note has it, in the city's time."""
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds") if at else None
