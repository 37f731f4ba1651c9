"""What staff enter afterwards, from paper: when it happened. Only where past days are accepted."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import Depends, HTTPException, Query
from pydantic import AwareDatetime

from chassis.service import Here
from chassis.settings import Settings

MOST = timedelta(days=60)


def check(settings: Settings, at: datetime, now: datetime) -> None:
    """Raise a 422 unless `at` is a past that this installation accepts."""
    if not settings.accepts_past:
        raise HTTPException(422, "Past days are not accepted here: enter it when it happens.")
    if at > now:
        raise HTTPException(422, "This lies ahead: enter it when it has happened.")
    if now - at > MOST:
        raise HTTPException(422, f"It was over {MOST.days} days ago: too late to be entered.")


def _at(
    here: Here,
    at: Annotated[
        AwareDatetime | None, Query(description="When it happened, if it is entered afterwards.")
    ] = None,
) -> datetime:
    now = datetime.now(UTC)
    if at is None:
        return now
    check(here.settings, at, now)
    return at.astimezone(UTC)


At = Annotated[datetime, Depends(_at)]
"""A route's parameter: when what is commanded happened; now, unless the caller says otherwise."""
