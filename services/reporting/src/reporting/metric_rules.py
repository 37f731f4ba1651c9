"""What must be true of metrics beyond their shape, each fault a sentence."""

from collections.abc import Iterator, Mapping
from typing import get_args, get_origin

from pydantic.fields import FieldInfo

from contracts import EVENT_TYPES, Event, heard, speakers_heard_by
from reporting.metric import Metric, Scaled, Source

LISTENER = "reporting"

HEARD = frozenset(
    event_type for speaker in speakers_heard_by(LISTENER) for event_type in heard(LISTENER, speaker)
)

NUMBERS = (int, float)


def wrongs(metrics: Mapping[str, Metric]) -> Iterator[str]:
    """Sentences, none when all is well. Ratios are looked up among `metrics`."""
    for metric in metrics.values():
        of_kind = _ratio(metric, metrics) if metric.kind == "ratio" else _counted(metric)
        yield from (f"{metric.id}: {sentence}" for sentence in of_kind)


def says(event: type[Event], name: str) -> object:
    """The type of what an event has under a name, or under `field.key` where a field holds several
    values; None where it has no such thing.
    """
    outer, _, inner = name.partition(".")
    field = event.model_fields.get(outer)
    if field is None or bool(inner) != _holds_several(field):
        return None
    return get_args(field.annotation)[1] if inner else field.annotation


def _ratio(metric: Metric, metrics: Mapping[str, Metric]) -> Iterator[str]:
    if metric.source or metric.key:
        yield "a ratio has no source and no key; it is made of a numerator and a denominator"
    if metric.dimensions:
        yield "a ratio has the dimensions its parts share; leave `dimensions` out"
    for name in ("numerator", "denominator"):
        part = metrics.get(getattr(metric, name) or "")
        if part is None:
            yield f"its {name} is {getattr(metric, name)}, which is no metric"
        elif part.kind == "ratio":
            yield f"its {name} {part.id} is a ratio itself; name a counted metric"


def _counted(metric: Metric) -> Iterator[str]:
    if metric.numerator or metric.denominator:
        yield f"a {metric.kind} has no numerator and no denominator; make it a ratio"
    if not metric.source:
        yield "it has no source; name at least one event"
    if metric.kind == "distinct":
        yield from _distinct(metric)
    elif metric.key:
        yield f"a {metric.kind} has no key; make it a distinct count"
    for source in metric.source:
        event = EVENT_TYPES.get(source.event)
        if event is None or source.event not in HEARD:
            yield f"{source.event} is no event that reporting hears; see the CATALOGUE"
        else:
            yield from _fields(metric, source, event)


def _distinct(metric: Metric) -> Iterator[str]:
    if not metric.key:
        yield "a distinct count needs a key, the field that names what is counted"
    if len({source.event.partition(".")[0] for source in metric.source}) > 1:
        yield "the sources of a distinct count come from one speaker, or their order is not certain"


def _fields(metric: Metric, source: Source, event: type[Event]) -> Iterator[str]:
    asked = [*source.where, *([metric.key] if metric.key else [])]
    if metric.kind != "distinct":
        asked += metric.dimensions
    for name in asked:
        if says(event, name) is None:
            has = ", ".join(_named(one, field) for one, field in event.model_fields.items())
            yield f"{source.event} has no field {name}; it has {has}"
    match source.value:
        case str(name) | Scaled(field=name):
            if says(event, name) not in NUMBERS:
                yield f"{source.event} has no number {name}"
            elif isinstance(source.value, str) and says(event, name) is float:
                yield f'{name} is no whole number; write {{ field = "{name}", times = 100 }}'


def _holds_several(field: FieldInfo) -> bool:
    return get_origin(field.annotation) is dict


def _named(name: str, field: FieldInfo) -> str:
    return f"{name}.…" if _holds_several(field) else name
