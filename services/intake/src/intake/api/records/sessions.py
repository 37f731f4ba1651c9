"""Sessions of forums over HTTP: a host records who was there and what came of each matter."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt
from uuid_utils.compat import uuid7

from chassis.access import Caller, allow
from chassis.db import Db
from chassis.sealed.vault import Person
from chassis.service import Here
from chassis.web.afterwards import At
from chassis.web.asked import Body, Limit, Place, Words
from chassis.web.cursor import Page
from chassis.web.etag import IfMatch
from chassis.web.idempotency import Key, once
from contracts.fields import Code
from contracts.intake import Urgency
from intake import handlers
from intake.api.filing import Filed
from intake.api.records.answers import BY_ID, Registrar, there_is
from intake.api.records.forums import find
from intake.desk import AtDesk, Desk
from intake.domain.commands import FileCase
from intake.domain.forum import venue
from intake.domain.values import listed
from intake.handlers.forums import Problem
from intake.receipt_codes import new_code
from intake.tables import forum_sessions
from intake.tables.forum_sessions import Matter, Session
from intake.tables.forums import Forum

router = APIRouter(prefix="/v1/forums/{forum_id}/sessions", tags=["forums"])

Host = Annotated[Caller, allow("host")]
Reader = Annotated[Caller, allow("host", "reader", "dispatcher", "registrar", "admin")]

Number = Annotated[int, Field(ge=1, le=100_000, strict=True)]


class Settled(Body):
    """A case that was a matter, and what came of it."""

    case_id: UUID
    outcome: Code
    """One of those of the step that it takes there."""


def _once(matters: Sequence[Settled]) -> Sequence[Settled]:
    if len({matter.case_id for matter in matters}) < len(matters):
        raise ValueError("each case stands here once")
    return matters


Matters = Annotated[Sequence[Settled], AfterValidator(_once), Field(max_length=100)]


class Raised(BaseModel):
    """A problem raised there, which becomes a case. The text is kept sealed.

    Fields beside these are the kind's own: values of its lists and numbers.
    """

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, Code | StrictInt] = Field(init=False)

    kind: Code = "deliberation"
    area: Place | None = None
    """Where it is; left out, the forum's own."""
    text: Annotated[Words, Field(max_length=5000)]
    category: Code | None = None
    urgency: Urgency = "normal"


class NewSession(Body):
    participants: Annotated[dict[Code, Number], Field(min_length=1, max_length=30)]
    """How many of each party."""
    guideline: Code | None = None
    """The version that it was held by."""
    minutes: Annotated[Words, Field(max_length=20_000)] | None = None
    """Kept sealed."""
    matters: Matters = ()
    raised: Annotated[Sequence[Raised], Field(max_length=100)] = ()


class Whole(Session):
    cases: list[Matter]
    """Its matters, and what began there."""


class Held(Whole):
    raised: list[Filed]
    """In the order in which they were sent; each receipt is shown this once."""


class Minutes(BaseModel):
    minutes: str | None
    forgotten_at: datetime | None


@router.post("", status_code=201, response_model=Held)
async def hold_session(
    forum_id: UUID,
    body: NewSession,
    here: Here,
    desk: AtDesk,
    key: Key,
    seen: IfMatch,
    caller: Host,
    at: At,
) -> Response:
    """All of it or nothing: the session, a step of each matter, a case for each problem raised."""
    session_id = uuid7()

    async def run(db: Db) -> Response:
        forum = await find(db, forum_id)
        caller.keep_to(forum.area)
        seen.check(forum.version)
        problems = _problems(desk, forum, session_id, body.raised, caller, at)
        session = handlers.forums.Session(
            session_id,
            body.participants,
            at,
            body.guideline,
            body.minutes,
            {matter.case_id: matter.outcome for matter in body.matters},
            problems,
        )
        await handlers.forums.hold_session(db, desk, forum, session, caller)
        raised = [Filed(case_id=one.filed.case_id, receipt=one.receipt) for one in problems]
        held = Held(**dict(await _whole(db, forum_id, session_id)), raised=raised)
        location = f"/v1/forums/{forum_id}/sessions/{session_id}"
        return Response(
            held.model_dump_json(), 201, {"location": location}, media_type="application/json"
        )

    return await once(here, key, run)


@router.get("")
async def list_sessions(
    forum_id: UUID, here: Here, caller: Reader, cursor: str | None = None, limit: Limit = 100
) -> Page[Session]:
    """The newest first."""
    (after,) = BY_ID.read(cursor, forum_id) or (None,)
    async with here.connection() as db:
        caller.keep_to((await find(db, forum_id)).area)
        rows = await forum_sessions.list_after(db, forum_id, after, limit + 1)
    return BY_ID.page(rows, limit, lambda row: (row.session_id,), lambda row: row, forum_id)


@router.get("/{session_id}")
async def show_session(forum_id: UUID, session_id: UUID, here: Here, caller: Reader) -> Whole:
    async with here.connection() as db:
        session = await _whole(db, forum_id, session_id)
    caller.keep_to(session.area)
    return session


@router.get("/{session_id}/minutes")
async def read_minutes(
    forum_id: UUID,
    session_id: UUID,
    purpose: Literal["handling", "supervision"],
    here: Here,
    desk: AtDesk,
    caller: Annotated[Caller, allow("host", "dispatcher")],
) -> Minutes:
    """What was said. Who read it, and for which purpose, is written down."""
    async with here.connection() as db:
        caller.keep_to((await _whole(db, forum_id, session_id)).area)
        return await minutes_of(db, desk, session_id, purpose, caller)


@router.delete("/{session_id}/minutes", status_code=204)
async def forget_minutes(
    forum_id: UUID, session_id: UUID, here: Here, desk: AtDesk, key: Key, caller: Registrar
) -> Response:
    """Destroy the key of what was said. The session itself stays."""

    async def run(db: Db) -> Response:
        caller.keep_to((await _whole(db, forum_id, session_id)).area)
        await desk.vault.forget(db, [session_id])
        return Response(status_code=204)

    return await once(here, key, run)


async def minutes_of(db: Db, desk: Desk, record_id: UUID, purpose: str, caller: Caller) -> Minutes:
    """Of a session or a meeting. That they were read is written down."""
    found = await desk.vault.read(db, [record_id], ["minutes"], purpose=purpose, actor=caller.actor)
    record = found.get(record_id, Person())
    return Minutes(minutes=record.texts.get("minutes"), forgotten_at=record.forgotten_at)


async def _whole(db: Db, forum_id: UUID, session_id: UUID) -> Whole:
    session = await forum_sessions.get(db, session_id)
    if session and session.forum_id != forum_id:
        session = None
    cases = await forum_sessions.matters(db, session_id)
    return Whole(**dict(there_is(session, "session")), cases=cases)


def _problems(
    desk: Desk,
    forum: Forum,
    session_id: UUID,
    raised: Sequence[Raised],
    caller: Caller,
    at: datetime,
) -> list[Problem]:
    rules = listed(desk.lists.forum_kinds, "kind of forum", forum.kind)
    return [
        Problem(
            FileCase(
                case_id=uuid7(),
                kind=one.kind,
                area=one.area or forum.area,
                source=rules.raises,
                roles=caller.roles,
                at=at,
                urgency=one.urgency,
                category=one.category,
                fields={
                    **_known(desk, one.kind, venue(forum.kind, rules)),
                    **one.__pydantic_extra__,
                    **_referring(desk, one.kind, session_id),
                },
            ),
            {"text": one.text},
            new_code(),
        )
        for one in raised
    ]


def _referring(desk: Desk, kind: str, session_id: UUID) -> dict[str, UUID]:
    """The session, under the names by which the kind of case refers to one."""
    refs = desk.kinds[kind].refs if kind in desk.kinds else {}
    return {name: session_id for name, ref in refs.items() if ref.to == "session"}


def _known(desk: Desk, kind: str, values: Mapping[str, str]) -> dict[str, str]:
    """Those of them for which the kind of case has a list."""
    fields = desk.kinds[kind].fields if kind in desk.kinds else {}
    return {name: value for name, value in values.items() if value in fields.get(name, {})}
