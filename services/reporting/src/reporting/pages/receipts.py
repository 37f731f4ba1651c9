"""The events behind a number, for people."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from chassis.pages.rendering import Spoken, page
from chassis.pages.speech import Say
from reporting.api_live import Watching
from reporting.api_metrics import ask_metric, show_receipt
from reporting.asking import Area, InDays, metric_named
from reporting.pages.choice import Chosen
from reporting.pages.scale import signed, written
from reporting.periods import DAY
from reporting.reading import Reads
from reporting.tables import areas

router = APIRouter(route_class=Spoken, include_in_schema=False)

ROWS = 50


@router.get("/receipts/{metric_id}")
async def receipts(
    request: Request,
    metric_id: str,
    caller: Watching,
    reads: Reads,
    days: InDays,
    choice: Chosen,
    say: Say,
    of: Annotated[Area | None, Query(description="the number's area")] = None,
    cursor: str | None = None,
) -> Response:
    """The rows of /v1/metrics/{id}/receipt; of a ratio, the way to those of its parts."""
    answer = await ask_metric(metric_id, reads, caller, days, {}, of)
    is_ratio = answer.kind == "ratio"
    shown = None
    if not is_ratio:
        shown = await show_receipt(metric_id, reads, caller, days, {}, of, cursor, ROWS)
    async with reads.reading() as (db, live):
        metric = metric_named(live.metrics, metric_id)
        parts = [live.metrics[part] for part in metric.parts]
        names = await areas.names(db, {row.area for row in shown.items} if shown else ())
    return page(
        request,
        "receipt.html",
        say,
        answer=answer,
        amount=written(answer.value, answer.decimals),
        last_day=days.end - DAY,
        choice=choice,
        parts=[
            (part, written(value, part.decimals), choice.receipt(part.id, answer.area, days))
            for part, value in zip(parts, (answer.numerator, answer.denominator), strict=False)
            if is_ratio
        ],
        rows=shown.items if shown else [],
        names=names,
        signed=lambda value: signed(value, parts[0].decimals),
        this=choice.receipt(metric_id, answer.area, days),
        cursor=cursor,
        next=shown.next if shown else None,
    )
