"""Values of the lists that a city may change by file; one with rules of its own adds fields."""

from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from chassis.decider import Refused


class Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str
    en: str


class Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Words
    source: str
    """Id of the mechanism in the source texts, or the city's own reference."""


V = TypeVar("V", bound=Value)


def listed(values: Mapping[str, V], what: str, name: str) -> V:
    """Raises Refused, naming what the list has."""
    if name not in values:
        raise Refused(f"there is no {what} {name}; there are {', '.join(values)}")
    return values[name]
