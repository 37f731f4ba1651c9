"""From a metric to what an event adds to it."""

import pytest

from reporting.metric import Metric
from reporting.metric_files import SHIPPED, load
from reporting.metric_rules import HEARD
from reporting.rules import Unreadable, compiled, written

TAKEN = "intake.case.step_taken.v1"
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
    ("data", "more", "expected"),
    [
        ({"fields": {"level": "city"}}, {"dimensions": ["fields.level"]}, ("city", 1)),
        ({"fields": {"method": "plain"}}, {"dimensions": ["fields.level"]}, ("", 1)),
        ({}, {"dimensions": ["fields.level"]}, ("", 1)),
        ({"refs": {"topic": "0a-1f"}}, {"dimensions": ["refs.topic"]}, ("0a-1f", 1)),
        ({"fields": {"grade": "golden"}}, {"where": {"fields.grade": "golden"}}, ("", 1)),
        ({"fields": {"grade": "plain"}}, {"where": {"fields.grade": "golden"}}, None),
        ({}, {"where": {"fields.grade": "golden"}}, None),
        ({"numbers": {"trips": 3}}, {"value": "numbers.trips"}, ("", 3)),
        ({"numbers": {}}, {"value": "numbers.trips"}, ("", 0)),
        ({"numbers": {"trips": 0}}, {"where": {"numbers.trips": [0, 1]}}, ("", 1)),
        ({"numbers": {"trips": 2}}, {"where": {"numbers.trips": [0, 1]}}, None),
        ({}, {"where": {"numbers.trips": [0, 1]}}, None),
    ],
)
def test_one_of_several_values_is_named_with_its_field(data, more, expected):
    assert added(data, TAKEN, **more) == expected


def test_what_a_field_does_not_hold_is_no_key():
    rules = compiled([metric(TAKEN, "distinct", key="fields.measure")])
    (membership,) = rules.distinct[TAKEN]
    assert membership.key({"fields": {"measure": "measure_1"}}) == "measure_1"
    assert membership.key({"fields": {}}) is None


@pytest.mark.parametrize(
    ("data", "more"),
    [
        ({"fields": "city"}, {"dimensions": ["fields.level"]}),
        ({"fields": {"level": "a/b"}}, {"dimensions": ["fields.level"]}),
        ({"numbers": {"trips": "2"}}, {"value": "numbers.trips"}),
        ({"numbers": [2]}, {"value": "numbers.trips"}),
    ],
)
def test_several_values_that_break_the_contract_are_not_counted(data, more):
    with pytest.raises(Unreadable):
        added(data, TAKEN, **more)


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
