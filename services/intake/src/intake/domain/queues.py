"""In whose queue a case stands, and whether it stands in nobody's."""

from chassis.workflow.clocks import running
from chassis.workflow.kind import Kind
from chassis.workflow.steps import takers
from intake.domain.case import Case
from intake.domain.links import open_ways
from intake.domain.routes import ROLES


def waits_for(kind: Kind, case: Case) -> str | None:
    """The step that should come next; None when it has ended, or its file knows none any more."""
    known = case.joined or kind.has(case.stands_at)
    return next(iter(open_ways(kind, case)), None) if known else None


def awaited(kind: Kind, case: Case) -> list[str]:
    """The roles that may take it: not those it was dispatched past."""
    step = waits_for(kind, case)
    if step is None:
        return []
    passed = set(ROLES.values()) - {ROLES[case.lies_with.to]} if case.lies_with else set()
    return [role for role in takers(kind, case.position, step) if role not in passed]


def is_stuck(kind: Kind, case: Case) -> bool:
    """Open, and nobody may take it further, or it is late and nobody above is called for that."""
    if not case.is_open:
        return False
    return not awaited(kind, case) or any(
        clock.step.escalate_to is None
        and case.position.has_overrun(clock.step.name, clock.deadline.start)
        for clock in running(kind, case.position)
    )
