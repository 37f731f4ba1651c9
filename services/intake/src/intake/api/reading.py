"""What is open to all is read without a token, and so many times a minute from one address."""

from typing import Any

from fastapi import Depends, Request

from chassis.access import public
from chassis.web.rate_limit import MINUTE, RateLimit
from intake.settings import Settings


def read_limit(settings: Settings) -> RateLimit:
    """One for the app, at `app.state.reads`: whatever is read counts."""
    return RateLimit(settings.reads_a_minute, MINUTE)


async def _limited(request: Request) -> None:
    reads: RateLimit = request.app.state.reads
    await reads(request)


limited_reads: Any = Depends(_limited)

open_to_all = [public, limited_reads]
"""`dependencies=open_to_all` of a route."""
