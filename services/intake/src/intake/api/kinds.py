"""Which kinds of case there are, and what each asks for: what a form is built from."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path
from pydantic import BaseModel

from chassis.workflow.kind import Kind, Step
from intake.api.reading import open_to_all
from intake.api.views import Bilingual, in_both
from intake.desk import AtDesk

router = APIRouter(prefix="/v1/kinds", tags=["kinds"], dependencies=open_to_all)


class KindItem(BaseModel):
    kind: str
    title: Bilingual
    source: str
    """Where its rules come from."""


class StepView(BaseModel):
    step: str
    title: Bilingual
    by: list[str]
    next: dict[str, list[str]]
    """By outcome; `*` is whatever it was."""
    requires: list[str]
    outcomes: dict[str, Bilingual]
    climbs: str | None
    """The field whose next value it brings."""
    tells: Bilingual | None
    """What whoever filed the case is told."""
    within: str | None
    since: list[str]
    after_lapse: list[str]
    """It waits until the time of these is over."""
    escalate_to: str | None


class ValueView(BaseModel):
    title: Bilingual
    suggests: dict[str, str]
    only: dict[str, str]


class NumberView(BaseModel):
    title: Bilingual
    least: int
    most: int


class ReferenceView(BaseModel):
    title: Bilingual
    to: str
    kinds: list[str]
    brings: str | None
    """The field that takes the record's own kind as its value."""


class TextView(BaseModel):
    title: Bilingual
    is_told: bool
    """Whoever filed the case reads it."""


class KindView(KindItem):
    steps: list[StepView]
    fields: dict[str, dict[str, ValueView]]
    numbers: dict[str, NumberView]
    refs: dict[str, ReferenceView]
    texts: dict[str, TextView]
    filer_adds: list[str]
    """What a resident may bring beside what the first step requires, category, urgency, source."""
    filer_sees: list[str]
    """Of which fields they are told the value."""


@router.get("")
async def list_kinds(desk: AtDesk) -> list[KindItem]:
    return [_item(kind) for kind in desk.kinds.values()]


@router.get("/{kind}")
async def show_kind(desk: AtDesk, kind: Annotated[str, Path()]) -> KindView:
    found = desk.kinds.get(kind)
    if found is None:
        raise HTTPException(404, f"There is no such kind; there are {', '.join(desk.kinds)}.")
    fields = {
        field: {
            name: ValueView(title=in_both(value.title), suggests=value.suggests, only=value.only)
            for name, value in values.items()
        }
        for field, values in found.fields.items()
    }
    return KindView(
        **dict(_item(found)),
        steps=[_step(found, step) for step in found.steps],
        fields=fields,
        numbers={
            name: NumberView(title=in_both(number.title), least=number.least, most=number.most)
            for name, number in found.numbers.items()
        },
        refs={
            name: ReferenceView(
                title=in_both(ref.title), to=ref.to, kinds=list(ref.kinds), brings=ref.brings
            )
            for name, ref in found.refs.items()
        },
        texts={
            name: TextView(title=in_both(text.title), is_told=text.is_told)
            for name, text in found.texts.items()
        },
        filer_adds=list(found.filer_adds),
        filer_sees=list(found.filer_sees),
    )


def _item(kind: Kind) -> KindItem:
    return KindItem(kind=kind.name, title=in_both(kind.title), source=kind.source)


def _step(kind: Kind, step: Step) -> StepView:
    ways = step.next if step.next is not None else {"*": kind.after(step.name)}
    return StepView(
        step=step.name,
        title=in_both(step.title),
        by=list(step.by),
        next={outcome: list(names) for outcome, names in ways.items()},
        requires=step.needs,
        climbs=step.climbs,
        tells=in_both(step.tells) if step.tells else None,
        outcomes={name: in_both(title) for name, title in step.outcomes.items()},
        within=str(step.within) if step.within else None,
        since=list(step.since),
        after_lapse=list(step.after_lapse),
        escalate_to=step.escalate_to,
    )
