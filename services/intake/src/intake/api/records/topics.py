"""Topics over HTTP: published by editors, read by everybody."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from uuid_utils.compat import uuid7

from chassis.access import Caller, allow, territory
from chassis.db import Db
from chassis.event_log import Origin
from chassis.service import Here
from chassis.web.afterwards import At
from chassis.web.asked import Body, Limit, Line, Place, Words
from chassis.web.cursor import Page
from chassis.web.etag import IfMatch, tagged
from chassis.web.idempotency import Key, once
from chassis.workflow.workdays import day_of
from contracts.fields import Code, Day
from intake import handlers
from intake.api.reading import open_to_all
from intake.api.records.answers import BY_ID, created, there_is
from intake.desk import AtDesk
from intake.domain import divisions
from intake.domain.topic import CloseTopic, PublishTopic
from intake.domain.values import listed
from intake.tables import topics
from intake.tables.topics import Topic

router = APIRouter(prefix="/v1/topics", tags=["topics"])

Editor = Annotated[Caller, allow("editor", "admin")]


class NewTopic(Body):
    area: Place
    theme: Code
    is_drive: bool = False
    """A drive of which the best ones are chosen, not a plain call."""
    title: Annotated[Line, Field(max_length=100)]
    description: Annotated[Words, Field(max_length=5000)] | None = None
    opens_on: Day
    closes_on: Day
    """The first day on which nothing is taken any more."""


@router.post("", status_code=201, response_model=Topic)
async def publish_topic(
    body: NewTopic,
    here: Here,
    desk: AtDesk,
    request: Request,
    key: Key,
    caller: Editor,
    at: At,
) -> Response:
    caller.keep_to(body.area)
    listed(desk.lists.themes, "theme", body.theme)
    topic_id, origin = uuid7(), Origin(actor=caller.actor)
    change = PublishTopic(
        topic_id, body.area, body.theme, body.is_drive, body.opens_on, body.closes_on, at
    )

    async def run(db: Db) -> Response:
        await handlers.topics.publish_topic(
            db, change, body.title, body.description, origin=origin, within=caller.territory
        )
        made = await _find(db, topic_id)
        return created(request, made, made.version, f"/v1/topics/{topic_id}")

    return await once(here, key, run)


@router.post("/{topic_id}/closure", response_model=Topic)
async def close_topic(
    topic_id: UUID, here: Here, request: Request, key: Key, seen: IfMatch, caller: Editor
) -> Response:
    """Before its closing day; then it closes by itself."""
    change, origin = CloseTopic(datetime.now(UTC)), Origin(actor=caller.actor)

    async def run(db: Db) -> Response:
        row = await _find(db, topic_id)
        caller.keep_to(row.area)
        seen.check(row.version)
        await handlers.topics.change_topic(
            db, topic_id, change, origin=origin, within=caller.territory
        )
        closed = await _find(db, topic_id)
        return tagged(request, closed, closed.version)

    return await once(here, key, run)


@router.get("", dependencies=open_to_all)
async def list_topics(
    here: Here,
    area: Annotated[Place | None, Query(description="Of this division and all within it.")] = None,
    around: Annotated[
        Place | None, Query(description="Of this place and the divisions it lies in.")
    ] = None,
    theme: Code | None = None,
    is_drive: bool | None = None,
    is_open: Annotated[bool | None, Query(description="Whether it takes suggestions now.")] = True,
    cursor: str | None = None,
    limit: Limit = 100,
) -> Page[Topic]:
    """The newest first."""
    scope = (
        territory(area) if area else "",
        divisions.around(around) if around else None,
        theme,
        is_drive,
        is_open,
    )
    (after,) = BY_ID.read(cursor, *scope) or (None,)
    async with here.connection() as db:
        rows = await topics.select(db, day_of(datetime.now(UTC)), *scope, after, limit + 1)
    return BY_ID.page(rows, limit, lambda row: (row.topic_id,), lambda row: row, *scope)


@router.get("/{topic_id}", dependencies=open_to_all, response_model=Topic)
async def show_topic(topic_id: UUID, here: Here, request: Request) -> Response:
    async with here.connection() as db:
        row = await _find(db, topic_id)
    return tagged(request, row, row.version, is_all_of_it=False)  # it opens on a day


async def _find(db: Db, topic_id: UUID) -> Topic:
    return there_is(await topics.find(db, topic_id, day_of(datetime.now(UTC))), "topic")
