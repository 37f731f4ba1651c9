"""How routes on records answer: a row of a table, or that there is none."""

from typing import TypeVar
from uuid import UUID

from fastapi import HTTPException, Request, Response
from pydantic import BaseModel

from chassis.web.cursor import Cursor
from chassis.web.etag import tagged

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
