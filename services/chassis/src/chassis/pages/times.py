"""How times are written on a page: in the city's own time."""

from datetime import datetime

from chassis.workflow.workdays import SHANGHAI, last_day_of


def minute(at: datetime) -> str:
    """`2024-09-27 14:05`"""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def last_day(due_at: datetime) -> str:
    """The last day that is in time, of the instant that is too late."""
    return str(last_day_of(due_at))
