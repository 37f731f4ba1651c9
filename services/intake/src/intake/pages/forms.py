"""Forms built from a kind's file: their fields, what was typed into them, what is wrong with it."""

import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from fastapi import Request
from pydantic import TypeAdapter, ValidationError

from chassis.pages.posted import Typed
from chassis.pages.speech import Speech
from chassis.web.asked import Line, Phone, Words
from chassis.web.idempotency import Once
from chassis.workflow.kind import Kind, Step
from intake.api.views import RESIDENT
from intake.domain.attaching import BYTES, media_type

MOST_TEXT = 5000
MOST_LINE = 100
FORM_BYTES = 10_000
"""What a form with a file in it has beside the file."""

WHOLE = re.compile(r"-?[0-9]{1,13}")

TAKEN = {"words": TypeAdapter(Words), "line": TypeAdapter(Line), "phone": TypeAdapter(Phone)}
"""What may be typed, by the sort of a field."""

NEVER_ASKED = frozenset({"source", "post_id"})
"""Known otherwise."""

GOES_WITH = {"to": ("department", "skill")}
"""What a field that is required may need beside it."""

AFTERWARDS = frozenset({"classified", "dispatched", "escalated"})
"""Steps whose fields are theirs alone."""


@dataclass(frozen=True)
class Option:
    value: str
    title: str


@dataclass(frozen=True)
class Field:
    name: str
    label: str
    sort: Literal["choice", "rating", "number", "record", "words", "line", "phone"]
    is_required: bool = True
    options: tuple[Option, ...] = ()
    least: int = 0
    most: int = 0
    """Of a number; of words, how many characters."""
    is_aside: bool = False
    """Few need it."""


@dataclass(frozen=True)
class Form:
    """Fields with what was typed, and a sentence beside each that is not right."""

    fields: tuple[Field, ...]
    typed: Typed
    faults: Mapping[str, str]


Records = Mapping[str, Sequence[Option]]
"""By the name of a reference, what may be named."""


def checked(fields: Sequence[Field], typed: Typed, say: Speech) -> Form:
    faults = {field.name: _fault(field, typed.get(field.name), say) for field in fields}
    return Form(tuple(fields), typed, {name: fault for name, fault in faults.items() if fault})


def empty(fields: Sequence[Field], **typed: str) -> Form:
    return Form(tuple(fields), typed, {})


def brought(form: Form) -> dict[str, str | int | UUID]:
    """What was typed into fields without a fault, as the kind's file takes it."""
    values: dict[str, str | int | UUID] = {}
    for field in form.fields:
        text = form.typed.get(field.name)
        if text is None or field.name in form.faults:
            continue
        as_what: Callable[[str], str | int | UUID] = str
        if field.sort in ("number", "rating"):
            as_what = int
        elif field.sort == "record":
            as_what = UUID
        values[field.name] = as_what(text)
    return values


def filing_fields(kind: Kind, say: Speech, records: Records) -> list[Field]:
    """What whoever files one is asked for, beside the words of their own."""
    first = kind.steps[0]
    names = list(first.needs)
    if "category" in kind.fields and "classified" in kind.after(first.name):
        names.append("category")
    names += [name for name in kind.filer_adds if name in records or name not in kind.refs]
    if "urgency" in kind.fields:
        names.append("urgency")
    wanted = dict.fromkeys(name for name in names if name not in NEVER_ASKED)
    return [_field(kind, name, say, name in first.needs, {}, records) for name in wanted]


def told_fields(say: Speech) -> list[Field]:
    """What people tell in their own words; the name and the telephone if they like."""
    words = say["field"]
    return [
        Field("text", words["text"], "words", most=MOST_TEXT),
        Field("name", words["name"], "line", is_required=False, most=MOST_LINE),
        Field("phone", words["phone"], "phone", is_required=False),
    ]


def step_fields(
    kind: Kind, step: Step, known: Mapping[str, str], say: Speech, records: Records
) -> list[Field]:
    """What must be brought with a step. `known`: of each list, the value brought last."""
    fields = []
    if step.outcomes and not step.rating:
        options = tuple(Option(name, say(title)) for name, title in step.outcomes.items())
        fields.append(Field("outcome", say["field"]["outcome"], "choice", options=options))
    for name in step.needs:
        field = _field(kind, name, say, True, known, records)
        if name == step.climbs:
            field = replace(field, options=_next_on(field.options, known.get(name)))
        fields.append(field)
        beside = (other for other in GOES_WITH.get(name, ()) if other in kind.fields)
        fields += [_field(kind, other, say, False, known, records) for other in beside]
    return fields


def more_fields(
    kind: Kind, step: Step, known: Mapping[str, str], say: Speech, records: Records
) -> list[Field]:
    """What may be brought besides, with any step of the kind: what no step of it requires."""
    if step.name in AFTERWARDS:
        return []
    needed = {name for each in kind.steps for name in each.needs} | NEVER_ASKED
    needed |= {reference.brings for reference in kind.refs.values() if reference.brings}
    needed |= {"category", "urgency"} | {name for names in GOES_WITH.values() for name in names}
    names = (*kind.fields, *kind.numbers, *kind.refs, *kind.texts)
    free = [name for name in names if name not in needed]
    fields = [_field(kind, name, say, False, known, records) for name in free]
    asked = (field for field in fields if field.options or field.sort not in ("choice", "record"))
    return [replace(field, is_aside=True) for field in asked]


def own_source(kind: Kind) -> str:
    """By which way something comes in that a resident files on a page."""
    ways = kind.fields.get("source", {})
    if RESIDENT in ways or not ways:
        return RESIDENT
    open_to_all = (name for name, way in ways.items() if way.suggests.get("by") in (None, RESIDENT))
    return next(open_to_all, RESIDENT)


def is_public(kind: Kind) -> bool:
    return RESIDENT in kind.steps[0].by


def _field(
    kind: Kind,
    name: str,
    say: Speech,
    is_required: bool,
    known: Mapping[str, str],
    records: Records,
) -> Field:
    ratings = {step.rating.field: step.rating for step in kind.steps if step.rating}
    if rating := ratings.get(name):
        stars = tuple(Option(str(star), str(star)) for star in range(1, rating.best + 1))
        return Field(name, label_of(kind, name, say), "rating", is_required, stars)
    label = label_of(kind, name, say)
    if name in kind.fields:
        return Field(name, label, "choice", is_required, tuple(_options(kind, name, known, say)))
    if number := kind.numbers.get(name):
        return Field(name, label, "number", is_required, (), number.least, number.most)
    if name in kind.refs:
        return Field(name, label, "record", is_required, tuple(records.get(name, ())))
    return Field(name, label, "words", is_required, most=MOST_TEXT)


def label_of(kind: Kind, name: str, say: Speech) -> str:
    for titled in (kind.numbers.get(name), kind.refs.get(name), kind.texts.get(name)):
        if titled:
            return say(titled.title)
    return say["field"].get(name, name.replace("_", " "))


def once_for(request: Request, typed: Typed) -> Once:
    """The key that was drawn with the form; one that came without is a command of its own."""
    return Once(request, typed.get("key") or secrets.token_urlsafe(24))


def file_fault(content: bytes, say: Speech) -> str | None:
    """What is wrong with a file that was sent; empty: none was."""
    fault = say["fault"]
    if not content:
        return fault["no_file"]
    if len(content) > BYTES:
        return fault["large"]
    return None if media_type(content) else fault["file"]


def _options(kind: Kind, name: str, known: Mapping[str, str], say: Speech) -> Iterator[Option]:
    for value, entry in kind.fields[name].items():
        if all(known.get(other) in (wanted, None) for other, wanted in entry.only.items()):
            yield Option(value, say(entry.title))


def _next_on(ladder: tuple[Option, ...], now: str | None) -> tuple[Option, ...]:
    values = [option.value for option in ladder]
    return ladder[values.index(now) + 1 :][:1] if now in values else ladder[:1]


def _fault(field: Field, text: str | None, say: Speech) -> str | None:
    fault = say["fault"]
    if text is None:
        if not field.is_required:
            return None
        return fault["choose" if field.options or field.sort == "record" else "missing"]
    match field.sort:
        case "choice" | "rating" | "record":
            is_known = text in (option.value for option in field.options)
            return None if is_known else fault["choose"]
        case "number":
            is_number = WHOLE.fullmatch(text)
            if is_number and field.least <= int(text) <= field.most:
                return None
            return fault["number"].format(least=field.least, most=field.most)
        case "phone":
            return None if _is_taken(field, text) else fault["phone"]
        case _ if len(text) > field.most:
            return fault["long"].format(most=field.most)
        case _:
            return None if _is_taken(field, text) else fault["unseen"]


def _is_taken(field: Field, text: str) -> bool:
    try:
        TAKEN[field.sort].validate_python(text)
    except ValidationError:
        return False
    return True
