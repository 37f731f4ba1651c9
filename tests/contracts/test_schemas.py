"""Schemas may grow within a major version, and nothing else."""

import json
import subprocess
from copy import deepcopy
from pathlib import Path

import jsonschema
import pytest

from contracts import CATALOGUE
from contracts.__main__ import documents
from contracts.intake import CaseDispatched
from contracts.schemas import breaks, data_schema

ROOT = Path(__file__).parents[2]
RELEASED = data_schema(CaseDispatched)


def committed(path: str) -> dict:
    """The file at HEAD; the working tree's for one that was never committed."""
    show = subprocess.run(["git", "show", f"HEAD:{path}"], cwd=ROOT, capture_output=True)
    text = show.stdout if show.returncode == 0 else (ROOT / path).read_bytes()
    return json.loads(text)


@pytest.mark.parametrize("topic", CATALOGUE, ids=lambda topic: topic.event.type)
def test_no_event_breaks_its_last_committed_schema(topic):
    released = committed(f"contracts/schemas/{topic.event.type}.json")
    assert breaks(released, data_schema(topic.event)) == []


@pytest.mark.parametrize("topic", CATALOGUE, ids=lambda topic: topic.event.type)
def test_the_example_agrees_with_the_schema(topic):
    schema = json.loads((ROOT / f"contracts/schemas/{topic.event.type}.json").read_text())
    example = json.loads((ROOT / f"contracts/examples/{topic.event.type}.json").read_text())
    jsonschema.validate(example["data"], schema, jsonschema.Draft202012Validator)


def test_generated_documents_are_not_stale():
    stale = [path.name for path, text in documents().items() if path.read_text("utf-8") != text]
    assert stale == [], "run `make docs` and commit what it writes"


def removed(schema):
    del schema["properties"]["category"]


def retyped(schema):
    schema["properties"]["category"] = {"type": "integer"}


def narrowed(schema):
    schema["properties"]["to"]["enum"].remove("volunteers")


def made_optional(schema):
    schema["required"].remove("category")


def demanded_more(schema):
    schema["properties"]["weight"] = {"type": "integer"}
    schema["required"].append("weight")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        pytest.param(removed, "`category` was removed: keep it", id="a removed field"),
        pytest.param(retyped, "`category` changed its meaning: restore it", id="another type"),
        pytest.param(narrowed, "`to` changed its meaning", id="fewer catalogue values"),
        pytest.param(made_optional, "`category` changed between required", id="no longer required"),
        pytest.param(
            demanded_more, "`weight` is required: give it a default", id="one more demand"
        ),
    ],
)
def test_a_breaking_change_is_told_with_its_field_and_remedy(change, sentence):
    new = deepcopy(RELEASED)
    change(new)
    (told,) = breaks(RELEASED, new)
    assert sentence in told
    assert "next major version" in told


def test_an_optional_field_may_be_added_and_words_may_change():
    new = deepcopy(RELEASED)
    new["properties"]["weight"] = {"type": "integer", "default": 1}
    new["description"] = "In other words."
    assert breaks(RELEASED, new) == []
