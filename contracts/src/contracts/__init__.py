"""Every event in the system: who says it, and who hears it.

This table is the architecture. The README diagram, the JetStream streams and durables, the NATS
permissions, AsyncAPI and the tests that keep services apart are all derived from it.
"""

from dataclasses import dataclass

from contracts import grid, intake, volunteer
from contracts.event import CONTENT_TYPE as CONTENT_TYPE
from contracts.event import Envelope as Envelope
from contracts.event import Event as Event
from contracts.event import nats_subject as nats_subject

SERVICES = ("intake", "grid", "volunteer", "reporting")


@dataclass(frozen=True)
class Topic:
    event: type[Event]
    said_by: str
    heard_by: tuple[str, ...]


CATALOGUE = (
    Topic(intake.CaseFiled, said_by="intake", heard_by=("reporting",)),
    Topic(intake.CaseClassified, said_by="intake", heard_by=("reporting",)),
    Topic(intake.CaseDispatched, said_by="intake", heard_by=("volunteer", "reporting")),
    Topic(intake.CaseStepTaken, said_by="intake", heard_by=("reporting",)),
    Topic(intake.CaseStepOverdue, said_by="intake", heard_by=("reporting",)),
    Topic(intake.CaseEscalated, said_by="intake", heard_by=("reporting",)),
    Topic(intake.CaseDeadlineExtended, said_by="intake", heard_by=("reporting",)),
    Topic(intake.CaseClockSuspended, said_by="intake", heard_by=("reporting",)),
    Topic(intake.CaseClockResumed, said_by="intake", heard_by=("reporting",)),
    Topic(intake.CaseClosed, said_by="intake", heard_by=("volunteer", "reporting")),
    Topic(intake.CaseReopened, said_by="intake", heard_by=("reporting",)),
    Topic(intake.CaseRevisited, said_by="intake", heard_by=("reporting",)),
    Topic(intake.CaseWithdrawn, said_by="intake", heard_by=("volunteer", "reporting")),
    Topic(intake.CaseLinked, said_by="intake", heard_by=("reporting",)),
    Topic(intake.TopicPublished, said_by="intake", heard_by=("reporting",)),
    Topic(intake.TopicClosed, said_by="intake", heard_by=("reporting",)),
    Topic(intake.ForumEstablished, said_by="intake", heard_by=("reporting",)),
    Topic(intake.ForumClosed, said_by="intake", heard_by=("reporting",)),
    Topic(intake.ForumSessionHeld, said_by="intake", heard_by=("reporting",)),
    Topic(intake.MeetingScheduled, said_by="intake", heard_by=("reporting",)),
    Topic(intake.MeetingHeld, said_by="intake", heard_by=("reporting",)),
    Topic(intake.MeetingMissed, said_by="intake", heard_by=("reporting",)),
    Topic(intake.MediatorEnrolled, said_by="intake", heard_by=("reporting",)),
    Topic(intake.MediatorLeft, said_by="intake", heard_by=("reporting",)),
    Topic(intake.ChannelOpened, said_by="intake", heard_by=("reporting",)),
    Topic(intake.ChannelClosed, said_by="intake", heard_by=("reporting",)),
    Topic(intake.ObserverAppointed, said_by="intake", heard_by=("reporting",)),
    Topic(intake.ObserverReleased, said_by="intake", heard_by=("reporting",)),
    Topic(intake.ObservationReported, said_by="intake", heard_by=("reporting",)),
    Topic(grid.AreaRegistered, said_by="grid", heard_by=("intake", "volunteer", "reporting")),
    Topic(grid.AreaStatisticsSet, said_by="grid", heard_by=("reporting",)),
    Topic(grid.GridDrawn, said_by="grid", heard_by=("reporting",)),
    Topic(grid.GridRetired, said_by="grid", heard_by=("reporting",)),
    Topic(grid.PostAssigned, said_by="grid", heard_by=("intake", "reporting")),
    Topic(grid.PostReleased, said_by="grid", heard_by=("intake", "reporting")),
    Topic(grid.ChecklistPublished, said_by="grid", heard_by=("reporting",)),
    Topic(grid.ChecklistItemAdded, said_by="grid", heard_by=("intake", "reporting")),
    Topic(grid.ChecklistItemUpdated, said_by="grid", heard_by=("intake", "reporting")),
    Topic(grid.ChecklistItemDone, said_by="grid", heard_by=("reporting",)),
    Topic(grid.ChecklistItemRemoved, said_by="grid", heard_by=("intake", "reporting")),
    Topic(volunteer.VolunteerRegistered, said_by="volunteer", heard_by=("reporting",)),
    Topic(volunteer.VolunteerUpdated, said_by="volunteer", heard_by=("reporting",)),
    Topic(volunteer.VolunteerDeregistered, said_by="volunteer", heard_by=("reporting",)),
    Topic(volunteer.TeamFormed, said_by="volunteer", heard_by=("reporting",)),
    Topic(volunteer.TeamMemberJoined, said_by="volunteer", heard_by=("reporting",)),
    Topic(volunteer.TeamMemberLeft, said_by="volunteer", heard_by=("reporting",)),
    Topic(volunteer.TeamDisbanded, said_by="volunteer", heard_by=("reporting",)),
    Topic(volunteer.ActivityScheduled, said_by="volunteer", heard_by=("reporting",)),
    Topic(volunteer.ActivityJoined, said_by="volunteer", heard_by=("reporting",)),
    Topic(volunteer.ActivityLeft, said_by="volunteer", heard_by=("reporting",)),
    Topic(volunteer.ActivityHeld, said_by="volunteer", heard_by=("reporting",)),
    Topic(volunteer.ActivityCancelled, said_by="volunteer", heard_by=("reporting",)),
    Topic(volunteer.DemandPosted, said_by="volunteer", heard_by=("reporting",)),
    Topic(volunteer.DemandMatched, said_by="volunteer", heard_by=("intake", "reporting")),
    Topic(volunteer.DemandFulfilled, said_by="volunteer", heard_by=("intake", "reporting")),
    Topic(volunteer.DemandHandedBack, said_by="volunteer", heard_by=("reporting",)),
    Topic(volunteer.DemandExpired, said_by="volunteer", heard_by=("intake", "reporting")),
)

EVENT_TYPES = {topic.event.type: topic.event for topic in CATALOGUE}


def decode(body: str | bytes) -> Envelope:
    """Turn stored or received JSON back into the event it was.

    Raises ValueError for malformed JSON or a bad field, KeyError for an unknown type.
    """
    return Envelope.from_json(body, EVENT_TYPES)


def durable(listener: str, speaker: str) -> str:
    """Name of the one consumer by which `listener` hears `speaker`: public, never renamed."""
    return f"{listener}-{speaker}"


def heard(listener: str, speaker: str) -> list[str]:
    """Types `listener` hears from `speaker`, sorted."""
    return sorted(
        topic.event.type
        for topic in CATALOGUE
        if topic.said_by == speaker and listener in topic.heard_by
    )


def speakers_heard_by(listener: str) -> list[str]:
    return [speaker for speaker in SERVICES if heard(listener, speaker)]
