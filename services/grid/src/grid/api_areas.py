"""Areas over HTTP: the register imported, statistics set, both read."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from chassis.access import Caller, territory
from chassis.db import Db
from chassis.service import Here
from chassis.web.asked import Body, Limit, Place, within
from chassis.web.cursor import Cursor, Page
from chassis.web.etag import IfMatch, tagged
from chassis.web.idempotency import Key, once
from chassis.web.problems import problem
from contracts.fields import Level
from grid import handlers, progress
from grid.api import Reader, Registrar, missing
from grid.domain.area import Numbers, SetStatistics
from grid.domain.register import COLUMNS, BadRow, BadRows, Row, read
from grid.tables import areas
from grid.tables.areas import AreaRow

router = APIRouter(prefix="/v1/areas", tags=["areas"])

BY_CODE = Cursor(tuple[str])
CSV: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"text/csv": {"schema": {"type": "string", "example": ",".join(COLUMNS)}}},
    }
}


class Statistics(Body):
    year: int = Field(ge=1949, le=2200, strict=True)
    households: int = Field(ge=0, le=2_000_000_000, strict=True)
    population: int = Field(ge=0, le=2_000_000_000, strict=True)
    urban_residents: int = Field(ge=0, le=2_000_000_000, strict=True)


class WholeArea(BaseModel):
    code: str
    level: Level
    parent: str | None
    name: str
    is_urban: bool
    statistics: list[Statistics]
    """Latest year first."""
    version: int


class Imported(BaseModel):
    registered: int
    unchanged: int
    left_out: int


@router.post("/import", openapi_extra=CSV, response_model=Imported)
async def import_areas(
    here: Here,
    request: Request,
    key: Key,
    caller: Registrar,
    area: Annotated[Place | None, Query(description="Import only this part of the file.")] = None,
) -> Response:
    """Register the areas of a CSV file with the columns code,name,level,parent: all or none.

    Lines of JSON tell the progress; the last one is the answer. With a bad row the answer is a
    422 whose `faults` name every such row by its line.
    """
    at, part = datetime.now(UTC), territory(area) if area else ""
    try:
        rows = read((await request.body()).decode("utf-8-sig"))
        return await progress.heard_along(
            lambda tell: once(here, key, lambda db: _import(db, rows, part, caller, at, tell))
        )
    except UnicodeDecodeError:
        return problem(422, "The file is not UTF-8: save it in that encoding.")
    except BadRows as bad:
        return problem(422, str(bad), kind="bad-rows", faults=[_fault(row) for row in bad.rows])


@router.post("/{code}/statistics", response_model=WholeArea)
async def set_statistics(
    code: Place,
    body: Statistics,
    here: Here,
    request: Request,
    key: Key,
    seen: IfMatch,
    caller: Registrar,
) -> Response:
    """Set the counted numbers of one year, or correct them."""
    numbers = Numbers(body.households, body.population, body.urban_residents)
    asked = SetStatistics(code, body.year, numbers, datetime.now(UTC))
    caller.keep_to(code)

    async def run(db: Db) -> Response:
        seen.check((await _find(db, code)).version)
        await handlers.set_statistics(db, asked, caller)
        return await _show(db, request, code)

    return await once(here, key, run)


@router.get("")
async def list_areas(
    here: Here,
    caller: Reader,
    area: Annotated[Place | None, Query(description="This one and all below it.")] = None,
    parent: Annotated[Place | None, Query(description="Those right below this one.")] = None,
    level: Level | None = None,
    name: Annotated[
        str | None, Query(min_length=1, max_length=40, pattern=r"^[^\x00]*$", description="Part.")
    ] = None,
    is_urban: bool | None = None,
    cursor: str | None = None,
    limit: Limit = 100,
) -> Page[AreaRow]:
    """Areas of the caller's territory in the order of their codes."""
    prefix = within(caller, area)
    scope = (prefix, parent, level, name, is_urban)
    after = BY_CODE.read(cursor, *scope)
    async with here.connection() as db:
        rows = await areas.select(db, *scope, after[0] if after else None, limit + 1)
    return BY_CODE.page(rows, limit, lambda row: (row.code,), lambda row: row, *scope)


@router.get("/{code}", response_model=WholeArea)
async def show_area(code: Place, here: Here, request: Request, caller: Reader) -> Response:
    caller.keep_to(code)
    async with here.connection() as db:
        return await _show(db, request, code)


async def _import(
    db: Db,
    rows: list[Row | BadRow],
    part: str,
    caller: Caller,
    at: datetime,
    tell: Callable[[object], None],
) -> Response:
    found = await handlers.import_areas(
        db, rows, part, caller, at, lambda done, of: tell({"done": done, "of": of})
    )
    answer = Imported(registered=len(found.new), unchanged=found.unchanged, left_out=found.left_out)
    return Response(progress.line(answer), media_type=progress.LINES)


async def _find(db: Db, code: str) -> AreaRow:
    row = await areas.find(db, code)
    if row is None:
        raise missing("area")
    return row


async def _show(db: Db, request: Request, code: str) -> Response:
    row = await _find(db, code)
    statistics = [Statistics(**year) for year in await areas.statistics(db, code)]
    whole = WholeArea(**vars(row), statistics=statistics)
    return tagged(request, whole, row.version)


def _fault(row: BadRow) -> dict[str, str]:
    return {"line": str(row.line), "detail": row.why}
