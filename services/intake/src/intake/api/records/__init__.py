"""What a city keeps beside its cases: forums, meetings, topics, channels, observers, mediators."""

from fastapi import APIRouter

from intake.api.records import (
    channels,
    forums,
    lists,
    mediators,
    meetings,
    observations,
    observers,
    roster,
    sessions,
    topics,
)
from intake.desk import Desk


def routers(desk: Desk) -> list[APIRouter]:
    """A fixed path before one with a name in it: a roster is not a meeting."""
    return [
        lists.router,
        forums.router,
        sessions.router,
        roster.routes(desk),
        meetings.routes(desk),
        topics.router,
        channels.router,
        observers.router,
        observations.router,
        mediators.router,
    ]
