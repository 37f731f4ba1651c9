"""What is open to all is read without a token, and so many times a minute from one address."""

from typing import Any

from fastapi import Depends, Request

from chassis.access import public
from chassis.web.rate_limit import Limit
from intake.settings import Settings

MINUTE = 60


def read_limit(settings: Settings) -> Limit:
    """One for the app, at `app.state.reads`: whatever is read counts."""
    return Limit(settings.reads_a_minute, MINUTE)


async def _limited(request: Request) -> None:
    reads: Limit = request.app.state.reads
    await reads(request)


limited_reads: Any = Depends(_limited)

open_to_all = [public, limited_reads]
"""`dependencies=open_to_all` of a route."""
