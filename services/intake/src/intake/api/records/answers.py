"""What routes on records share: who keeps records, and a row of a table or that there is none."""

from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import HTTPException, Request, Response
from pydantic import BaseModel

from chassis.access import Caller, allow
from chassis.web.cursor import Cursor
from chassis.web.etag import tagged

Registrar = Annotated[Caller, allow("registrar", "admin")]
"""Keeps the city's records."""

BY_ID = Cursor(tuple[UUID])

Shown = TypeVar("Shown")


def there_is(row: Shown | None, what: str) -> Shown:
    """The row, or a 404."""
    if row is None:
        raise HTTPException(404, f"There is no such {what}: look for it in the list.")
    return row


def created(request: Request, row: BaseModel, version: int, location: str) -> Response:
    answer = tagged(request, row, version, 201)
    answer.headers["location"] = location
    return answer
