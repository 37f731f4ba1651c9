"""Metrics made into plain functions, one list for each event type: the hot path of projecting."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Any, NamedTuple

from contracts import EVENT_TYPES
from reporting.metric import Metric, Scaled, Source
from reporting.metric_rules import HEARD, says

Fields = dict[str, Any]

NOTHING: Mapping[str, Any] = MappingProxyType({})

VALUE = re.compile(r"[a-z0-9_-]{1,40}")
"""What may stand in a dimension: catalogue values, ids and days; never the `/` between them."""


class Unreadable(ValueError):  # noqa: N818 - what the dead letter says
    """An event that is not what its contract says."""


class Rule(NamedTuple):
    """What one event type adds to one metric."""

    metric: str
    applies: Callable[[Fields], bool] | None
    """None: always."""
    value: int | Callable[[Fields], int]
    dims: Callable[[Fields], str]


class Membership(NamedTuple):
    """What one event type says of a key of a distinct count."""

    metric: str
    applies: Callable[[Fields], bool] | None
    value: int | Callable[[Fields], int]
    key: Callable[[Fields], Any]
    dims: Callable[[Fields], str] | None
    """None: this event type does not know them."""
    condition: str


class Rules(NamedTuple):
    counted: dict[str, list[Rule]]
    """By type, for every event that is heard."""
    distinct: dict[str, list[Membership]]
    """By type, for those that have any."""
    conditions: dict[str, int]
    """How many conditions a distinct count has."""


def compiled(metrics: Iterable[Metric]) -> Rules:
    rules = Rules({event_type: [] for event_type in HEARD}, {}, {})
    for metric in metrics:
        for source in metric.source:
            if metric.kind == "distinct":
                rules.distinct.setdefault(source.event, []).append(_membership(metric, source))
            else:
                rules.counted[source.event].append(_rule(metric, source))
        rules.conditions[metric.id] = len({source.condition for source in metric.source})
    return rules


def _rule(metric: Metric, source: Source) -> Rule:
    dims = _dims(source.event, metric.dimensions)
    return Rule(metric.id, _condition(source), _value(source), dims)


def _membership(metric: Metric, source: Source) -> Membership:
    event = EVENT_TYPES[source.event]
    knows = all(says(event, name) is not None for name in metric.dimensions)
    return Membership(
        metric.id,
        _condition(source),
        _value(source),
        _field(source.event, metric.key or ""),
        _dims(source.event, metric.dimensions) if knows else None,
        source.condition,
    )


def _field(event_type: str, name: str) -> Callable[[Fields], Any]:
    """Reads a field of `data`; what the contract lets one leave out has the contract's default."""
    outer, _, inner = name.partition(".")
    if inner:
        return partial(_one_of, outer, inner)
    field = EVENT_TYPES[event_type].model_fields[name]
    if field.is_required():
        return lambda data: data[name]
    return lambda data, default=field.default: data.get(name, default)  # type: ignore[misc]


def _one_of(outer: str, inner: str, data: Fields) -> Any:
    """None where it was not brought."""
    several = data.get(outer, NOTHING)
    if isinstance(several, Mapping):
        return several.get(inner)
    raise Unreadable(f"{outer} does not hold several values")


def _condition(source: Source) -> Callable[[Fields], bool] | None:
    if not source.where:
        return None
    tests = [
        (_field(source.event, name), wanted if isinstance(wanted, tuple) else (wanted,))
        for name, wanted in source.where.items()
    ]
    if len(tests) == 1:
        ((read, wanted),) = tests
        return lambda data: read(data) in wanted
    return lambda data: all(read(data) in wanted for read, wanted in tests)


def _value(source: Source) -> int | Callable[[Fields], int]:
    if isinstance(source.value, int):
        return source.value
    if isinstance(source.value, Scaled):
        return partial(_scaled, source.value.field, source.value.times)
    return partial(_whole, source.value, _field(source.event, source.value))


def _whole(name: str, read: Callable[[Fields], Any], data: Fields) -> int:
    value = read(data)
    if type(value) is int:
        return value
    if value is None and "." in name:
        return 0  # one of several that the event may leave out
    raise Unreadable(f"{name} is no whole number")


def _scaled(name: str, times: int, data: Fields) -> int:
    value = data[name]
    if type(value) not in (int, float):
        raise Unreadable(f"{name} is no number")
    scaled: int = round(value * times)
    return scaled


def _dims(event_type: str, names: tuple[str, ...]) -> Callable[[Fields], str]:
    reads = [_field(event_type, name) for name in names]
    match reads:
        case []:
            return lambda data: ""
        case [read]:
            return lambda data: _written(read(data))
        case [one, two]:
            return lambda data: _written(one(data), two(data))
        case _:
            return lambda data: _written(*[read(data) for read in reads])


@lru_cache(maxsize=10_000, typed=True)
def _written(*values: object) -> str:
    return "/".join(map(written, values))


def written(value: object) -> str:
    """A value as it stands in `dims`; a missing one is nothing."""
    if value is None:
        return ""
    text = str(value).lower() if isinstance(value, bool | int) else value
    if not (isinstance(text, str) and VALUE.fullmatch(text)):
        raise Unreadable("a dimension is no catalogue value")
    return text
