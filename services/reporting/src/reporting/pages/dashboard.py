"""The city's figures at a glance, at `/`."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Header, HTTPException, Request, Response

from chassis.pages.rendering import Spoken, page
from chassis.pages.speech import Say
from reporting.api_live import Watching
from reporting.asking import Days
from reporting.pages import drawing
from reporting.pages.choice import PERIODS, Chosen
from reporting.pages.trend import trend
from reporting.pages.view import TREND, look
from reporting.periods import SHANGHAI
from reporting.reading import Reads

router = APIRouter(route_class=Spoken, include_in_schema=False)


@router.get("/")
async def dashboard(
    request: Request,
    caller: Watching,
    reads: Reads,
    choice: Chosen,
    say: Say,
    x_refresh: Annotated[bool, Header()] = False,
) -> Response:
    """`x-refresh`: for the page's own script, without the shapes it has already."""
    async with reads.reading() as (db, live):
        metrics = live.metrics
        view = await look(db, metrics, list(reads.shipped), caller, choice)
    if choice.colour not in metrics:
        raise HTTPException(404, f"There is no metric {choice.colour}; /v1/metrics lists them.")
    return page(
        request,
        "dashboard.html",
        say,
        view=view,
        choice=choice,
        periods=PERIODS,
        groups=drawing.groups(view, metrics, choice, say),
        lines=list(drawing.lines(view, choice, say)),
        chart=drawing.chart(view, metrics[choice.colour], choice, say),
        trend=trend(view.periods, *view.trend),
        trend_metrics=[metrics[name] for name in TREND],
        receipt=lambda metric, start, end: choice.receipt(
            metric, view.place.code, Days(start, end)
        ),
        now=datetime.now(UTC).astimezone(SHANGHAI),
        is_refresh=x_refresh,
    )
