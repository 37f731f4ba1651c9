"""What the routes have in common: who may ask, about which place, over which days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Depends, HTTPException, Query
from pydantic import AfterValidator

from chassis.access import Caller, allow, territory
from chassis.db import Db
from contracts.fields import AreaCode
from reporting.metric import Metric
from reporting.metric_files import Metrics
from reporting.periods import DAY, half_year_start, today
from reporting.tables import areas

READERS = ("reader", "dispatcher", "department", "registrar", "operator", "admin")
"""Figures are for everyone who works here."""

EARLIEST, LATEST = date(1949, 10, 1), date(2200, 1, 1)


def _day(day: date) -> date:
    if not EARLIEST <= day <= LATEST:
        raise ValueError(f"a day is from {EARLIEST} to {LATEST}")
    return day


def _province_or_below(code: str) -> str:
    territory(code)
    return code


Day = Annotated[date, AfterValidator(_day)]
Area = Annotated[AreaCode, AfterValidator(_province_or_below)]
Reading = Annotated[Caller, allow(*READERS)]


@dataclass(frozen=True)
class Days:
    """[start, end) in the city; this half-year up to and with today where nothing is said."""

    start: date
    end: date


def _days(
    since: Annotated[Day | None, Query(alias="from", description="first day")] = None,
    until: Annotated[Day | None, Query(alias="to", description="day after the last")] = None,
) -> Days:
    end = until or max(today(), since or today()) + DAY
    days = Days(since or half_year_start(end - DAY), end)
    if days.start >= days.end:
        raise HTTPException(422, "`to` is the day after the last one: it must be after `from`.")
    return days


InDays = Annotated[Days, Depends(_days)]


def own_area(caller: Caller) -> str:
    return caller.territory.ljust(12, "0")


async def placed(db: Db, caller: Caller, area: str | None) -> tuple[str, str | None]:
    """Code and name of the area asked for, or of the caller's own; OutsideArea, or 404 for none."""
    code = area or own_area(caller)
    caller.keep_to(territory(code))
    found = await areas.find(db, code)
    if found is None and area:
        raise HTTPException(404, f"The register knows no area {code}.")
    return code, found["name"] if found else None


def metric_named(metrics: Metrics, metric_id: str) -> Metric:
    if metric_id not in metrics:
        raise HTTPException(404, "There is no such metric; /v1/metrics lists them.")
    return metrics[metric_id]


def _pairs(
    where: Annotated[
        list[str] | None, Query(description="dimension:value, may be repeated")
    ] = None,
) -> Mapping[str, str]:
    pairs = [one.partition(":") for one in where or ()]
    if not all(separator for _, separator, _ in pairs):
        raise HTTPException(422, "`where` is a dimension and a value, like where=kind:request.")
    return {name: value for name, _, value in pairs}


Where = Annotated[Mapping[str, str], Depends(_pairs)]
