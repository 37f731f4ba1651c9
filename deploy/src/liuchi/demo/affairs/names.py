"""What is invented stands in files; the names in them stand for ids."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

MARK = "@"
"""Begins a name that stands for an id."""


@cache
def told(name: str) -> dict[str, Any]:
    """One of the files. Nobody changes what is in it."""
    return tomllib.loads((files("liuchi") / "data" / name).read_text(encoding="utf-8"))


def named(value: object) -> Iterator[str]:
    """The names in it, in order."""
    match value:
        case str() if value.startswith(MARK):
            yield value.removeprefix(MARK)
        case dict():
            yield from named([*value.values()])
        case list() | tuple():
            for each in value:
                yield from named(each)


def filled(value: Any, ids: Mapping[str, str]) -> Any:
    """The same with the ids in it. Raises KeyError for a name that has none."""
    match value:
        case str() if value.startswith(MARK):
            return ids[value.removeprefix(MARK)]
        case dict():
            return {name: filled(each, ids) for name, each in value.items()}
        case list() | tuple():
            return [filled(each, ids) for each in value]
        case _:
            return value
