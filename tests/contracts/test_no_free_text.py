"""Nothing a person typed may reach the bus."""

import pytest

from contracts import CATALOGUE, Event
from contracts.schemas import data_schema

CONFINED = {"pattern", "enum", "const", "format"}


def free_text_fields(event_type: type[Event]) -> list[str]:
    """Fields that would take any string."""

    def is_free(schema) -> bool:
        if isinstance(schema, list):
            return any(is_free(part) for part in schema)
        if not isinstance(schema, dict):
            return False
        if schema.get("type") == "string" and not CONFINED & schema.keys():
            return True
        return any(is_free(part) for part in schema.values())

    return [
        name for name, meaning in data_schema(event_type)["properties"].items() if is_free(meaning)
    ]


@pytest.mark.parametrize("topic", CATALOGUE, ids=lambda topic: topic.event.type)
def test_no_event_has_a_field_for_free_text(topic):
    assert free_text_fields(topic.event) == []


class RemarkMade(Event):
    type = "intake.remark.made.v1"

    remark: str
    words: tuple[str, ...] = ()
    aside: str | None = None


def test_a_plain_string_is_found_wherever_it_hides():
    assert free_text_fields(RemarkMade) == ["remark", "words", "aside"]
