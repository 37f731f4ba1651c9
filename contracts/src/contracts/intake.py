"""What intake announces: what people bring in, and how they are answered."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.event import Event
from contracts.fields import AreaCode, Code, Rating

Target = Literal["grid_worker", "department", "volunteers"]
Urgency = Literal["normal", "urgent", "emergency"]


class CaseStep(Event):
    """What every event says by which a case moves on; each of them is one step of its kind."""

    case_id: UUID
    kind: Code
    step: Code
    """Where the case stands from now on."""
    outcome: Code | None = None
    due_at: AwareDatetime | None = None
    """When the next step is due, as far as it is known now."""


class CaseFiled(CaseStep):
    """Somebody brought a matter in."""

    type = "intake.case.filed.v1"

    source: Code
    """By which way it came in: `resident`, `grid_worker`, `window` …"""
    urgency: Urgency = "normal"


class CaseClassified(CaseStep):
    """It is known what the matter is about."""

    type = "intake.case.classified.v1"

    category: Code


class CaseDispatched(CaseStep):
    """Somebody is asked to take the matter up."""

    type = "intake.case.dispatched.v1"

    category: Code
    """Where the kind has no categories, the kind itself."""
    to: Target
    post_id: UUID | None = None
    """The post on duty that it went to, where `to` is `grid_worker`."""
    department: Code | None = None
    skill: Code | None = None
    """What a volunteer must be able to do, where `to` is `volunteers`."""
    urgency: Urgency = "normal"
    is_automatic: bool = False


class CaseStepTaken(CaseStep):
    """A step of the kind's workflow that has no event of its own."""

    type = "intake.case.step_taken.v1"

    fields: dict[Code, Code] = Field(default_factory=dict)
    """What it was taken with, as far as the kind has a list of values for it."""
    took_seconds: int = Field(ge=0)
    """Since the step before."""


class CaseStepOverdue(Event):
    """A step was not taken by its deadline. Said once for each step."""

    type = "intake.case.step_overdue.v1"

    case_id: UUID
    kind: Code
    step: Code
    """The step that should have been taken."""
    due_at: AwareDatetime
    escalated_to: Code | None = None
    """The role that is called, and may take the step too from now on."""


class CaseEscalated(CaseStep):
    """The matter was handed upwards."""

    type = "intake.case.escalated.v1"

    to: Code
    """The level that has it now: `township`, `county`, `city` …"""
    to_area: AreaCode


class CaseDeadlineExtended(Event):
    """The step may take longer."""

    type = "intake.case.deadline_extended.v1"

    case_id: UUID
    kind: Code
    step: Code
    due_at: AwareDatetime


class CaseClockSuspended(Event):
    """Time stops counting against the step."""

    type = "intake.case.clock_suspended.v1"

    case_id: UUID
    kind: Code
    step: Code


class CaseClockResumed(Event):
    """Time counts again."""

    type = "intake.case.clock_resumed.v1"

    case_id: UUID
    kind: Code
    step: Code
    due_at: AwareDatetime | None = None


class CaseClosed(CaseStep):
    """The matter came to its end."""

    type = "intake.case.closed.v1"

    category: Code | None = None
    outcome: Code
    """How it ended; where the step has no outcomes, the step that led to the end."""
    open_seconds: int = Field(ge=0)
    """Since the case was filed."""


class CaseReopened(CaseStep):
    """The end did not hold."""

    type = "intake.case.reopened.v1"


class CaseRevisited(CaseStep):
    """The person was asked afterwards whether it helped."""

    type = "intake.case.revisited.v1"

    category: Code | None = None
    satisfaction: Rating


class CaseWithdrawn(CaseStep):
    """The person no longer asks for it."""

    type = "intake.case.withdrawn.v1"
