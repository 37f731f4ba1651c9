"""A valid body with one value after the other of a type that its schema does not allow."""

from collections.abc import Iterator
from copy import deepcopy

from jsonschema import Draft202012Validator

from tests.system.routes import Schema

TYPED = "typed by Li Lei"
"""What must come back in no answer."""

WRONG = (TYPED, [TYPED], {"wrong": TYPED}, "86400", 86_400, -1.5, True, None)
PARSED = {"date", "date-time", "uuid"}
"""Formats of text that TYPED is not in."""


def spoilt(schema: Schema, good: object, place: str = "#") -> Iterator[tuple[str, object]]:
    """What was changed, for people, and the body."""
    if isinstance(good, dict):
        for name, inner in schema.get("properties", {}).items():
            for where, wrong in _wrong(inner, good.get(name), f"{place}/{name}"):
                yield where, {**deepcopy(good), name: wrong}


def _wrong(schema: Schema, good: object, place: str) -> Iterator[tuple[str, object]]:
    formats = {one.get("format") for one in (schema, *schema.get("anyOf", ()))} & PARSED
    for value in WRONG:
        is_text = isinstance(value, str)
        if not Draft202012Validator(schema).is_valid(value) or (is_text and formats):
            yield f"{place} = {value!r}", value
    if isinstance(good, list) and good:
        items = schema["items"]
        inner = (
            spoilt(items, good[0], place)
            if isinstance(good[0], dict)
            else _wrong(items, None, place)
        )
        yield from ((where, [wrong]) for where, wrong in inner)
