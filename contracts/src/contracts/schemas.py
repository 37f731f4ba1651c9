"""JSON Schemas of what events carry, and the rule by which they may change."""

from typing import Any

from contracts.event import SCHEMAS, Event

WORDS = frozenset({"title", "description", "$id", "$comment"})
"""Keywords that tell people something and bind nobody."""

Schema = dict[str, Any]


def data_schema(event_type: type[Event]) -> Schema:
    """JSON Schema (2020-12) of the event's `data`; `area` and `time` are CloudEvents attributes."""
    schema = event_type.model_json_schema()
    for attribute in ("area", "time"):
        del schema["properties"][attribute]
        schema["required"].remove(attribute)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{SCHEMAS}{event_type.type}.json",
        **schema,
    }


def breaks(released: Schema, new: Schema) -> list[str]:
    """Why `new` is not fully compatible with `released`: a sentence for each field, or nothing.

    Readers and writers of both must understand each other, so within a major version only optional
    fields may be added.
    """
    before, after = released["properties"], new["properties"]
    major = f"announce it as the next major version beside {released['title']}"
    sentences = []
    for field, meaning in before.items():
        if field not in after:
            sentences.append(f"field `{field}` was removed: keep it, or {major}")
        elif _bare(meaning, released) != _bare(after[field], new):
            sentences.append(f"field `{field}` changed its meaning: restore it, or {major}")
        elif (field in released["required"]) != (field in new["required"]):
            sentences.append(f"field `{field}` changed between required and optional: {major}")
    return sentences + [
        f"new field `{field}` is required: give it a default, or {major}"
        for field in new["required"]
        if field not in before
    ]


def _bare(schema: Any, root: Schema) -> Any:
    """Without words for people, and with references replaced by what they name."""
    if isinstance(schema, list):
        return [_bare(part, root) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if reference := schema.get("$ref"):
        return _bare(root["$defs"][reference.rpartition("/")[2]], root)
    return {word: _bare(part, root) for word, part in schema.items() if word not in WORDS}
