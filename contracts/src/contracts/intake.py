"""What intake announces: what people bring in, and how they are answered."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.event import Event
from contracts.fields import AreaCode, Code, Level, Rating

Target = Literal["grid_worker", "department", "volunteers"]
Urgency = Literal["normal", "urgent", "emergency"]
Relation = Literal["leads_to", "comes_from", "has_part", "part_of", "joins", "joined_by"]
"""What one case is to another; each has its opposite, said of the other one."""


class CaseStep(Event):
    """What every event says by which a case moves on; each of them is one step of its kind."""

    case_id: UUID
    kind: Code
    step: Code
    """Where the case stands from now on."""
    outcome: Code | None = None
    due_at: AwareDatetime | None = None
    """When the next step is due, as far as it is known now."""


class Brought(CaseStep):
    """A step with what its kind asks for, as far as it is no text."""

    fields: dict[Code, Code] = Field(default_factory=dict)
    """Values of the kind's own lists, as they stand from now on."""
    numbers: dict[Code, int] = Field(default_factory=dict)
    """Those of this step alone, and `refs` likewise."""
    refs: dict[Code, UUID] = Field(default_factory=dict)
    """What it belongs to: a topic, a forum's session, a meeting, a mediator, a channel …"""


class CaseFiled(Brought):
    """Somebody brought a matter in."""

    type = "intake.case.filed.v1"

    source: Code
    """By which way it came in: `resident`, `grid_worker`, `window` …"""
    urgency: Urgency = "normal"
    category: Code | None = None
    """Where it is known from the beginning and the kind has no step that finds it out."""


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


class CaseStepTaken(Brought):
    """A step of the kind's workflow that has no event of its own."""

    type = "intake.case.step_taken.v1"

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


class CaseClosed(Brought):
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


class CaseLinked(Event):
    """The case belongs together with another. Said of both, and once more when the other ended."""

    type = "intake.case.linked.v1"

    case_id: UUID
    kind: Code
    relation: Relation
    """`joins`: both are about the same matter, and the other one stands for it from now on."""
    to_case: UUID
    to_kind: Code
    outcome: Code | None = None
    """How the other case ended; None while it is open."""


class TopicPublished(Event):
    """The city asks for suggestions."""

    type = "intake.topic.published.v1"

    topic_id: UUID
    theme: Code
    is_drive: bool
    """A drive of which the best ones are chosen (金点子), not a plain call."""
    opens_on: date
    closes_on: date
    """The first day on which nothing is taken any more."""


class TopicClosed(Event):
    """No more suggestions are taken."""

    type = "intake.topic.closed.v1"

    topic_id: UUID
    theme: Code
    is_drive: bool


class ForumEstablished(Event):
    """There is a place where people deliberate."""

    type = "intake.forum.established.v1"

    forum_id: UUID
    kind: Code
    """`joint_council`, `building_corner`, `grid_pavilion`, `community_hall`, `night_talk` …"""
    brand: Code | None = None
    grid_id: UUID | None = None


class ForumClosed(Event):
    """It no longer meets."""

    type = "intake.forum.closed.v1"

    forum_id: UUID
    kind: Code
    brand: Code | None = None
    grid_id: UUID | None = None


class ForumSessionHeld(Event):
    """People met there and spoke about none, one or several matters."""

    type = "intake.forum.session_held.v1"

    forum_id: UUID
    kind: Code
    brand: Code | None = None
    session_id: UUID
    guideline: Code | None = None
    """The version of the guideline that it was held by."""
    participants: int = Field(ge=1)
    matters: int = Field(ge=0)
    agreed: int = Field(0, ge=0)
    """Of the matters, those that they agreed on."""


class MeetingScheduled(Event):
    """Leaders will sit on a day: to solve hard matters, to receive people, to go and see."""

    type = "intake.meeting.scheduled.v1"

    meeting_id: UUID
    kind: Code
    """`relief`, `reception`, `visit_down` …"""
    level: Level
    on: date


class MeetingHeld(Event):
    """It took place."""

    type = "intake.meeting.held.v1"

    meeting_id: UUID
    kind: Code
    level: Level
    on: date
    number: int | None = Field(None, ge=1)
    """The running number, of those that are numbered: 1, 2, 3 … of its kind in its division."""
    matters: int = Field(ge=0)
    visitors: int = Field(ge=0)
    solved: int = Field(0, ge=0)
    """Of the matters, those that were solved there."""


class MeetingMissed(Event):
    """The day went by without it."""

    type = "intake.meeting.missed.v1"

    meeting_id: UUID
    kind: Code
    level: Level
    on: date


class MediatorEnrolled(Event):
    """Somebody whom parties may trust with their dispute is on the menu."""

    type = "intake.mediator.enrolled.v1"

    mediator_id: UUID
    kind: Code
    """`good_talker`, `expert`, `law_explainer`, `women`, `chamber`, `confidante` …"""
    form: Literal["person", "group", "organisation"]
    brand: Code | None = None


class MediatorLeft(Event):
    """No longer on the menu."""

    type = "intake.mediator.left.v1"

    mediator_id: UUID
    kind: Code
    form: Literal["person", "group", "organisation"]
    brand: Code | None = None


class ChannelOpened(Event):
    """There is one more way for people to be heard, or a place where somebody listens."""

    type = "intake.channel.opened.v1"

    channel_id: UUID
    kind: Code
    """`collection_site`, `letter_box`, `online_column`, `contact_point`, `station` …"""
    place: Code | None = None
    """The kind of place it stands in: `school`, `enterprise_park` …"""
    level: Level
    """Of whoever set it up."""


class ChannelClosed(Event):
    """It is no more."""

    type = "intake.channel.closed.v1"

    channel_id: UUID
    kind: Code
    place: Code | None = None
    level: Level


class ObserverAppointed(Event):
    """A person, known here only as a reference, observes for a station."""

    type = "intake.observer.appointed.v1"

    observer_id: UUID
    person_id: UUID
    channel_id: UUID
    until: date


class ObserverReleased(Event):
    """The person no longer does."""

    type = "intake.observer.released.v1"

    observer_id: UUID
    person_id: UUID
    channel_id: UUID


class ObservationReported(Event):
    """An observer saw something; where it asks for more than a note, it became a case."""

    type = "intake.observation.reported.v1"

    observation_id: UUID
    observer_id: UUID
    channel_id: UUID
    theme: Code
    became: Literal["note", "case"]
    case_id: UUID | None = None
    case_kind: Code | None = None
