"""What the routes of grid share: who may, how bodies are read, how commands are answered."""

from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request, Response
from pydantic import RootModel

from chassis.access import Caller, allow
from chassis.web.etag import tagged
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


def _catalogue(request: Request) -> Catalogue:
    catalogue: Catalogue = request.app.state.catalogue
    return catalogue


Kinds = Annotated[Catalogue, Depends(_catalogue)]


def shown(request: Request, row: Any, status: int = 200) -> Response:
    """A row of a table with its version as ETag."""
    return tagged(request, RootModel[Any](row), row.version, status)


def created(request: Request, row: Any, location: str) -> Response:
    answer = shown(request, row, 201)
    answer.headers["location"] = location
    return answer


def missing(what: str) -> HTTPException:
    return HTTPException(404, f"There is no such {what}: list those there are.")
