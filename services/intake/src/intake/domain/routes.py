"""To whom a case goes: what its category suggests, and who may act while somebody has it."""

from collections.abc import Collection, Mapping
from uuid import UUID

from chassis.decider import Refused
from chassis.workflow.kind import Kind
from chassis.workflow.steps import allowed
from contracts.intake import Target
from intake.domain.case import Case

ROLES: dict[Target, str] = {
    "grid_worker": "grid_worker",
    "department": "department",
    "volunteers": "volunteer",
}
"""The role that acts on a case dispatched to a target."""


def suggested(kind: Kind, category: str | None) -> Mapping[str, str]:
    """What the kind's file suggests for a category: `to`, with `skill` or `department`."""
    values = kind.fields.get("category", {})
    return values[category].suggests if category in values else {}


def by_itself(kind: Kind, case: Case, post_id: UUID | None) -> dict[str, object]:
    """The route a case takes by itself; empty when somebody has to look at it."""
    route = suggested(kind, case.category)
    to = route.get("to")
    if to is None or (to == "grid_worker" and post_id is None):
        return {}
    return {**route, "post_id": post_id if to == "grid_worker" else None, "is_automatic": True}


def completed(kind: Kind, case: Case, given: Mapping[str, object]) -> dict[str, object]:
    """What was given, and where it does not say otherwise what the category suggests."""
    suggests = suggested(kind, case.category)
    if given.get("to") in (None, suggests.get("to")):
        return {**suggests, **given}
    return dict(given)


def check_route(kind: Kind, case: Case, route: Mapping[str, object]) -> None:
    """Raise Refused for a route with a loose end."""
    match route.get("to"):
        case "grid_worker" if route.get("post_id") is None:
            raise Refused(
                "no grid worker is on duty at {area} or in the township around it; dispatch it to"
                " a department or to volunteers, or leave it: it goes to the next one on duty",
                area=case.area,
            )
        case "department" if route.get("department") is None:
            raise Refused(
                "dispatched to a department needs {field}: one of {values}",
                field="department",
                values=kind.fields.get("department", ()),
            )


def awaits_worker(kind: Kind, case: Case) -> bool:
    """Whether the next grid worker on duty at the place should have it."""
    return (
        case.lies_with is None
        and case.position.step != "escalated"
        and suggested(kind, case.category).get("to") == "grid_worker"
        and "dispatched" in allowed(kind, case.position)
    )


def acting(case: Case, roles: Collection[str]) -> frozenset[str]:
    """The roles in which these may act on the case: not for another whom it was dispatched to.

    Raise Refused when none is left.
    """
    if case.lies_with is None:
        return frozenset(roles)
    has_it = ROLES[case.lies_with.to]
    left = frozenset(roles) - (set(ROLES.values()) - {has_it})
    if roles and not left:
        raise Refused(
            "this case lies with {value}, so of those it can be dispatched to only {role} acts"
            " on it; have it dispatched again if that should change",
            field="to",
            value=case.lies_with.to,
            role=has_it,
        )
    return left


def check_source(kind: Kind, source: str, roles: Collection[str]) -> None:
    """Raise Refused when another role files what comes in this way."""
    value = kind.fields.get("source", {}).get(source)
    files = value.suggests.get("by") if value else None
    if files is not None and files not in roles:
        yours = [
            name
            for name, each in kind.fields["source"].items()
            if each.suggests.get("by") in (None, *roles)
        ]
        raise Refused(
            "what comes in by {value} is filed by {role}; your ways are {values}",
            field="source",
            value=source,
            role=files,
            values=yours,
        )
