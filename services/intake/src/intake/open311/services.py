"""The services of the standard: what may be reported, read from the files of the kinds.

A kind is one service, and so is each of its categories: `request`, `request.environment`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from chassis.pages.speech import Speech
from chassis.workflow.kind import Kind, Title
from intake.domain.decisions import Kinds
from intake.open311.answers import Content

RESIDENT = "resident"
SOURCE = "open311"

ASKED_FOR_ALREADY = frozenset({"source", "category", "urgency"})
"""Fields of every case: the first two are said by the address and the service."""


@dataclass(frozen=True)
class RequestType:
    """What the standard calls a service."""

    kind: Kind
    category: str | None

    @property
    def code(self) -> str:
        return code_of(self.kind.name, self.category)

    @property
    def title(self) -> Title:
        """A category that the file no longer has is called by its kind."""
        values = self.kind.fields.get("category", {})
        return values[self.category].title if self.category in values else self.kind.title

    @property
    def required(self) -> tuple[str, ...]:
        """What is asked for besides: lists and numbers of the kind's own."""
        first = self.kind.steps[0].requires
        return tuple(name for name in first if name not in ASKED_FOR_ALREADY)


def code_of(kind: str, category: str | None) -> str:
    return f"{kind}.{category}" if category else kind


def public_kinds(kinds: Kinds) -> list[Kind]:
    """Those a resident files, that list this way in, and whose form has only what can be asked."""
    return [kind for kind in kinds.values() if _is_public(kind)]


def request_types(kinds: Kinds) -> dict[str, RequestType]:
    """By their codes."""
    found = (service for kind in public_kinds(kinds) for service in _services(kind))
    return {service.code: service for service in found}


def listed(service: RequestType, say: Speech) -> Content:
    titles = dict.fromkeys((service.title, service.kind.title))
    return {
        "service_code": service.code,
        "service_name": say(service.title),
        "description": " – ".join(say(title) for title in titles),
        "metadata": True,
        "type": "realtime",
        "keywords": ", ".join(word for title in titles for word in (title.zh, title.en)),
        "group": say(service.kind.title),
    }


def definition(service: RequestType, places: Iterable[tuple[str, str]], say: Speech) -> Content:
    """`places`: codes, and what people call them."""
    kind, words = service.kind, say["attribute"]
    area = _values((code, name) for code, name in places)
    asked = [_attribute("area", words["area"], area)]
    if "urgency" in kind.fields:
        asked.append(_attribute("urgency", words["urgency"], _choices(kind, "urgency", say)))
    for name in service.required:
        if name in kind.fields:
            asked.append(_attribute(name, name, _choices(kind, name, say), required=True))
        else:
            title = say(kind.numbers[name].title)
            asked.append(_attribute(name, title, None, words["number"], required=True))
    attributes: list[Content] = [
        {**attribute, "order": order} for order, attribute in enumerate(asked, 1)
    ]
    return {"service_code": service.code, "attributes": attributes}


def _is_public(kind: Kind) -> bool:
    way_in = kind.fields.get("source", {}).get(SOURCE)
    first = kind.steps[0]
    can_be_asked = {*kind.fields, *kind.numbers} >= set(RequestType(kind, None).required)
    return (
        way_in is not None
        and way_in.suggests.get("by", RESIDENT) == RESIDENT
        and RESIDENT in first.by
        and can_be_asked
    )


def _services(kind: Kind) -> Iterator[RequestType]:
    if "category" not in kind.steps[0].requires:
        yield RequestType(kind, None)
    yield from (RequestType(kind, category) for category in kind.fields.get("category", {}))


def _attribute(
    code: str,
    description: str,
    values: list[Content] | None,
    datatype_description: str | None = None,
    *,
    required: bool = False,
) -> dict[str, Content]:
    attribute: dict[str, Content] = {
        "variable": True,
        "code": code,
        "datatype": "number" if values is None else "singlevaluelist",
        "required": required,
        "datatype_description": datatype_description,
        "description": description,
    }
    return attribute if values is None else {**attribute, "values": values}


def _choices(kind: Kind, field: str, say: Speech) -> list[Content]:
    values: Mapping[str, object] = kind.fields[field]
    return _values((name, say(kind.fields[field][name].title)) for name in values)


def _values(pairs: Iterable[tuple[str, str]]) -> list[Content]:
    return [{"key": key, "name": name} for key, name in pairs]
