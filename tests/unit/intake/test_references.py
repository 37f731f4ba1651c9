"""What a case refers to is what its kind asks for, open, and near; it may bring its own kind."""

from uuid import UUID

import pytest

from chassis.decider import Refused
from intake.desk import load_kinds
from intake.domain.references import Record, brought, check, named
from intake.lists import load_lists

KINDS = load_kinds()
PETITION, SUGGESTION, DISPUTE = (KINDS[name] for name in ("petition", "suggestion", "dispute"))
HERE, COUNTY, ELSEWHERE = "340402001001", "340402000000", "340403001001"
ONE = UUID(int=1)


def reception(kind="reception", area=COUNTY, is_open=True, what="meeting"):
    return Record(what, kind, area, is_open)


@pytest.mark.parametrize("area", [HERE, "340402001002", COUNTY, "340400000000", "340000000000"])
def test_what_is_around_or_in_the_same_county_is_near(area):
    check(PETITION, HERE, "meeting", reception(area=area))


@pytest.mark.parametrize(
    ("record", "sentence"),
    [
        pytest.param(None, "meeting is no meeting on record", id="not on record"),
        pytest.param(reception(what="topic"), "meeting is no meeting on record", id="another sort"),
        pytest.param(
            reception("relief"),
            "meeting is a relief; it has to be one of reception, visit_down",
            id="another kind",
        ),
        pytest.param(reception(is_open=False), "is closed; name one that is open", id="closed"),
        pytest.param(
            reception(area=ELSEWHERE), f"is for {ELSEWHERE}, not for {HERE}", id="too far away"
        ),
    ],
)
def test_what_it_may_not_refer_to_is_said(record, sentence):
    with pytest.raises(Refused, match=sentence):
        check(PETITION, HERE, "meeting", record)


def test_only_what_the_kind_declares_is_a_reference():
    assert named(DISPUTE, {"mediator": ONE, "post_id": ONE, "tour": None}) == {"mediator": ONE}


@pytest.mark.parametrize(
    ("theme", "known"),
    [("safety", {"theme": "safety"}), ("unheard_of", {})],
)
def test_a_topic_brings_its_theme_where_the_kind_lists_it(theme, known):
    records = {ONE: Record("topic", theme, HERE, True)}
    assert brought(SUGGESTION, {"topic": ONE}, records) == known


def test_a_reference_that_brings_nothing_brings_nothing():
    records = {ONE: Record("mediator", "expert", HERE, True)}
    assert brought(DISPUTE, {"mediator": ONE}, records) == {}


def test_nobody_says_otherwise_than_the_record():
    records = {ONE: Record("topic", "safety", HERE, True)}
    with pytest.raises(Refused, match="theme is safety, for that is what topic is; leave it out"):
        brought(SUGGESTION, {"topic": ONE, "theme": "health"}, records)


def test_the_kinds_list_what_their_records_are():
    lists = load_lists()
    assert list(SUGGESTION.fields["theme"]) == list(lists.themes)
    assert set(KINDS["deliberation"].fields["forum"]) == set(lists.forum_kinds)
    assert set(DISPUTE.fields["brand"]) == set(lists.brands)
