"""What the routes of grid share: who may, how bodies are read, how commands are answered."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Query, Request, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, RootModel, StringConstraints

from chassis.access import Caller, allow, territory
from chassis.event_log import Db
from chassis.service import Service
from chassis.web.etag import tagged
from chassis.web.idempotency import Once, once
from contracts.fields import AreaCode
from grid.catalogue import Catalogue

Registrar = Annotated[Caller, allow("registrar", "admin")]
Keeper = Annotated[Caller, allow("registrar", "department", "admin")]
"""Keeps checklists."""
Doer = Annotated[Caller, allow("registrar", "department", "grid_worker", "admin")]
"""Does what stands on a checklist."""
Reader = Annotated[
    Caller, allow("reader", "grid_worker", "dispatcher", "department", "registrar", "admin")
]
Caretaker = Annotated[Caller, allow("dispatcher", "registrar", "admin")]
"""May see who a person is."""

Limit = Annotated[int, Query(ge=1, le=500, description="Items on a page.")]


def _place(code: str) -> str:
    territory(code)
    return code


Place = Annotated[AreaCode, AfterValidator(_place)]
"""A code that could be registered."""

Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\x00-\x08\x0e-\x1f]*$")
]


def _catalogue(request: Request) -> Catalogue:
    catalogue: Catalogue = request.app.state.catalogue
    return catalogue


Kinds = Annotated[Catalogue, Depends(_catalogue)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


async def command(here: Service, key: Once, run: Callable[[Db], Awaitable[Response]]) -> Response:
    """Run it in a transaction, once for each Idempotency-Key."""

    async def work(db: Db) -> Response:
        return await once(db, key, lambda: run(db))

    return await here.transact(work)


def shown(request: Request, row: Any, status: int = 200) -> Response:
    """A row of a table with its version as ETag."""
    return tagged(request, RootModel[Any](row), row.version, status)


def created(request: Request, row: Any, location: str) -> Response:
    answer = shown(request, row, 201)
    answer.headers["location"] = location
    return answer


def within(caller: Caller, area: str | None) -> str:
    """The prefix of codes a list is about. Raises OutsideArea for one that is not the caller's."""
    if area is None:
        return caller.territory
    caller.keep_to(territory(area))
    return territory(area)


def missing(what: str) -> HTTPException:
    return HTTPException(404, f"There is no such {what}: list those there are.")
