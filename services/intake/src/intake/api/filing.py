"""What those who bring something in may do: file it, and follow it by its receipt code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StrictInt, StringConstraints
from uuid_utils.compat import uuid7

from chassis.access import Caller, allow, public
from chassis.db import Db
from chassis.decider import Refused
from chassis.event_log import Origin
from chassis.execute import EVERYWHERE, NOBODY
from chassis.service import Here, Service
from chassis.web import afterwards
from chassis.web.asked import Line, Phone, Words
from chassis.web.idempotency import Key, Once, once
from chassis.web.rate_limit import MINUTE, limited
from chassis.workflow.kind import Kind
from contracts.fields import AreaCode, Code, Instant, Rating
from contracts.intake import Urgency
from intake import handlers
from intake.api.following import find_by_code, shown
from intake.api.steps import StepToTake
from intake.api.views import RESIDENT, ReceiptView
from intake.desk import AtDesk, Desk
from intake.domain.commands import FileCase, TakeStep
from intake.receipt_codes import new_code
from intake.settings import Settings

Receipt = Annotated[str, StringConstraints(min_length=12, max_length=30)]


class Filing(BaseModel):
    """What is brought in. Text, name and phone are kept apart from the case, sealed.

    Fields beside these are the kind's own: values of its lists, numbers, references.
    """

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, UUID | Code | StrictInt] = Field(init=False)

    kind: Code = "request"
    area: AreaCode
    """Where it is: a village or community, or a township."""
    text: Annotated[Words, Field(max_length=5000)]
    name: Annotated[Line, Field(max_length=100)] | None = None
    phone: Phone | None = None
    category: Code | None = None
    urgency: Urgency = "normal"
    source: Code = RESIDENT
    """By which way it comes in: a value of the kind's list `source`."""
    joins: UUID | None = None
    """A likely duplicate of it, which stands for both from now on."""

    def fields(self) -> dict[str, object]:
        return dict(self.__pydantic_extra__)


class Filed(BaseModel):
    case_id: UUID
    receipt: str
    """To follow the case by. It is shown this once; nobody can look it up."""


class ReceiptAsked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    code: Receipt


class ReceiptStep(ReceiptAsked):
    """Fields beside these are the kind's own, as another rating."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, UUID | Code | StrictInt] = Field(init=False)

    step: Code
    satisfaction: Rating | None = None

    def fields(self) -> dict[str, object]:
        return self.model_dump(exclude={"code", "step"}, exclude_none=True)


class StepSince(StepToTake):
    at: Instant
    note: None = None
    """What was noted then is told with the case."""

    def fields(self) -> dict[str, object]:
        return {name: value for name, value in super().fields().items() if name != "at"}


class Record(Filing):
    """A case that was kept on paper: whatever any of us did, in the order in which it was done."""

    at: Instant
    steps: list[StepSince] = Field([], max_length=100)


@dataclass(frozen=True)
class Filer:
    """On whose behalf a case comes in, when, and what was done since."""

    roles: frozenset[str] = frozenset({RESIDENT})
    origin: Origin = NOBODY
    within: str = EVERYWHERE
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    since: tuple[TakeStep, ...] = ()
    written: tuple[Mapping[str, str], ...] = ()
    """With each of those steps."""
    entered_at: datetime | None = None


def routes(settings: Settings, desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["filing"])
    filing_limit = limited(settings.filings_a_minute, MINUTE)
    lookup_limit = limited(settings.lookups_a_minute, MINUTE)

    @router.post(
        "/cases", status_code=201, dependencies=[public, filing_limit], response_model=Filed
    )
    async def file_case(here: Here, desk: AtDesk, key: Key, filing: Filing) -> Response:
        return await file(here, desk, key, filing, Filer())

    @router.post("/cases/on-behalf", status_code=201, response_model=Filed)
    async def file_on_behalf(
        here: Here,
        desk: AtDesk,
        key: Key,
        filing: Filing,
        caller: Annotated[Caller, allow(*sorted(desk.filers))],
    ) -> Response:
        """Staff file what was told to them, in their own area."""
        caller.keep_to(filing.area)
        origin = Origin(actor=caller.actor)
        return await file(here, desk, key, filing, Filer(caller.roles, origin, caller.territory))

    @router.post("/cases/records", status_code=201, response_model=Filed)
    async def enter_record(
        here: Here,
        desk: AtDesk,
        key: Key,
        record: Record,
        caller: Annotated[Caller, allow("registrar", "admin")],
    ) -> Response:
        """Enter afterwards a case of some day before, with the steps it took, all or nothing.

        Only where the installation accepts past days. No roles are asked for: it is on record who
        entered it.
        """
        caller.keep_to(record.area)
        now = datetime.now(UTC)
        for at in (record.at, *(step.at for step in record.steps)):
            afterwards.check(here.settings, at, now)
        kind = desk.kinds.get(record.kind)
        roles = frozenset(role for step in kind.steps for role in step.by) if kind else frozenset()
        since = tuple(
            TakeStep(
                step.step,
                roles,
                step.at.astimezone(UTC),
                step.fields(),
                step.outcome,
                frozenset(step.texts),
            )
            for step in record.steps
        )
        filer = Filer(
            roles,
            Origin(actor=caller.actor),
            caller.territory,
            record.at.astimezone(UTC),
            since,
            written=tuple(step.texts for step in record.steps),
            entered_at=now,
        )
        return await file(here, desk, key, record, filer)

    @router.post("/receipts/case", dependencies=[public, lookup_limit])
    async def follow_case(here: Here, desk: AtDesk, asked: ReceiptAsked) -> ReceiptView:
        """How far it has come. The code is sent in the body, so that no log of addresses has it."""
        async with here.connection() as db:
            return await shown(db, desk, await find_by_code(db, desk, asked.code))

    @router.post(
        "/receipts/case/steps",
        dependencies=[public, lookup_limit],
        response_model=ReceiptView,
    )
    async def take_own_step(here: Here, desk: AtDesk, key: Key, asked: ReceiptStep) -> Response:
        """Withdraw it, or say afterwards whether it helped."""
        return await step_by_code(here, desk, key, asked)

    return router


async def file(here: Service, desk: Desk, key: Once, filing: Filing, filer: Filer) -> Response:
    case_id, receipt = uuid7(), new_code()
    command = FileCase(
        case_id=case_id,
        kind=filing.kind,
        area=filing.area,
        source=filing.source,
        roles=filer.roles,
        at=filer.at,
        urgency=filing.urgency,
        category=filing.category,
        fields=filing.fields(),
        since=filer.since,
        entered_at=filer.entered_at,
    )
    texts = {name: text for name, text in _told(filing).items() if text is not None}
    answer = JSONResponse(
        {"case_id": str(case_id), "receipt": receipt}, 201, {"location": f"/v1/cases/{case_id}"}
    )

    async def run(db: Db) -> Response:
        await handlers.cases.file_case(
            db,
            desk,
            command,
            texts,
            receipt,
            written=filer.written,
            origin=filer.origin,
            within=filer.within,
        )
        if filing.joins:
            await handlers.links.join_own(db, desk, command, filing.joins)
        return answer

    return await once(here, key, run)


async def step_by_code(here: Service, desk: Desk, key: Once, asked: ReceiptStep) -> Response:
    """Raises a 404 when no case has the code."""
    command = TakeStep(asked.step, frozenset({RESIDENT}), datetime.now(UTC), asked.fields())

    async def run(db: Db) -> Response:
        found = await find_by_code(db, desk, asked.code)
        _check_own(found.kind, command)
        await handlers.cases.change_case(db, desk, found.case.case_id, command)
        view = await shown(db, desk, await find_by_code(db, desk, asked.code))
        return Response(view.model_dump_json(), media_type="application/json")

    return await once(here, key, run)


def _check_own(kind: Kind, command: TakeStep) -> None:
    """Raise Refused for more than the step needs: what else there is, is for staff to say."""
    needs = kind.step(command.step).needs if kind.has(command.step) else []
    if strange := sorted(command.fields.keys() - set(needs)):
        raise Refused(
            "{step} knows no {unknown}; with it comes {fields}",
            step=command.step,
            unknown=strange,
            fields=needs,
        )


def _told(filing: Filing) -> Mapping[str, str | None]:
    return {"text": filing.text, "name": filing.name, "phone": filing.phone}
