"""What those who work on cases may do: take one a step further, or give it more time."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    StringConstraints,
    WithJsonSchema,
)

from chassis.access import Caller, allow
from chassis.decider import Refused
from chassis.event_log import Db, Origin
from chassis.service import Here, Service
from chassis.web.etag import IfMatch, Seen, tagged
from chassis.web.idempotency import Key, Once, once
from chassis.workflow.deadline import Span
from contracts.fields import Code
from contracts.intake import Target
from intake import handlers
from intake.api_cases import found_for, no_case, note_of
from intake.desk import AtDesk, Desk
from intake.domain.commands import Change, ExtendDeadline, ResumeClock, SuspendClock, TakeStep
from intake.tables import cases
from intake.views import CaseView, case_view

router = APIRouter(prefix="/v1/cases/{case_id}", tags=["cases"])

Handler = Annotated[Caller, allow("grid_worker", "department", "dispatcher", "admin")]
Supervisor = Annotated[Caller, allow("dispatcher", "admin")]

Note = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000)]


class Noted(BaseModel):
    note: Note | None = None
    """For those who work on the case; kept sealed, beside what the resident told."""


class StepToTake(Noted):
    """A step of the case's kind, with what it is taken with; which steps and what, its kind says.

    Fields beside these are values of the kind's own lists.
    """

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Code | StrictInt] = Field(init=False)

    step: Code
    outcome: Code | None = None
    category: Code | None = None
    to: Target | None = None
    post_id: UUID | None = None
    """Left out, it is the grid worker on duty at the place."""
    department: Code | None = None
    skill: Code | None = None
    level: Code | None = None
    satisfaction: StrictInt | None = None

    def fields(self) -> dict[str, object]:
        return self.model_dump(exclude={"step", "outcome", "note"}, exclude_none=True)


class Extension(Noted):
    model_config = ConfigDict(extra="forbid")

    step: Code
    by: Annotated[
        Span,
        BeforeValidator(Span.parse),
        WithJsonSchema({"type": "string", "examples": ["5 workdays", "10 days"]}),
    ]


class Pausing(Noted):
    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class Wish:
    """A request to change a case."""

    request: Request
    here: Service
    desk: Desk
    case_id: UUID
    seen: Seen
    key: Once

    async def grant(
        self, caller: Caller, note: str | None, change: Callable[[Db, str], Awaitable[Change]]
    ) -> Response:
        """Make the change (it is told the case's area); answer with the case as it is then."""

        async def run(db: Db) -> Response:
            area = await cases.area_of(db, self.case_id)
            if area is None:
                raise no_case()
            caller.keep_to(area)
            try:
                said = await handlers.change_case(
                    db,
                    self.desk,
                    self.case_id,
                    await change(db, area),
                    origin=Origin(actor=caller.actor),
                    within=caller.territory,
                )
            except Refused:
                # Whoever decided on an old version is told that rather than why it is too late.
                self.seen.check((await found_for(db, self.desk, caller, self.case_id)).version)
                raise
            found = await found_for(db, self.desk, caller, self.case_id)
            before = found.version - len(said)
            self.seen.check(before)
            if note:
                await self.desk.vault.put(db, {self.case_id: {note_of(before + 1): note}})
            return tagged(self.request, case_view(found), found.version)

        return await self.here.transact(lambda db: once(db, self.key, lambda: run(db)))


# Not the class itself: FastAPI would make it in a thread.
async def _wish(
    request: Request, here: Here, desk: AtDesk, case_id: UUID, seen: IfMatch, key: Key
) -> Wish:
    return Wish(request, here, desk, case_id, seen, key)


Wished = Annotated[Wish, Depends(_wish)]


@router.post("/steps", response_model=CaseView)
async def take_step(wish: Wished, caller: Handler, body: StepToTake) -> Response:
    """Take the case a step further; the answer has the steps that are allowed then."""
    step = TakeStep(body.step, caller.roles, datetime.now(UTC), body.fields(), body.outcome)

    async def change(db: Db, area: str) -> Change:
        return await handlers.find_worker(db, wish.case_id, area, step)

    return await wish.grant(caller, body.note, change)


@router.post("/extensions", response_model=CaseView)
async def extend_deadline(wish: Wished, caller: Supervisor, body: Extension) -> Response:
    """Give a step more time, as far as its kind allows."""
    change = ExtendDeadline(body.step, body.by, datetime.now(UTC))
    return await wish.grant(caller, body.note, _simply(change))


@router.post("/suspensions", response_model=CaseView)
async def suspend_clock(wish: Wished, caller: Supervisor, body: Pausing) -> Response:
    """Let no time count until it is resumed."""
    return await wish.grant(caller, body.note, _simply(SuspendClock(datetime.now(UTC))))


@router.post("/resumptions", response_model=CaseView)
async def resume_clock(wish: Wished, caller: Supervisor, body: Pausing) -> Response:
    return await wish.grant(caller, body.note, _simply(ResumeClock(datetime.now(UTC))))


def _simply(change: Change) -> Callable[[Db, str], Awaitable[Change]]:
    async def told(_db: Db, _area: str) -> Change:
        return change

    return told
