"""From a metric to what an event adds to it."""

import pytest

from reporting.metric import Metric
from reporting.metric_files import SHIPPED, load
from reporting.metric_rules import HEARD
from reporting.rules import Unreadable, compiled, written

HELD = "volunteer.activity.held.v1"
ASSIGNED = "grid.post.assigned.v1"
FILED = "intake.case.filed.v1"


def metric(event, kind="flow", dimensions=(), key=None, **source):
    words = {"zh": "数", "en": "number"}
    return Metric.model_validate(
        {
            "id": "metric",
            "version": 1,
            "title": words,
            "unit": words,
            "kind": kind,
            "dimensions": dimensions,
            "key": key,
            "source": [{"event": event, **source}],
        }
    )


def added(data, event=HELD, **more):
    """dims and value, or None when the rule does not apply."""
    (rule,) = compiled([metric(event, **more)]).counted[event]
    if rule.applies and not rule.applies(data):
        return None
    return rule.dims(data), rule.value if isinstance(rule.value, int) else rule.value(data)


@pytest.mark.parametrize(
    ("data", "more", "expected"),
    [
        ({}, {}, ("", 1)),
        ({}, {"value": -1}, ("", -1)),
        ({"participants": 7}, {"value": "participants"}, ("", 7)),
        ({"hours": 1.25}, {"value": {"field": "hours", "times": 100}}, ("", 125)),
        ({"kind": "clinic"}, {"where": {"kind": "clinic"}}, ("", 1)),
        ({"kind": "service"}, {"where": {"kind": "clinic"}}, None),
        ({"kind": "service"}, {"where": {"kind": ["clinic", "service"]}}, ("", 1)),
        ({"kind": "a", "theme": "x"}, {"where": {"kind": "a", "theme": "y"}}, None),
        ({"kind": "a", "theme": "x"}, {"dimensions": ["theme", "kind"]}, ("x/a", 1)),
    ],
)
def test_a_rule_adds(data, more, expected):
    assert added(data, **more) == expected


def test_a_field_one_may_leave_out_has_the_contracts_default():
    assert added({"kind": "request"}, FILED, dimensions=["kind", "urgency"]) == (
        "request/normal",
        1,
    )
    assert added({}, ASSIGNED, dimensions=["grid_id"]) == ("", 1)


@pytest.mark.parametrize(
    ("data", "more"),
    [
        ({}, {"value": "participants"}),
        ({"participants": "7"}, {"value": "participants"}),
        ({"participants": True}, {"value": "participants"}),
        ({"hours": "1"}, {"value": {"field": "hours", "times": 100}}),
        ({"kind": "a/b"}, {"dimensions": ["kind"]}),
        ({"kind": "王小明"}, {"dimensions": ["kind"]}),
        ({"kind": ["a"]}, {"dimensions": ["kind"]}),
        ({}, {"dimensions": ["kind"]}),
    ],
)
def test_what_breaks_the_contract_is_not_counted_as_something_else(data, more):
    with pytest.raises((Unreadable, KeyError, TypeError)):
        added(data, **more)


def test_truth_and_one_are_different_values_of_a_dimension():
    assert [written(value) for value in (True, 1, False, 0, None)] == [
        "true",
        "1",
        "false",
        "0",
        "",
    ]
    flags = {"was_done": True}
    event = "grid.checklist.item_removed.v1"
    assert added(flags, event, dimensions=["was_done"]) == ("true", 1)
    assert added(flags | {"was_done": 1}, event, dimensions=["was_done"]) == ("1", 1)


def test_every_event_that_is_heard_has_rules_or_none_but_no_unknown_one():
    rules = compiled(load(SHIPPED).values())
    assert set(rules.counted) == HEARD
    assert set(rules.distinct) < HEARD
