"""What messages do to the tables: read in one pass, or refused as a whole."""

import json
from datetime import UTC, date, datetime
from uuid import uuid4

import msgspec
import pytest

from chassis.pull import Message
from contracts import Envelope
from contracts.intake import CaseFiled
from reporting.metric_files import SHIPPED, load
from reporting.projection import effects
from reporting.rules import Unreadable, compiled

RULES = compiled(load(SHIPPED).values())
CASE = uuid4()


def body(**changed):
    event = CaseFiled(
        area="340402001001",
        time=datetime(2026, 3, 1, 16, tzinfo=UTC),
        case_id=CASE,
        kind="request",
        step="filed",
        source="resident",
    )
    attributes = json.loads(Envelope(uuid4(), "case-1", 1, event).to_json())
    attributes["data"] |= changed.pop("data", {})
    return json.dumps(
        {name: value for name, value in (attributes | changed).items() if value is not None}
    ).encode()


def done(*bodies):
    messages = [Message(number, "", each) for number, each in enumerate(bodies, 1)]
    return effects(messages, RULES)


def test_an_event_counts_where_and_when_it_happened_in_the_city():
    (filed, opened) = done(body()).facts
    where = ("340402001001", date(2026, 3, 2))
    assert filed[:3] == ("cases_filed", *where)
    assert opened[:3] == ("cases_open", *where)


@pytest.mark.parametrize("time", ["2026-03-01T23:59:59+08:00", "2026-03-01T15:59:59Z"])
def test_any_zone_is_the_same_instant(time):
    assert {fact[2] for fact in done(body(time=time)).facts} == {date(2026, 3, 1)}


def test_sums_are_those_of_the_facts():
    found = done(body(), body(), body(area="340402001002"))
    assert len(found.facts) == 6
    assert {key[:2]: value for key, value in found.sums.items()} == {
        ("cases_filed", "340402"): 3,
        ("cases_open", "340402"): 3,
    }


@pytest.mark.parametrize("area", ["340402000000", "340400000000"])
def test_an_event_of_a_wider_place_stands_there(area):
    assert {fact[1] for fact in done(body(area=area)).facts} == {area.rstrip("0")}


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"type": "intake.case.forgotten.v1"}, KeyError),
        ({"type": None}, msgspec.ValidationError),
        ({"time": "yesterday"}, msgspec.ValidationError),
        ({"time": "2026-03-01T16:00:00"}, Unreadable),
        ({"area": "3404"}, ValueError),
        ({"area": None}, msgspec.ValidationError),
        ({"data": {"kind": "一类"}}, Unreadable),
    ],
)
def test_what_is_no_event_of_ours_is_refused(changed, fault):
    with pytest.raises(fault):
        done(body(**changed))


@pytest.mark.parametrize("raw", [b"", b"not json", b"[]", b'{"type": 1}', b"\xff\xfe"])
def test_what_is_no_event_at_all_is_refused(raw):
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):
        done(raw)
