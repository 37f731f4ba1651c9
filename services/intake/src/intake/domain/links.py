"""Which cases belong together: one joins another, has it as a part, or leads to it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from chassis.decider import Refused
from chassis.workflow.kind import Kind
from chassis.workflow.steps import allowed
from contracts import Event
from contracts.intake import CaseClosed, CaseLinked, Relation
from intake.domain.case import JOINED, Case, Link, is_same
from intake.domain.commands import JoinInto, LearnEnd, Linking, LinkTo

OPPOSITE: dict[Relation, Relation] = {
    "leads_to": "comes_from",
    "comes_from": "leads_to",
    "has_part": "part_of",
    "part_of": "has_part",
    "joins": "joined_by",
    "joined_by": "joins",
}

LEARNS = frozenset({"comes_from", "part_of", "joined_by"})
"""What a case is to those who learn how it ends."""

RESIDENT = "resident"


def decide(case: Case, command: Linking) -> Sequence[Event]:
    match command:
        case LinkTo(relation, to_case, to_kind, at):
            link = Link(relation, to_case, to_kind)
            if _is_linked(case, link):
                return []
            _check_open(case)
            return [_said(case, link, at)]
        case JoinInto():
            return _join(case, command)
        case LearnEnd(of_case, outcome, at):
            return [
                _said(case, Link(link.relation, of_case, link.to_kind, outcome), at)
                for link in case.links
                if link.to_case == of_case
                and OPPOSITE[link.relation] in LEARNS
                and link.outcome != outcome
            ]


def check_not_joined(case: Case) -> None:
    """Raise Refused for a case that another one stands for: no step of its own follows."""
    if case.joined:
        raise Refused(
            "this {kind} joined case {case}, which stands for it; go on with that one",
            kind=case.kind,
            case=case.joined.to_case,
        )


def _others_joined(case: Case) -> bool:
    """Not counting the one that it was made of, which is the same person's."""
    joined = {link.to_case for link in case.links if link.relation == "joined_by"}
    return bool(joined - {link.to_case for link in case.links if link.relation == "comes_from"})


def leaves_behind(kind: Kind, case: Case, step: str, roles: Collection[str]) -> Refused | None:
    """Why a step would leave linked cases behind; None when it would not."""
    missing = sum(link.relation == "has_part" and link.outcome is None for link in case.links)
    if kind.has(step) and kind.step(step).after_parts and missing:
        return Refused(
            "{step} follows when all parts have ended; still open: {count}",
            step=step,
            count=missing,
        )
    if step == "withdrawn" and RESIDENT in roles and _others_joined(case):
        return Refused("others joined this case, so it goes on for them and cannot be withdrawn")
    return None


def open_ways(kind: Kind, case: Case) -> tuple[str, ...]:
    """The steps that may be taken now; none of a case that another one stands for.

    Raise Refused as `allowed`.
    """
    return () if case.joined else allowed(kind, case.position)


def _join(case: Case, command: JoinInto) -> Sequence[Event]:
    if case.case_id == command.to_case:
        raise Refused("a case cannot join itself; name the other one of the two")
    link = Link("joins", command.to_case, command.to_kind)
    if _is_linked(case, link):
        return []
    check_not_joined(case)
    _check_open(case)
    at = command.at
    return [
        _said(case, link, at),
        CaseClosed(
            **case.said(JOINED, at),
            outcome=JOINED,
            category=case.category,
            open_seconds=max(int((at - case.filed_at).total_seconds()), 0),
        ),
    ]


def _said(case: Case, link: Link, at: datetime) -> CaseLinked:
    return CaseLinked(
        area=case.area,
        time=at,
        case_id=case.case_id,
        kind=case.kind,
        relation=link.relation,
        to_case=link.to_case,
        to_kind=link.to_kind,
        outcome=link.outcome,
    )


def _is_linked(case: Case, link: Link) -> bool:
    return any(is_same(each, link) for each in case.links)


def _check_open(case: Case) -> None:
    check_not_joined(case)
    if not case.is_open:
        raise Refused(
            "this {kind} has ended with {outcome}, and only open cases are linked; have it"
            " reopened, or file it anew",
            kind=case.kind,
            outcome=case.ended_with,
        )
