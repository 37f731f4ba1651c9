"""What may be done with a case. The kinds are files; here stands what holds for all of them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TypeAlias
from uuid import UUID

from chassis.decider import Decider, Refused
from chassis.workflow import reprieve
from chassis.workflow.clocks import overdue
from chassis.workflow.kind import Kind
from chassis.workflow.position import Position
from chassis.workflow.steps import NOTHING, allowed, take
from contracts import Event
from contracts.intake import (
    CaseClockResumed,
    CaseClockSuspended,
    CaseDeadlineExtended,
    CaseFiled,
    CaseStepOverdue,
)
from intake.domain import gate, links
from intake.domain.announcements import announced, brought
from intake.domain.case import Case, evolve, evolved
from intake.domain.commands import (
    AnnounceOverdue,
    Change,
    DispatchWaiting,
    ExtendDeadline,
    Fields,
    FileCase,
    LeavePost,
    Linking,
    ResumeClock,
    SuspendClock,
    TakeStep,
)
from intake.domain.routes import (
    acting,
    awaits_worker,
    by_itself,
    check_route,
    check_source,
    completed,
)

Kinds: TypeAlias = Mapping[str, Kind]
CaseDecider: TypeAlias = Decider[Case | None, FileCase | Change]


def deciding(kinds: Kinds) -> CaseDecider:
    return Decider(None, partial(decide, kinds), evolve)


def decide(kinds: Kinds, case: Case | None, command: FileCase | Change) -> Sequence[Event]:
    if isinstance(command, FileCase):
        return _enter(_kind(kinds, command.kind), command) if case is None else []
    if case is None:
        raise Refused("there is no such case; look for it in the list of cases")
    return _change(_kind(kinds, case.kind), case, command)


def _change(kind: Kind, case: Case, command: Change) -> Sequence[Event]:
    at = command.at
    if isinstance(command, Linking):
        return links.decide(case, command)
    if case.joined and isinstance(command, DispatchWaiting | LeavePost | AnnounceOverdue):
        return []
    links.check_not_joined(case)
    match command:
        case TakeStep():
            return _take(kind, case, command)
        case DispatchWaiting(post_id):
            return _to_worker(kind, case, post_id, at) if awaits_worker(kind, case) else []
        case LeavePost():
            return _leave(kind, case, command)
        case ExtendDeadline(step, by, roles):
            _check_supervises(kind, roles)
            extended_to = reprieve.extend(kind, case.position, step, by, at)
            return [CaseDeadlineExtended(**case.said(step, at), due_at=extended_to)]
        case SuspendClock(roles):
            _check_supervises(kind, roles)
            reprieve.suspend(kind, case.position, at)
            return [CaseClockSuspended(**case.said(None, at))]
        case ResumeClock(roles):
            _check_supervises(kind, roles)
            due_at = reprieve.resume(kind, case.position, at)
            return [CaseClockResumed(**case.said(None, at), due_at=due_at)]
        case AnnounceOverdue():
            return [
                CaseStepOverdue(
                    **case.said(late.step, at), due_at=late.at, escalated_to=late.escalate_to
                )
                for late in overdue(kind, case.position, at)
            ]


def _enter(kind: Kind, command: FileCase) -> Sequence[Event]:
    """Filed, and taken through the steps since; what became late then is said of that time."""
    said = [*_file(kind, command)]
    if not command.since and command.entered_at is None:
        return said
    case = _replayed(said)
    for step in command.since:
        if step.at < said[-1].time:
            raise Refused(
                "{step} was before the step before it; give the steps in order", step=step.step
            )
        if step.step == "dispatched":
            step = replace(step, fields={"post_id": command.post_id, **step.fields})
        late = [*_became_late(kind, case, step.at)]
        taken = _change(kind, _replayed(late, case), step)
        case = _replayed([*late, *taken], case)
        said += [*late, *taken]
    if command.entered_at:
        said += _became_late(kind, case, command.entered_at)
    return said


def _became_late(kind: Kind, case: Case, until: datetime) -> Iterator[Event]:
    for late in overdue(kind, case.position, until):
        said = _change(kind, case, AnnounceOverdue(late.at))
        case = _replayed(said, case)
        yield from said


def _replayed(events: Sequence[Event], case: Case | None = None) -> Case:
    for event in events:
        case = evolve(case, event)
    assert case is not None  # noqa: S101 - it was filed
    return case


def _file(kind: Kind, command: FileCase) -> Sequence[Event]:
    check_source(kind, command.source, command.roles)
    fields = {name: getattr(command, name) for name in ("source", "urgency", "category")}
    fields |= command.fields
    first = kind.steps[0].name
    _check_known(kind, first, command.fields)
    if command.roles == {links.RESIDENT}:
        _check_own(kind, command.fields)
    if command.category and "category" not in kind.fields:
        raise Refused("a {kind} has no categories; leave it out", kind=kind.name)
    (taken,) = take(kind, Position(), first, roles=command.roles, at=command.at, fields=fields)
    asks_category = "classified" in kind.after(first)
    filed = CaseFiled(
        area=command.area,
        time=command.at,
        case_id=command.case_id,
        kind=kind.name,
        step=first,
        due_at=taken.due_at,
        source=command.source,
        urgency=command.urgency,
        category=None if asks_category else command.category,
        **brought(kind, command.fields),
    )
    case = _replayed([filed])
    if kind.gate and command.barred_by:
        barred = gate.barred(kind, command.category, command.barred_by)
        return [filed, *_advance(kind, case, kind.gate.step, command.at, barred)]
    if command.category and asks_category:
        return [filed, *_classify_and_dispatch(kind, case, command)]
    return [filed]


def _classify_and_dispatch(kind: Kind, case: Case, command: FileCase) -> Sequence[Event]:
    said = _advance(kind, case, "classified", command.at, {"category": command.category})
    case = _replayed(said, case)
    route = by_itself(kind, case, command.post_id)
    return [*said, *(_advance(kind, case, "dispatched", command.at, route) if route else ())]


def _take(kind: Kind, case: Case, command: TakeStep) -> Sequence[Event]:
    step, fields = command.step, command.fields
    if why := links.leaves_behind(kind, case, step, command.roles):
        raise why
    if step in allowed(kind, case.position):  # else `take` has the sentence for it
        _check_known(kind, step, fields)
    _check_texts(kind, command.texts)
    fields = {**fields, **dict.fromkeys(command.texts, True)}
    if kind.gate:
        fields = {**gate.brought(kind, kind.gate, case, command), **fields}
    if step == "dispatched":
        fields = completed(kind, case, fields)
    roles = acting(case, command.roles)
    return _advance(kind, case, step, command.at, fields, roles, command.outcome)


def _to_worker(kind: Kind, case: Case, post_id: UUID, at: datetime) -> Sequence[Event]:
    return _advance(kind, case, "dispatched", at, by_itself(kind, case, post_id))


def _leave(kind: Kind, case: Case, command: LeavePost) -> Sequence[Event]:
    """Handed to the successor, else back into the queue; a case that is done stays where it is."""
    may_follow = allowed(kind, case.position)
    if case.lies_with is None or case.lies_with.post_id != command.post_id:
        return []
    if command.successor and "dispatched" in may_follow:
        to_successor = {"to": "grid_worker", "post_id": command.successor, "is_automatic": True}
        return _advance(kind, case, "dispatched", command.at, to_successor)
    if "returned" in may_follow:
        return _advance(kind, case, "returned", command.at)
    return []


def _advance(
    kind: Kind,
    case: Case,
    step: str,
    at: datetime,
    fields: Fields = NOTHING,
    roles: Collection[str] | None = None,
    outcome: str | None = None,
) -> list[Event]:
    """One event for the step and for each that follows at once. Without roles, it is automatic."""
    if roles is None:
        roles = kind.step(step).by
    said: list[Event] = []
    for taken in take(
        kind, case.position, step, roles=roles, at=at, fields=fields, outcome=outcome
    ):
        if taken.step == "dispatched":
            check_route(kind, case, fields)
        event = announced(kind, case, taken, fields, at)
        case = evolved(case, event)
        said.append(event)
    return said


def _check_known(kind: Kind, name: str, fields: Fields) -> None:
    step = kind.step(name)
    known = {*kind.fields, *kind.numbers, *kind.refs, *step.requires, "post_id", "skill"}
    known -= kind.texts.keys()
    known |= {step.rating.field} if step.rating else set()
    if strange := sorted(fields.keys() - known):
        raise Refused(
            "{step} of a {kind} knows no {unknown}; it knows {fields}",
            step=name,
            kind=kind.name,
            unknown=strange,
            fields=sorted(known),
        )


def _check_own(kind: Kind, fields: Fields) -> None:
    """Raise Refused for what is for staff to say, or for a record to bring."""
    told = (*kind.steps[0].needs, *kind.filer_adds)
    brought = (kind.refs[name].brings for name in fields if name in told and name in kind.refs)
    if strange := sorted(fields.keys() - {*told, *brought}):
        known = [name for name in ("category", "urgency", "source") if name in kind.fields]
        raise Refused(
            "{staff_fields} of a {kind} is for staff to say; a resident brings {fields}",
            staff_fields=strange,
            kind=kind.name,
            fields=dict.fromkeys((*told, *known)),
        )


def _check_supervises(kind: Kind, roles: frozenset[str]) -> None:
    if roles.isdisjoint(kind.supervised_by):
        raise Refused(
            "the time of a {kind} is in the hands of {roles}; your roles: {your_roles}",
            kind=kind.name,
            roles=kind.supervised_by,
            your_roles=sorted(roles),
        )


def _check_texts(kind: Kind, names: Collection[str]) -> None:
    if strange := sorted(set(names) - kind.texts.keys()):
        raise Refused(
            "a {kind} knows no text {unknown}; it knows {fields}",
            kind=kind.name,
            unknown=strange,
            fields=kind.texts,
        )


def _kind(kinds: Kinds, name: str) -> Kind:
    if name not in kinds:
        raise Refused(
            "there is no kind {unknown}; the kinds are {kinds}", unknown=name, kinds=sorted(kinds)
        )
    return kinds[name]
