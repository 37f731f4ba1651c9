"""Examples are promises: a message once published must stay readable."""

import json
import subprocess
from pathlib import Path

import pytest

from contracts import CATALOGUE, decode

ROOT = Path(__file__).parents[2]
FOLDER = "contracts/examples"
EXAMPLES = sorted((ROOT / FOLDER).glob("*.json"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_still_reads_and_is_written_with_all_it_said(example):
    said = json.loads(example.read_text(encoding="utf-8"))
    envelope = decode(example.read_text(encoding="utf-8"))
    assert example.name.startswith(envelope.event.type)
    written = json.loads(envelope.to_json())
    # An example may be older than a field that was added since with a default.
    written["data"] = {name: written["data"][name] for name in said["data"]}
    assert written == said


def test_every_event_has_an_example():
    assert {topic.event.type for topic in CATALOGUE} <= {path.stem for path in EXAMPLES}


def test_no_example_ever_committed_was_taken_away():
    history = subprocess.run(
        ["git", "log", "--format=", "--name-only", "--diff-filter=A", "--", FOLDER],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    missing = [name for name in history if not (ROOT / name).exists()]
    assert missing == [], "an example once published stays: put it back"
