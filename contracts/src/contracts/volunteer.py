"""What volunteer announces: people who help, and what comes of it."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.event import Event
from contracts.fields import Code
from contracts.intake import Urgency


class VolunteerRegistered(Event):
    """Somebody offered to help. One registration for each person."""

    type = "volunteer.volunteer.registered.v1"

    volunteer_id: UUID
    skills: tuple[Code, ...] = ()


class VolunteerUpdated(Event):
    """What a volunteer can do has changed; these are all of the skills now."""

    type = "volunteer.volunteer.updated.v1"

    volunteer_id: UUID
    skills: tuple[Code, ...]


class VolunteerDeregistered(Event):
    """The registration ended."""

    type = "volunteer.volunteer.deregistered.v1"

    volunteer_id: UUID


class TeamFormed(Event):
    """Volunteers stand together as a team."""

    type = "volunteer.team.formed.v1"

    team_id: UUID
    kind: Code


class TeamMemberJoined(Event):
    """A volunteer belongs to the team."""

    type = "volunteer.team.member_joined.v1"

    team_id: UUID
    volunteer_id: UUID
    kind: Code


class TeamMemberLeft(Event):
    """A volunteer no longer belongs to the team."""

    type = "volunteer.team.member_left.v1"

    team_id: UUID
    volunteer_id: UUID
    kind: Code


class TeamDisbanded(Event):
    """The team is no more."""

    type = "volunteer.team.disbanded.v1"

    team_id: UUID
    kind: Code


class ActivityScheduled(Event):
    """An activity will take place; volunteers may join."""

    type = "volunteer.activity.scheduled.v1"

    activity_id: UUID
    team_id: UUID
    kind: Code
    theme: Code
    starts_at: AwareDatetime
    places: int = Field(ge=1)


class ActivityJoined(Event):
    """A volunteer will take part."""

    type = "volunteer.activity.joined.v1"

    activity_id: UUID
    volunteer_id: UUID
    kind: Code


class ActivityLeft(Event):
    """A volunteer will not take part after all."""

    type = "volunteer.activity.left.v1"

    activity_id: UUID
    volunteer_id: UUID
    kind: Code


class ActivityHeld(Event):
    """The activity took place."""

    type = "volunteer.activity.held.v1"

    activity_id: UUID
    team_id: UUID
    kind: Code
    theme: Code
    participants: int = Field(ge=0)
    """Volunteers who took part (person-times, 人次)."""
    beneficiaries: int = Field(ge=0)
    """People served (person-times)."""
    hours: float = Field(ge=0)
    """Duration; each participant is credited with it."""


class ActivityCancelled(Event):
    """The activity will not take place."""

    type = "volunteer.activity.cancelled.v1"

    activity_id: UUID
    kind: Code


class DemandPosted(Event):
    """Somebody needs help of a kind."""

    type = "volunteer.demand.posted.v1"

    demand_id: UUID
    case_id: UUID | None
    skill: Code | None
    """What the volunteer must be able to do; null: everybody can."""
    urgency: Urgency


class DemandMatched(Event):
    """A volunteer was found for it."""

    type = "volunteer.demand.matched.v1"

    demand_id: UUID
    case_id: UUID | None
    volunteer_id: UUID
    distance: Literal["village", "township", "county", "city"]
    """The smallest division that holds both the place of need and the volunteer."""


class DemandFulfilled(Event):
    """The help was given."""

    type = "volunteer.demand.fulfilled.v1"

    demand_id: UUID
    case_id: UUID | None
    volunteer_id: UUID


class DemandHandedBack(Event):
    """The volunteer cannot give the help after all; somebody else is looked for."""

    type = "volunteer.demand.handed_back.v1"

    demand_id: UUID
    case_id: UUID | None
    volunteer_id: UUID


class DemandExpired(Event):
    """Help is no longer wanted."""

    type = "volunteer.demand.expired.v1"

    demand_id: UUID
    case_id: UUID | None
    volunteer_id: UUID | None
    """Who had been found for it; free again now."""
    reason: Literal["withdrawn", "closed", "dispatched_elsewhere"]
