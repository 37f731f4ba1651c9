"""The city's figures: what they are, what they come to, and the events behind them."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel

from chassis.access import territory
from chassis.web.cursor import Cursor, Page
from reporting.asking import Area, InDays, Reading, Where, metric_named, placed
from reporting.metric import Metric, Words
from reporting.metric_files import Metrics
from reporting.numbers import Item, NotAsked, Number, Question, dimensions_of, total, totals, wanted
from reporting.numbers import items as cut_up
from reporting.reading import Reads
from reporting.tables import facts
from reporting.tables.generation import differences
from reporting.tables.sums import span

router = APIRouter(prefix="/v1", tags=["metrics"])

RECEIPTS: Cursor[facts.Place] = Cursor(tuple[date, str, int, str])


class Described(BaseModel):
    id: str
    version: int
    title: Words
    unit: Words
    kind: Literal["stock", "flow", "ratio", "distinct"]
    decimals: int
    dimensions: tuple[str, ...]
    figures: tuple[str, ...]
    headline: bool
    numerator: str | None
    denominator: str | None


class Catalogue(BaseModel):
    items: list[Described]
    to_rebuild: list[str]
    """Metrics that this release defines otherwise than they are counted."""
    remedy: str | None


class Shown(BaseModel):
    value: float | int | None
    """null where a ratio has nothing to divide by"""
    numerator: float | int | None = None
    denominator: float | int | None = None


class Part(Shown):
    key: str
    name: str | None = None


class Headline(Shown):
    metric: str
    title: Words
    unit: Words
    kind: str
    decimals: int


class Place(BaseModel):
    area: str
    name: str | None
    start: date
    end: date
    """The day after the last."""


class Headlines(Place):
    items: list[Headline]


class Answer(Place, Headline):
    version: int
    by: str | None
    items: list[Part]
    receipts: list[str]
    """Where the events behind the number are listed; of a ratio, those of its two parts."""


class Receipt(BaseModel):
    stream: str
    sequence: int
    """In the JetStream stream."""
    type: str
    area: str
    day: date
    value: float | int


@router.get("/metrics")
async def list_metrics(reads: Reads, caller: Reading) -> Catalogue:
    async with reads.reading() as (_, live):
        metrics = live.metrics
    changed = differences(metrics, reads.shipped)
    return Catalogue(
        items=[_described(metric, metrics) for metric in metrics.values()],
        to_rebuild=changed,
        remedy="Run `liuchi rebuild`: until then they are counted as before." if changed else None,
    )


@router.get("/headlines")
async def headlines(
    reads: Reads, caller: Reading, days: InDays, area: Area | None = None
) -> Headlines:
    """The metrics a page begins with, all of one instant."""
    async with reads.reading() as (db, live):
        code, name = await placed(db, caller, area)
        chosen = [metric for metric in live.metrics.values() if metric.headline]
        question = Question(chosen[0], code, days.start, days.end)
        numbers = await totals(db, live.metrics, chosen, question)
    return Headlines(
        area=code,
        name=name,
        start=days.start,
        end=days.end,
        items=[Headline(**_head(metric, numbers[metric.id])) for metric in chosen],
    )


@router.get("/metrics/{metric_id}")
async def ask_metric(
    metric_id: str,
    reads: Reads,
    caller: Reading,
    days: InDays,
    where: Where,
    area: Area | None = None,
    by: Annotated[
        str | None,
        Query(description="day, week, month, half_year, area, level:<level> or a dimension"),
    ] = None,
) -> Answer:
    """A metric at a place, over days of Asia/Shanghai, half-open.

    A flow is the sum within them, a stock and a distinct count stand as at their end, a ratio is
    computed from its parts there and then.
    """
    async with reads.reading() as (db, live):
        metric = metric_named(live.metrics, metric_id)
        code, name = await placed(db, caller, area)
        question = Question(metric, code, days.start, days.end, by, where)
        try:
            number = await total(db, live.metrics, question)
            parts = await cut_up(db, live.metrics, question) if by else []
        except NotAsked as sentence:
            raise HTTPException(422, str(sentence)) from None
    return Answer(
        **_head(metric, number),
        version=metric.version,
        area=code,
        name=name,
        start=days.start,
        end=days.end,
        by=by,
        items=[_part(item) for item in parts],
        receipts=[_receipt_address(part, question) for part in metric.parts],
    )


@router.get("/metrics/{metric_id}/receipt")
async def show_receipt(
    metric_id: str,
    reads: Reads,
    caller: Reading,
    days: InDays,
    where: Where,
    area: Area | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Page[Receipt]:
    """The events behind a number; their values add up to it. A stock's begin with the first."""
    async with reads.reading() as (db, live):
        metric = metric_named(live.metrics, metric_id)
        if metric.kind == "ratio":
            asked = " and ".join(f"/v1/metrics/{part}/receipt" for part in metric.parts)
            raise HTTPException(422, f"A ratio has the receipts of its parts: ask {asked}.")
        code, _ = await placed(db, caller, area)
        question = Question(metric, code, days.start, days.end, None, where)
        scope = (metric_id, metric.version, code, days, tuple(where.items()))
        try:
            filters = {number: value for _, number, value in wanted(live.metrics, question)}
        except NotAsked as sentence:
            raise HTTPException(422, str(sentence)) from None
        since = days.start if metric.kind == "flow" else date.min
        rows = await facts.receipt(
            db,
            metric.id,
            span(territory(code), is_exact=metric.kind == "distinct"),
            (since, days.end),
            filters,
            RECEIPTS.read(cursor, *scope),
            limit + 1,
        )
    return RECEIPTS.page(
        rows,
        limit,
        lambda row: (row["day"], row["event"], row["sequence"], row["place"]),
        lambda row: Receipt(
            stream=row["event"].partition(".")[0],
            sequence=row["sequence"],
            type=row["event"],
            area=row["place"].ljust(12, "0"),
            day=row["day"],
            value=row["value"] if metric.divisor == 1 else row["value"] / metric.divisor,
        ),
        *scope,
    )


def _described(metric: Metric, metrics: Metrics) -> Described:
    known = dimensions_of(metric, metrics)
    return Described.model_validate({**metric.model_dump(), "dimensions": known})


def _head(metric: Metric, number: Number) -> dict[str, object]:
    return {
        **asdict(number),
        "metric": metric.id,
        "title": metric.title,
        "unit": metric.unit,
        "kind": metric.kind,
        "decimals": metric.decimals,
    }


def _part(item: Item) -> Part:
    return Part(key=item.key, name=item.name, **asdict(item.number))


def _receipt_address(metric_id: str, question: Question) -> str:
    asked = [("area", question.area), ("from", question.start), ("to", question.end)]
    asked += [("where", f"{name}:{value}") for name, value in question.where.items()]
    return f"/v1/metrics/{metric_id}/receipt?{urlencode(asked, safe=':')}"
