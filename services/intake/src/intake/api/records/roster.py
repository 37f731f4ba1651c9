"""The roster over HTTP: which leader sits on which workday of a month."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field, model_validator
from uuid_utils.compat import uuid7

from chassis.access import Known
from chassis.db import Db
from chassis.service import Here
from chassis.web.afterwards import At
from chassis.web.asked import Body, Place
from chassis.web.idempotency import Key, once
from chassis.workflow.workdays import LAST_DAY, day_of, is_workday
from contracts.fields import Code, Day
from intake import handlers
from intake.api.records.meetings import READERS, open_to, rules_for
from intake.desk import AtDesk, Desk
from intake.domain.meeting import ScheduleMeeting
from intake.tables import meetings
from intake.tables.meetings import Meeting

RECEPTION = "reception"

Month = Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", examples=["2026-03"])]


class Duty(Body):
    on: Day
    leader_id: UUID
    """A post or a person, as a reference."""


class NewRoster(Body):
    kind: Code = RECEPTION
    area: Place
    month: Month
    days: Annotated[Sequence[Duty], Field(min_length=1, max_length=31)]

    @model_validator(mode="after")
    def has_days_of_the_month(self) -> Self:
        if any(f"{duty.on:%Y-%m}" != self.month for duty in self.days):
            raise ValueError("A roster has the days of its month: send those of another apart.")
        if len({duty.on for duty in self.days}) < len(self.days):
            raise ValueError("One leader sits each day: name each day once.")
        return self


class Sitting(BaseModel):
    on: date
    meeting: Meeting | None
    """Null: nobody is on the roster for this workday."""


class Roster(BaseModel):
    kind: str
    area: str
    month: str
    days: list[Sitting]
    """The workdays of the month as far as they are known, and whatever else somebody sits on."""


def routes(desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/v1/meetings/roster", tags=["meetings"])
    router.post("", response_model=Roster, dependencies=open_to(desk))(put_on_roster)
    router.get("", dependencies=open_to(desk, *READERS))(show_roster)
    return router


async def put_on_roster(
    body: NewRoster, here: Here, desk: AtDesk, key: Key, caller: Known, at: At
) -> Response:
    """A leader for each day named, all or nothing; answers with the whole month."""
    caller.keep_to(body.area)
    rules = rules_for(desk, caller, body.kind)
    leaders = {duty.on: duty.leader_id for duty in body.days}

    async def run(db: Db) -> Response:
        month = ScheduleMeeting(uuid7(), body.kind, rules, body.area, min(leaders), at)
        await handlers.meetings.put_on_roster(db, month, leaders, caller)
        roster = await _roster(db, body.kind, body.area, body.month)
        return Response(roster.model_dump_json(), media_type="application/json")

    return await once(here, key, run)


async def show_roster(
    here: Here,
    caller: Known,
    area: Annotated[Place | None, Query(description="The division whose leaders sit.")] = None,
    kind: Code = RECEPTION,
    month: Annotated[Month | None, Query(description="This one, unless told.")] = None,
) -> Roster:
    """Day by day. Raises Refused for a year whose holidays are not published."""
    division = area or caller.territory.ljust(12, "0")
    caller.keep_to(division)
    async with here.connection() as db:
        return await _roster(db, kind, division, month or f"{day_of(datetime.now(UTC)):%Y-%m}")


async def _roster(db: Db, kind: str, area: str, month: str) -> Roster:
    first = date.fromisoformat(f"{month}-01")
    after = (first + timedelta(days=31)).replace(day=1)
    sits = {row.on: row for row in await meetings.rostered(db, kind, area, first, after)}
    days = sorted({*sits, *_workdays(first, after)})
    sittings = [Sitting(on=day, meeting=sits.get(day)) for day in days]
    return Roster(kind=kind, area=area, month=month, days=sittings)


def _workdays(first: date, after: date) -> list[date]:
    """Without the last days of a year while the holidays of the next one are not published.

    Raises CalendarUnpublished where no day is known.
    """
    is_workday(first)
    last = min(after, LAST_DAY + timedelta(days=1))
    days = [first + timedelta(days=count) for count in range((last - first).days)]
    return [day for day in days if is_workday(day)]
