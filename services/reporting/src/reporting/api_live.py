"""Server-sent events: the headlines, whenever they may have moved."""

import asyncio
from collections.abc import AsyncIterator
from time import monotonic
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from chassis.access import Caller
from chassis.acquire import AWAY
from chassis.pages.signing_in import AllowByCookie
from chassis.telemetry import log
from reporting.api_metrics import headlines
from reporting.asking import READERS, Area, InDays, placed
from reporting.live import Live
from reporting.reading import Reads

router = APIRouter(prefix="/v1", tags=["metrics"])

STREAM_SECONDS = 900
"""Then the browser asks again, and its token is looked at again."""


def _live_of(request: Request) -> Live:
    live: Live = request.app.state.live
    return live


Watching = Annotated[Caller, Depends(AllowByCookie(*READERS))]


async def _inside(reads: Reads, caller: Watching, area: Area | None = None) -> Caller:
    """Before the first byte: afterwards a refusal could not be told."""
    async with reads.reading() as (db, _):
        await placed(db, caller, area)
    return caller


@router.get("/live", response_class=EventSourceResponse)
async def watch(
    reads: Reads,
    caller: Annotated[Caller, Depends(_inside)],
    live: Annotated[Live, Depends(_live_of)],
    days: InDays,
    area: Area | None = None,
) -> AsyncIterator[ServerSentEvent]:
    """`figures` events with the body of /v1/headlines: one at once, then at most one a second."""
    began = monotonic()
    async for number in live.moves():
        try:
            asked = asyncio.ensure_future(headlines(reads, caller, days, area))
            figures = await asyncio.shield(asked)  # who leaves breaks no transaction off
        except AWAY as fault:
            log.warning("headlines_missed", fault=type(fault).__name__)
            continue  # what moves next brings them
        yield ServerSentEvent(event="figures", id=str(number), data=figures)
        if monotonic() - began > STREAM_SECONDS:
            return
