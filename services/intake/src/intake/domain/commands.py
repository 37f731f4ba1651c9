"""What may be asked of a case. Time, ids and what was looked up come in with the command."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from chassis.workflow.deadline import Span
from contracts.intake import Urgency

Fields: TypeAlias = Mapping[str, object]
"""What a step is taken with, under the names of the kind's file; not its texts."""


@dataclass(frozen=True)
class TakeStep:
    step: str
    roles: frozenset[str]
    at: datetime
    fields: Fields = field(default_factory=dict)
    outcome: str | None = None
    texts: frozenset[str] = frozenset()
    """Which of the kind's texts were brought along; the words themselves are in the vault."""
    barred_by: UUID | None = None
    """The item of the gate's list that forbids what is asked for."""


@dataclass(frozen=True)
class FileCase:
    case_id: UUID
    kind: str
    area: str
    source: str
    roles: frozenset[str]
    at: datetime
    urgency: Urgency = "normal"
    category: str | None = None
    """Known at once, it is classified and dispatched at once, as the kind's file suggests."""
    fields: Fields = field(default_factory=dict)
    barred_by: UUID | None = None
    """The item of the gate's list that forbids what is asked for."""
    post_id: UUID | None = None
    """The grid worker on duty at the place."""
    since: tuple[TakeStep, ...] = ()
    """The steps taken since, of a case that is entered afterwards."""
    entered_at: datetime | None = None
    """When it is entered, if that is afterwards."""


@dataclass(frozen=True)
class DispatchWaiting:
    """A grid worker came on duty where the case waits for one."""

    post_id: UUID
    at: datetime


@dataclass(frozen=True)
class LeavePost:
    """The grid worker at `post_id` is no longer on duty; the one at `successor` is, if any."""

    post_id: UUID
    successor: UUID | None
    at: datetime


@dataclass(frozen=True)
class ExtendDeadline:
    step: str
    by: Span
    roles: frozenset[str]
    at: datetime


@dataclass(frozen=True)
class SuspendClock:
    roles: frozenset[str]
    at: datetime


@dataclass(frozen=True)
class ResumeClock:
    roles: frozenset[str]
    at: datetime


@dataclass(frozen=True)
class AnnounceOverdue:
    at: datetime


@dataclass(frozen=True)
class LinkTo:
    """The other one says the opposite, in the same transaction."""

    relation: Literal["leads_to", "comes_from", "has_part", "part_of", "joined_by"]
    to_case: UUID
    to_kind: str
    at: datetime


@dataclass(frozen=True)
class JoinInto:
    """The other one stands for it from now on; it says `joined_by` in the same transaction."""

    to_case: UUID
    to_kind: str
    at: datetime


@dataclass(frozen=True)
class LearnEnd:
    """A case that this one led to, was split into or joined has ended; None: it is open again."""

    of_case: UUID
    outcome: str | None
    at: datetime


Linking: TypeAlias = LinkTo | JoinInto | LearnEnd

Change: TypeAlias = (
    TakeStep
    | DispatchWaiting
    | LeavePost
    | ExtendDeadline
    | SuspendClock
    | ResumeClock
    | AnnounceOverdue
    | Linking
)
"""What can be done with a case that was filed."""
