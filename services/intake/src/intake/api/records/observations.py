"""Observations over HTTP: reported by observers, assessed by staff."""

from datetime import UTC, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field, model_validator
from uuid_utils.compat import uuid7

from chassis.access import Caller, allow
from chassis.db import Db
from chassis.event_log import Origin
from chassis.service import Here
from chassis.web.afterwards import At
from chassis.web.asked import Body, Limit, Place, Words, within
from chassis.web.cursor import Page
from chassis.web.etag import IfMatch, etag, tagged
from chassis.web.idempotency import Key, once
from contracts.fields import Code
from contracts.intake import Urgency
from intake import handlers
from intake.api.records.answers import BY_ID, Registrar, created, there_is
from intake.api.records.observers import FOR_OTHERS, Reader, check_own, own
from intake.desk import AtDesk, Desk
from intake.domain.commands import FileCase
from intake.domain.observation import AssessObservation, Became
from intake.domain.values import listed
from intake.receipt_codes import new_code
from intake.tables import channels, observations, observers
from intake.tables.observations import Observation

router = APIRouter(prefix="/v1", tags=["observations"])

OBSERVER = "observer"
"""The role, and the source of a case that an observation became."""

Reporter = Annotated[Caller, allow(OBSERVER, *FOR_OTHERS)]
Assessor = Annotated[Caller, allow("suggestion_desk", "dispatcher", "registrar", "admin")]


class NewObservation(Body):
    theme: Code
    text: Annotated[Words, Field(max_length=5000)]
    """Kept sealed."""
    area: Place | None = None
    """Where it was seen; left out, the area of the station."""


class Assessment(Body):
    """What comes of it: no more than a note, or a case of a kind."""

    became: Literal["note", "case"]
    kind: Code | None = None
    category: Code | None = None
    urgency: Urgency = "normal"

    @model_validator(mode="after")
    def has_a_kind_as_a_case(self) -> Self:
        if (self.became == "case") == (self.kind is None):
            raise ValueError("A case has a kind, a note has none.")
        return self


class Assessed(BaseModel):
    observation: Observation
    receipt: str | None
    """Of the case, for the observer to follow it by. It is shown this once."""


class Told(BaseModel):
    text: str | None
    forgotten_at: datetime | None


@router.post("/observers/{observer_id}/observations", status_code=201, response_model=Observation)
async def report_observation(
    observer_id: UUID,
    body: NewObservation,
    here: Here,
    desk: AtDesk,
    request: Request,
    key: Key,
    caller: Reporter,
    at: At,
) -> Response:
    """By an observer with their own token, whose `sub` is their person, or by staff for them."""
    listed(desk.lists.themes, "theme", body.theme)
    observation_id = uuid7()

    async def run(db: Db) -> Response:
        by = there_is(await observers.hold(db, observer_id), "observer")
        caller.keep_to(by.area)
        check_own(caller, by, FOR_OTHERS)
        row = Observation(
            observation_id=observation_id,
            observer_id=observer_id,
            channel_id=by.channel_id,
            area=body.area or by.area,
            kind=by.kind,
            theme=body.theme,
            reported_at=at,
        )
        caller.keep_to(row.area)
        await handlers.observations.report_observation(db, desk.vault, by, row, body.text)
        return created(request, row, row.version, f"/v1/observations/{observation_id}")

    return await once(here, key, run)


@router.post("/observations/{observation_id}/assessment", response_model=Assessed)
async def assess_observation(
    observation_id: UUID,
    body: Assessment,
    here: Here,
    desk: AtDesk,
    key: Key,
    seen: IfMatch,
    caller: Assessor,
) -> Response:
    """A case is filed as what the observer wrote, by the way `observer`."""
    at, receipt, case_id = datetime.now(UTC), new_code(), uuid7()

    async def run(db: Db) -> Response:
        row = await _find(db, observation_id)
        caller.keep_to(row.area)
        seen.check(row.version)
        case = await _case(db, desk, row, body, caller, case_id, at) if body.kind else None
        await handlers.observations.assess_observation(
            db,
            desk,
            AssessObservation(
                observation_id,
                row.area,
                row.observer_id,
                row.channel_id,
                row.theme,
                Became(case_id, case.kind) if case else None,
                at,
            ),
            case,
            receipt,
            origin=Origin(actor=caller.actor),
            within=caller.territory,
        )
        row = await _find(db, observation_id)
        answer = Assessed(observation=row, receipt=receipt if case else None)
        return Response(
            answer.model_dump_json(),
            headers={"etag": etag(row.version)},
            media_type="application/json",
        )

    return await once(here, key, run)


@router.get("/observations")
async def list_observations(
    here: Here,
    caller: Reader,
    area: Annotated[Place | None, Query(description="In this division or below it.")] = None,
    kind: Annotated[Code | None, Query(description="Of their channel.")] = None,
    theme: Code | None = None,
    observer_id: UUID | None = None,
    is_open: Annotated[bool | None, Query(description="It waits to be assessed.")] = None,
    cursor: str | None = None,
    limit: Limit = 100,
) -> Page[Observation]:
    """The newest first."""
    scope = (within(caller, area), kind, theme, observer_id, is_open, own(caller))
    (after,) = BY_ID.read(cursor, *scope) or (None,)
    async with here.connection() as db:
        rows = await observations.select(db, *scope, after, limit + 1)
    return BY_ID.page(rows, limit, lambda row: (row.observation_id,), lambda row: row, *scope)


@router.get("/observations/{observation_id}", response_model=Observation)
async def show_observation(
    observation_id: UUID, here: Here, request: Request, caller: Reader
) -> Response:
    async with here.connection() as db:
        row = await _find(db, observation_id)
        by = there_is(await observers.find(db, row.observer_id), "observer")
    caller.keep_to(row.area)
    check_own(caller, by)
    return tagged(request, row, row.version)


@router.get("/observations/{observation_id}/text")
async def read_text(
    observation_id: UUID,
    purpose: Literal["assessment", "supervision"],
    here: Here,
    desk: AtDesk,
    caller: Assessor,
) -> Told:
    """What was seen. That it was read, by whom and what for, is written down."""

    async def read(db: Db) -> Told:
        row = await _find(db, observation_id)
        caller.keep_to(row.area)
        found = await desk.vault.read(
            db, [observation_id], ["text"], purpose=purpose, actor=caller.actor
        )
        told = found[observation_id]
        return Told(text=told.texts.get("text"), forgotten_at=told.forgotten_at)

    return await here.transact(read)


@router.delete("/observations/{observation_id}/text", status_code=204)
async def forget_text(
    observation_id: UUID, here: Here, desk: AtDesk, key: Key, caller: Registrar
) -> Response:
    """Destroy the key of what was seen, and every copy: the case that it became has one."""

    async def run(db: Db) -> Response:
        caller.keep_to((await _find(db, observation_id)).area)
        await handlers.links.forget(db, desk, observation_id)
        return Response(status_code=204)

    return await once(here, key, run)


async def _case(
    db: Db,
    desk: Desk,
    row: Observation,
    body: Assessment,
    caller: Caller,
    case_id: UUID,
    at: datetime,
) -> FileCase:
    """Filed for the observer by staff, with the references that its kind's file asks for."""
    kind = desk.kinds.get(body.kind or "")
    station = there_is(await channels.find(db, row.channel_id), "channel")
    known = {"observation": row.observation_id}
    if station.is_open:
        known["channel"] = row.channel_id
    refs = {
        name: known[ref.to] for name, ref in (kind.refs.items() if kind else ()) if ref.to in known
    }
    return FileCase(
        case_id=case_id,
        kind=body.kind or "",
        area=row.area,
        source=OBSERVER,
        roles=caller.roles | {OBSERVER},
        at=at,
        urgency=body.urgency,
        category=body.category,
        fields=refs,
    )


async def _find(db: Db, observation_id: UUID) -> Observation:
    return there_is(await observations.find(db, observation_id), "observation")
