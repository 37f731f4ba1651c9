"""Opaque cursors: the place in a sorted list after which the next page begins (keyset)."""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from fastapi import HTTPException
from pydantic import BaseModel, TypeAdapter
from pydantic_core import to_json

Place = TypeVar("Place", bound=tuple[Any, ...])
Row = TypeVar("Row")
Item = TypeVar("Item")

CHECK_BYTES = 6


class Page(BaseModel, Generic[Item]):
    items: list[Item]
    next: str | None = None
    """Send it back as `cursor` for the page that follows; absent on the last one."""


class Cursor(Generic[Place]):
    """Places in one list. A cursor belongs to the question it came from: `scope` is its filters.

    The check finds a cursor that was cut, edited or sent with another question. It is no lock,
    and need not be: whoever forged one would see only rows the query shows them anyway.
    """

    def __init__(self, place: type[Place]) -> None:
        self._places = TypeAdapter(place)

    def write(self, place: Place, *scope: object) -> str:
        body = to_json(place)
        return urlsafe_b64encode(_check(body, scope) + body).decode().rstrip("=")

    def read(self, cursor: str | None, *scope: object) -> Place | None:
        """None for the first page. Raises a 422 when it is not a cursor of this question."""
        if cursor is None:
            return None
        try:
            raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            if raw[:CHECK_BYTES] != _check(raw[CHECK_BYTES:], scope):
                raise ValueError("check")
            return self._places.validate_json(raw[CHECK_BYTES:])
        except ValueError:
            sentence = "This cursor belongs to no page of this list: begin again without it."
            raise HTTPException(422, sentence) from None

    def page(
        self,
        rows: Sequence[Row],
        size: int,
        place: Callable[[Row], Place],
        item: Callable[[Row], Item],
        *scope: object,
    ) -> Page[Item]:
        """A page of `size` out of rows fetched with LIMIT `size` + 1: the one more is the sign."""
        shown = rows[:size]
        more = len(rows) > size
        return Page(
            items=[item(row) for row in shown],
            next=self.write(place(shown[-1]), *scope) if more else None,
        )


def _check(body: bytes, scope: tuple[object, ...]) -> bytes:
    return hashlib.blake2b(body + repr(scope).encode(), digest_size=CHECK_BYTES).digest()
