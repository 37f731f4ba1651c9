"""The AsyncAPI document is whole: every reference leads somewhere, everybody is in it."""

import json
from pathlib import Path

from contracts import CATALOGUE

DOCUMENT = json.loads((Path(__file__).parents[2] / "contracts/asyncapi.json").read_text())


def references(node):
    if isinstance(node, dict):
        yield from (value for key, value in node.items() if key == "$ref")
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from references(part)


def test_every_reference_leads_somewhere():
    found = [one for one in references(DOCUMENT) if one.startswith("#/")]
    assert found
    for reference in found:
        node = DOCUMENT
        for step in reference.removeprefix("#/").split("/"):
            node = node[step]


def test_every_event_has_a_channel_with_its_territory():
    assert {c["address"] for c in DOCUMENT["channels"].values()} == {
        topic.event.type + ".{province}.{city}.{county}" for topic in CATALOGUE
    }


def test_every_speaker_and_every_listener_has_an_operation():
    expected = {f"{topic.said_by}-says-{topic.event.type}" for topic in CATALOGUE}
    expected |= {f"{who}-hears-{topic.event.type}" for topic in CATALOGUE for who in topic.heard_by}
    assert set(DOCUMENT["operations"]) == expected
