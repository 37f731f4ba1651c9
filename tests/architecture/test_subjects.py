"""Names follow the rule: service.noun.participle.v1, said by that service."""

import re
from datetime import UTC, datetime

import pytest

from contracts import CATALOGUE, SERVICES, Event, nats_subject
from contracts.intake import CaseWithdrawn

NOW = datetime(2026, 3, 2, tzinfo=UTC)
GRAMMAR = r"(?P<service>[a-z]+)\.(?P<noun>[a-z_]+)\.(?P<participle>[a-z_]+)\.v[1-9]\d*"


@pytest.mark.parametrize("topic", CATALOGUE, ids=lambda topic: topic.event.type)
def test_a_type_names_its_service_and_its_class(topic):
    parts = re.fullmatch(GRAMMAR, topic.event.type)
    assert parts
    assert parts["service"] == topic.said_by in SERVICES
    assert topic.event.__module__ == f"contracts.{topic.said_by}"
    said = (parts["noun"] + parts["participle"]).replace("_", "")
    assert topic.event.__name__.lower() == said


def test_no_type_is_announced_twice():
    types = [topic.event.type for topic in CATALOGUE]
    assert len(types) == len(set(types))


def test_nobody_hears_itself_or_somebody_unknown():
    for topic in CATALOGUE:
        assert set(topic.heard_by) <= set(SERVICES) - {topic.said_by}


def test_the_subject_ends_with_the_territory():
    case_id = "019cac0e-6f00-7000-8000-000000000001"
    event: Event = CaseWithdrawn(
        area="340402001001", time=NOW, case_id=case_id, kind="request", step="withdrawn"
    )
    assert nats_subject(event) == "intake.case.withdrawn.v1.34.04.02"
