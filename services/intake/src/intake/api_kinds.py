"""Which kinds of case there are, and what each asks for: what a form is built from."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path
from pydantic import BaseModel

from chassis.access import public
from chassis.workflow.kind import Kind, Step
from intake.desk import AtDesk
from intake.views import Bilingual, in_both

router = APIRouter(prefix="/v1/kinds", tags=["kinds"], dependencies=[public])


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
    within: str | None
    since: list[str]
    escalate_to: str | None


class ValueView(BaseModel):
    title: Bilingual
    suggests: dict[str, str]


class KindView(KindItem):
    steps: list[StepView]
    fields: dict[str, dict[str, ValueView]]


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
            name: ValueView(title=in_both(value.title), suggests=value.suggests)
            for name, value in values.items()
        }
        for field, values in found.fields.items()
    }
    steps = [_step(found, step) for step in found.steps]
    return KindView(**dict(_item(found)), steps=steps, fields=fields)


def _item(kind: Kind) -> KindItem:
    return KindItem(kind=kind.name, title=in_both(kind.title), source=kind.source)


def _step(kind: Kind, step: Step) -> StepView:
    ways = step.next if step.next is not None else {"*": kind.after(step.name)}
    return StepView(
        step=step.name,
        title=in_both(step.title),
        by=list(step.by),
        next={outcome: list(names) for outcome, names in ways.items()},
        requires=[*step.requires, *([step.rating.field] if step.rating else [])],
        outcomes={name: in_both(title) for name, title in step.outcomes.items()},
        within=str(step.within) if step.within else None,
        since=list(step.since),
        escalate_to=step.escalate_to,
    )
