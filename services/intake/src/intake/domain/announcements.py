"""Which event says that a step was taken: some steps have one of their own, in every kind.

A kind's file may use the names `classified`, `dispatched`, `escalated`, `returned`, `reopened`,
`closed`, `revisited` and `withdrawn` for nothing else. Its first step is always said as CaseFiled.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, get_args

from chassis.workflow.kind import Kind
from chassis.workflow.position import NOTHING
from chassis.workflow.steps import Taken
from contracts.intake import (
    CaseClassified,
    CaseClosed,
    CaseDispatched,
    CaseEscalated,
    CaseReopened,
    CaseRevisited,
    CaseStep,
    CaseStepTaken,
    CaseWithdrawn,
    Target,
)
from intake.domain.case import JOINED, Case

DIGITS = {"village": 12, "township": 9, "county": 6, "city": 4, "province": 2}
"""How much of an area code names the division of a level (GB/T 2260, statistical codes)."""

BRINGS = {"classified": "category", "dispatched": "to", "escalated": "level"}
"""What a step of this name must require, because its event says it."""

WHOM = {"grid_worker": "post_id", "department": "department", "volunteers": "skill"}
"""The field that says to whom exactly a case is dispatched."""

SAID_APART = {"source", "urgency", "category"}
"""Lists whose values events have attributes of their own for."""

BEST = 5
"""Contracts say a satisfaction as 1 to 5."""


def announced(
    kind: Kind, case: Case, taken: Taken, fields: Mapping[str, object], at: datetime
) -> CaseStep:
    """The event for a step that `chassis.workflow.steps.take` allowed, taken with these fields."""
    said = {**case.said(taken.step, at), "outcome": taken.outcome, "due_at": taken.due_at}
    match taken.step:
        case "classified":
            return CaseClassified(**said, category=_text(fields, "category"))
        case "dispatched":
            return _dispatched(case, said, fields)
        case "escalated":
            level = _text(fields, "level")
            return CaseEscalated(**said, to=level, to_area=division(case.area, level))
        case "reopened":
            return CaseReopened(**said)
        case "revisited":
            stars: Any = fields["satisfaction"]
            return CaseRevisited(**said, category=case.category, satisfaction=stars)
        case "withdrawn":
            return CaseWithdrawn(**said)
    said |= brought(kind, fields, case.position.values)
    if case.is_open and (taken.step == "closed" or not kind.after(taken.step, taken.outcome)):
        return _closed(case, taken, said, at)
    return CaseStepTaken(**said, took_seconds=taken.took_seconds)


def brought(
    kind: Kind, fields: Mapping[str, object], before: Mapping[str, str] = NOTHING
) -> dict[str, dict[str, Any]]:
    """What a step is taken with, and which values stood before it, as the bus may know it."""
    given = {name: value for name, value in fields.items() if value is not None}
    listed = {**before, **{name: value for name, value in given.items() if name in kind.fields}}
    return {
        "fields": {name: value for name, value in listed.items() if name not in SAID_APART},
        "numbers": {name: value for name, value in given.items() if name in kind.numbers},
        "refs": {name: value for name, value in given.items() if name in kind.refs},
    }


def division(area: str, level: str) -> str:
    """The division of that level around a place; the place itself when it is wider already."""
    return area[: DIGITS[level]].ljust(12, "0")


def wrongs(kind: Kind) -> Iterator[str]:
    """What this kind's file may not say though the engine could run it, with the remedy."""
    if kind.has(JOINED):
        yield f"no step may be called {JOINED}: there stands a case that joined another one"
    for step, field in BRINGS.items():
        if kind.has(step) and field not in kind.step(step).requires:
            yield f'step {step} needs requires = ["{field}"], for its event says it'
    if kind.has("revisited"):
        rating = kind.step("revisited").rating
        if rating is None or (rating.field, rating.best) != ("satisfaction", BEST):
            yield f'step revisited needs rating = {{ field = "satisfaction", best = {BEST}, … }}'
    for field, known in (("level", tuple(DIGITS)), ("to", get_args(Target))):
        for name in kind.fields.get(field, {}):
            if name not in known:
                yield f"{field} {name} is not known; it is one of {', '.join(known)}"


def _dispatched(
    case: Case, said: Mapping[str, Any], fields: Mapping[str, object]
) -> CaseDispatched:
    to = _text(fields, "to")
    whom: dict[str, Any] = {"to": to, WHOM[to]: fields.get(WHOM[to])}
    return CaseDispatched(
        **said,
        **whom,
        category=case.category or case.kind,
        urgency=case.urgency,
        is_automatic=bool(fields.get("is_automatic")),
    )


def _closed(case: Case, taken: Taken, said: Mapping[str, Any], at: datetime) -> CaseClosed:
    led_here = case.position.step if taken.step == "closed" else taken.step
    return CaseClosed(
        **{**said, "outcome": taken.outcome or led_here},
        category=case.category,
        open_seconds=max(int((at - case.filed_at).total_seconds()), 0),
    )


def _text(fields: Mapping[str, object], name: str) -> str:
    return str(fields[name])
