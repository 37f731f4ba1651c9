"""What people see of a case and of the kinds there are."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from asyncpg import Record
from pydantic import BaseModel

from chassis import event_log
from chassis.db import Db, look
from chassis.execute import Outcome, Past
from chassis.refusals import reason
from chassis.workflow.clocks import Clock, running
from chassis.workflow.derivation import Language, derivation
from chassis.workflow.kind import Kind, Title
from chassis.workflow.position import Mark
from chassis.workflow.steps import allowed, takers, untimely
from chassis.workflow.workdays import CalendarUnpublished
from contracts import Envelope, decode
from intake.api.words import Telling
from intake.desk import Desk
from intake.domain.case import Case
from intake.domain.links import leaves_behind
from intake.domain.titles import in_words, step_title
from intake.domain.values import Words
from intake.handlers.cases import stream_of

RESIDENT = "resident"


Bilingual = Words


class Due(BaseModel):
    step: str
    title: Bilingual
    due_at: datetime | None
    """None while the clock stands, or while that year's holidays are not published."""
    why: Bilingual
    is_overdue: bool
    """It was announced that the step is late."""


class Choice(BaseModel):
    step: str
    title: Bilingual
    by: list[str]
    requires: list[str]
    outcomes: list[str]


class CaseView(BaseModel):
    case_id: UUID
    version: int
    kind: str
    kind_title: Bilingual
    area: str
    source: str
    urgency: str
    category: str | None
    filed_at: datetime
    step: str
    step_title: Bilingual
    is_open: bool
    is_suspended: bool
    sent_to: str | None
    post_id: UUID | None
    department: str | None
    skill: str | None
    satisfaction: int | None
    fields: dict[str, str]
    """Of each list of its kind, the value brought last; numbers and references likewise."""
    numbers: dict[str, int]
    refs: dict[str, UUID]
    due: list[Due]
    allowed: list[Choice]


class CaseItem(BaseModel):
    case_id: UUID
    version: int
    kind: str
    area: str
    area_name: str | None
    source: str
    urgency: str
    category: str | None
    filed_at: datetime
    step: str
    step_at: datetime
    is_open: bool
    sent_to: str | None
    post_id: UUID | None
    department: str | None
    due_at: datetime | None
    overdue_since: datetime | None
    satisfaction: int | None
    allowed: list[str]
    """What may follow by its kind's file; what may be done now, the case itself says."""


class Happened(BaseModel):
    version: int
    type: str
    at: datetime
    actor: str | None
    words: Bilingual
    data: dict[str, Any]


class Passed(BaseModel):
    step: str
    title: Bilingual
    at: datetime
    told: Bilingual | None
    """What whoever filed the case was told by it."""


class Said(BaseModel):
    words: Bilingual
    at: datetime


class Reply(BaseModel):
    """A text of a step that is for whoever filed the case."""

    title: Bilingual
    text: str
    at: datetime


class ReceiptView(BaseModel):
    """What whoever filed the case sees of it: no names, not even of those who handle it."""

    kind_title: Bilingual
    area_name: str | None
    filed_at: datetime
    step: str
    step_title: Bilingual
    is_open: bool
    steps: list[Passed]
    has_joined: bool
    """Another case stands for it: step, steps and dates are from then on those of that one."""
    due: list[Due]
    allowed: list[Choice]
    satisfaction: int | None
    fields: dict[str, Bilingual]
    """Of each list that its kind leaves to be seen, what was brought last: an office to go to."""
    told: list[Said]
    """What whoever filed it should have been told, in order."""
    replies: list[Reply]
    """What was written to whoever filed it, in order; nothing once they were forgotten."""


@dataclass(frozen=True)
class Found:
    """A case with the history it was read from."""

    kind: Kind
    case: Case
    history: Sequence[Envelope]

    @property
    def version(self) -> int:
        return len(self.history)

    @property
    def past(self) -> Past[Case | None]:
        return Past([envelope.event for envelope in self.history], self.case)

    def after(self, outcome: Outcome[Case | None]) -> "Found":
        """What is found once a change of it is recorded."""
        case = outcome.state or self.case
        return Found(self.kind, case, [*self.history, *outcome.recorded])


async def find(db: Db, desk: Desk, case_id: UUID) -> Found | None:
    """None for a case nobody filed."""
    rows = await look(db, event_log.HISTORY, stream_of(case_id))
    history = [decode(row["body"]) for row in rows]
    case = desk.decider.replay(envelope.event for envelope in history)
    return None if case is None else Found(desk.kinds[case.kind], case, history)


def case_view(found: Found, now: datetime) -> CaseView:
    kind, case, has_it = found.kind, found.case, found.case.lies_with
    return CaseView(
        case_id=case.case_id,
        version=found.version,
        kind=kind.name,
        kind_title=in_both(kind.title),
        area=case.area,
        source=case.source,
        urgency=case.urgency,
        category=case.category,
        filed_at=case.filed_at,
        step=case.stands_at,
        step_title=step_title(kind, case.stands_at),
        is_open=case.is_open,
        is_suspended=case.position.is_suspended,
        sent_to=has_it.to if has_it else None,
        post_id=has_it.post_id if has_it else None,
        department=has_it.department if has_it else None,
        skill=has_it.skill if has_it else None,
        satisfaction=case.satisfaction,
        fields=dict(case.position.values),
        numbers=dict(case.numbers),
        refs=dict(case.refs),
        due=dues(kind, case),
        allowed=list(choices(kind, case, now)),
    )


def case_item(desk: Desk, row: Record) -> CaseItem:
    kind = desk.kinds.get(row["kind"])
    knows = kind is not None and kind.has(row["step"])
    may_follow = kind.after(row["step"], row["outcome"]) if kind and knows else ()
    return CaseItem(**row, allowed=list(may_follow))


def happened(telling: Telling, history: Sequence[Envelope]) -> list[Happened]:
    return [
        Happened(
            version=envelope.version,
            type=envelope.event.type,
            at=envelope.event.time,
            actor=envelope.actor,
            words=telling.words(envelope, history[:place]),
            data=envelope.event.model_dump(
                mode="json", exclude={"area", "time", "case_id", "kind"}
            ),
        )
        for place, envelope in enumerate(history)
    ]


def passed(found: Found) -> list[Passed]:
    return [_passed(found.kind, mark) for mark in found.case.position.marks]


def dues(kind: Kind, case: Case) -> list[Due]:
    return [_due(case, clock) for clock in running(kind, case.position)]


def choices(kind: Kind, case: Case, now: datetime, roles: Collection[str] = ()) -> Iterator[Choice]:
    """What may be done now, and by whom; nothing where the file no longer knows the step.

    `roles`: of whoever asks, where it is known.
    """
    if not kind.has(case.stands_at):
        return
    for name in allowed(kind, case.position):
        step = kind.step(name)
        cannot_be = (
            step.at_once
            or leaves_behind(kind, case, name, roles)
            or untimely(kind, case.position, step, now)
        )
        if not cannot_be:
            yield Choice(
                step=name,
                title=in_both(step.title),
                by=list(takers(kind, case.position, name)),
                requires=step.needs,
                outcomes=[] if step.rating else list(step.outcomes),
            )


def in_both(title: Title) -> Bilingual:
    return in_words(title)


def _passed(kind: Kind, mark: Mark) -> Passed:
    tells = kind.step(mark.step).tells if kind.has(mark.step) else None
    told = in_both(tells) if tells else None
    return Passed(step=mark.step, title=step_title(kind, mark.step), at=mark.at, told=told)


def _due(case: Case, clock: Clock) -> Due:
    step = clock.step
    return Due(
        step=step.name,
        title=in_both(step.title),
        due_at=clock.due_at,
        why=Bilingual(zh=_why(clock, "zh"), en=_why(clock, "en")),
        is_overdue=case.position.has_overrun(step.name, clock.deadline.start),
    )


def _why(clock: Clock, language: Language) -> str:
    try:
        return derivation(clock.deadline, language)
    except CalendarUnpublished as unpublished:
        return reason(unpublished, language, "intake").text
