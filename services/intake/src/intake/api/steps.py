"""What those who work on cases may do: take one a step further, or give it more time."""

from collections.abc import Awaitable, Callable, Mapping
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
    WithJsonSchema,
)

from chassis.access import Caller, allow, known
from chassis.db import Db
from chassis.event_log import Origin
from chassis.service import Service, service_of
from chassis.web.asked import Words
from chassis.web.etag import IfMatchHeader, Seen, seen_in, tagged
from chassis.web.idempotency import KeyHeader, Once, key_in, once
from chassis.workflow.deadline import Span
from contracts.fields import Code
from contracts.intake import Target
from intake import handlers
from intake.api.cases import found_for
from intake.api.views import CaseView, case_view
from intake.desk import Desk, desk_of
from intake.domain.commands import Change, ExtendDeadline, ResumeClock, SuspendClock, TakeStep

Note = Annotated[Words, Field(max_length=5000)]


class Noted(BaseModel):
    note: Note | None = None
    """For those who work on the case; kept sealed, beside what the resident told."""

    def written(self) -> dict[str, str]:
        """Texts by name, to be kept with the version that this makes."""
        return {"note": self.note} if self.note else {}


class StepToTake(Noted):
    """A step of the case's kind, with what it is taken with; which steps and what, its kind says.

    Fields beside these are the kind's own: values of its lists, numbers, references.
    """

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, UUID | Code | StrictInt] = Field(init=False)

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
    texts: dict[Code, Note] = Field(default_factory=dict, max_length=10)
    """Under the names of the kind's texts; kept sealed."""

    def fields(self) -> dict[str, object]:
        return self.model_dump(exclude={"step", "outcome", "note", "texts"}, exclude_none=True)

    def written(self) -> dict[str, str]:
        return {**self.texts, **super().written()}


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
    caller: Caller
    here: Service
    desk: Desk
    case_id: UUID
    seen: Seen
    key: Once

    async def grant(
        self, written: Mapping[str, str], change: Callable[[Db, str], Awaitable[Change]]
    ) -> Response:
        """Make the change (it is told the case's area); answer with the case as it is then."""

        async def run(db: Db) -> Response:
            found = await found_for(db, self.desk, self.caller, self.case_id)
            # Whoever decided on an old version is told that rather than why it is too late.
            self.seen.check(found.version)
            outcome = await handlers.cases.change_known(
                db,
                self.desk,
                self.case_id,
                found.past,
                await change(db, found.case.area),
                origin=Origin(actor=self.caller.actor),
                within=self.caller.territory,
            )
            if written:
                texts = {f"{name}_{found.version + 1}": text for name, text in written.items()}
                await self.desk.vault.put(db, {self.case_id: texts})
            found = found.after(outcome)
            return tagged(self.request, case_view(found, datetime.now(UTC)), found.version)

        return await once(self.here, self.key, run)


# One dependency instead of six: FastAPI takes as long to solve them as the rules to decide.
async def _wish(
    request: Request,
    case_id: UUID,
    if_match: IfMatchHeader = None,
    idempotency_key: KeyHeader = None,
) -> Wish:
    here, desk, caller = await service_of(request), await desk_of(request), await known(request)
    key = key_in(request, idempotency_key)
    return Wish(request, caller, here, desk, case_id, seen_in(if_match), key)


Wished = Annotated[Wish, Depends(_wish)]


def routes(desk: Desk) -> APIRouter:
    """For the roles that the kinds name; what each may do with a case, its kind says."""
    router = APIRouter(
        prefix="/v1/cases/{case_id}", tags=["cases"], dependencies=[allow(*sorted(desk.handlers))]
    )
    for path, command in (
        ("/steps", take_step),
        ("/extensions", extend_deadline),
        ("/suspensions", suspend_clock),
        ("/resumptions", resume_clock),
    ):
        router.post(path, response_model=CaseView)(command)
    return router


async def take_step(wish: Wished, body: StepToTake) -> Response:
    """Take the case a step further; the answer has the steps that are allowed then."""
    at, fields, texts = datetime.now(UTC), body.fields(), frozenset(body.texts)
    step = TakeStep(body.step, wish.caller.roles, at, fields, body.outcome, texts)

    async def change(db: Db, area: str) -> Change:
        return await handlers.cases.look_up(db, wish.desk, wish.case_id, area, step)

    return await wish.grant(body.written(), change)


async def extend_deadline(wish: Wished, body: Extension) -> Response:
    """Give a step more time, as far as its kind allows."""
    change = ExtendDeadline(body.step, body.by, wish.caller.roles, datetime.now(UTC))
    return await wish.grant(body.written(), _simply(change))


async def suspend_clock(wish: Wished, body: Pausing) -> Response:
    """Let no time count until it is resumed."""
    change = SuspendClock(wish.caller.roles, datetime.now(UTC))
    return await wish.grant(body.written(), _simply(change))


async def resume_clock(wish: Wished, body: Pausing) -> Response:
    change = ResumeClock(wish.caller.roles, datetime.now(UTC))
    return await wish.grant(body.written(), _simply(change))


def _simply(change: Change) -> Callable[[Db, str], Awaitable[Change]]:
    async def told(_db: Db, _area: str) -> Change:
        return change

    return told
