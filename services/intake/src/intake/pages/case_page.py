"""How one case is drawn, for whoever looks at it."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, get_args
from uuid import UUID

from fastapi import Depends, Request, Response

from chassis.access import Caller, Forbidden, Known
from chassis.db import Db
from chassis.pages.rendering import page
from chassis.pages.speech import Say, Speech
from chassis.refusals import Reason
from chassis.service import Here, Service
from chassis.workflow.kind import Kind, Step
from intake import handlers
from intake.api.cases import Purpose, Told, found_for
from intake.api.links import list_links
from intake.api.views import CaseView, Choice, Found, case_view, happened
from intake.api.words import Telling
from intake.desk import AtDesk, Desk
from intake.domain.titles import role_title, value_title
from intake.pages.forms import Field, Form, Records, empty, label_of, more_fields, step_fields
from intake.pages.records import offered
from intake.tables import areas, attachments

PURPOSES: Mapping[str, Purpose] = {purpose: purpose for purpose in get_args(Purpose)}


@dataclass(frozen=True)
class Said:
    """What is on the page beside the case."""

    step: str | None = None
    form: Form | None = None
    """Of that step, with what was typed."""
    fault: str | None = None
    """In the reader's language."""
    refused: Reason | None = None
    note: str = ""
    """With no step, as it was typed."""
    told: Told | None = None
    purpose: str = ""
    """For which it was read."""


@dataclass(frozen=True)
class Visit:
    """Somebody looks at a case."""

    request: Request
    here: Service
    desk: Desk
    caller: Caller
    say: Speech
    case_id: UUID

    async def found(self) -> Found:
        """Raises a 404, OutsideArea or Forbidden for what is not the caller's to see."""
        async with self.here.connection() as db:
            return await found_for(db, self.desk, self.caller, self.case_id)

    async def records(self, found: Found) -> Records:
        """What a step of the case may refer to."""
        kind = found.kind
        async with self.here.connection() as db:
            return await offered(db, self.desk, kind, kind.refs, found.case.area, self.say)

    def fields(self, found: Found, step: Step, records: Records) -> list[Field]:
        """What must be brought with the step, then what may be."""
        kind, known = found.kind, found.case.position.values
        return [
            *step_fields(kind, step, known, self.say, records),
            *more_fields(kind, step, known, self.say, records),
        ]

    async def drawn(self, found: Found, said: Said | None = None, status: int = 200) -> Response:
        said, view = said or Said(), case_view(found, datetime.now(UTC))
        may_read = self._may_read(found)
        async with self.here.connection() as db:
            place = await areas.name_of(db, found.case.area)
            choices = await self._choices(db, found, view)
            files = await attachments.of(db, self.case_id) if may_read else []
        mine = [choice for choice in choices if not self.caller.roles.isdisjoint(choice.by)]
        return page(
            self.request, "case.html", self.say, status,
            kind=found.kind, view=view, place=place, said=said, key=secrets.token_urlsafe(24),
            mine=mine, others=[choice for choice in choices if choice not in mine],
            forms=await self._forms(found, mine, said),
            files=files, history=happened(Telling(self.desk, found.kind), found.history),
            links=await list_links(self.here, self.desk, self.caller, self.case_id),
            is_done="done" in self.request.query_params, purposes=PURPOSES,
            may_read=may_read, may_time=self._may_time(found, view),
            facts=self._facts(found.kind, view), roles=self._roles,
            kinds=self.desk.kinds, value_title=value_title,
        )  # fmt: skip

    async def _choices(self, db: Db, found: Found, view: CaseView) -> list[Choice]:
        """Without the way that a list closes, or does not open."""
        gate, case = found.kind.gate, found.case
        if gate is None:
            return view.allowed
        item = await handlers.cases.barred_by(db, found.kind, case.area, case.category)
        closed = gate.forbids if item else gate.step
        return [choice for choice in view.allowed if choice.step != closed]

    async def _forms(self, found: Found, mine: Sequence[Choice], said: Said) -> dict[str, Form]:
        records, kind = await self.records(found), found.kind
        blank = {one.step: empty(self.fields(found, kind.step(one.step), records)) for one in mine}
        return blank | ({said.step: said.form} if said.step and said.form else {})

    def _facts(self, kind: Kind, view: CaseView) -> list[tuple[str, object]]:
        known = {"source": view.source, "urgency": view.urgency, **view.fields}
        lies_with = {"to": view.sent_to, "department": view.department}
        known |= {name: value for name, value in lies_with.items() if value}
        facts: list[tuple[str, object]] = [
            (label_of(kind, name, self.say), self.say(value_title(kind, name, value)))
            for name, value in known.items()
            if name != "category"
        ]
        numbers = [(label_of(kind, name, self.say), value) for name, value in view.numbers.items()]
        return [*facts, *numbers]

    def _roles(self, roles: Sequence[str]) -> str:
        titles = (self.say(role_title(self.desk.lists.roles, role)) for role in roles)
        return self.say["form"]["comma"].join(titles)

    def _may_read(self, found: Found) -> bool:
        try:
            self.desk.check_told(found.kind, self.caller.roles)
        except Forbidden:
            return False
        return True

    def _may_time(self, found: Found, view: CaseView) -> bool:
        """Whether there is a clock that the caller may stop or give more time."""
        supervises = not self.caller.roles.isdisjoint(found.kind.supervised_by)
        return supervises and bool(view.due)


# Not the class itself: FastAPI would make it in a thread.
async def _visit(
    request: Request, here: Here, desk: AtDesk, caller: Known, say: Say, case_id: UUID
) -> Visit:
    return Visit(request, here, desk, caller, say, case_id)


Visited = Annotated[Visit, Depends(_visit)]
