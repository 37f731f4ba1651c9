"""Distinct counts: comings and goings at each level, whatever the order they are handled in."""

from collections import Counter, defaultdict
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.tables.memberships import Said, folded

DAY = date(2026, 3, 1)
A, B = "340402001001", "340402001002"
AROUND_A = {"34", "3404", "340402", "340402001", A}


def said(sequence, place=A, change=1, condition="present", dims="", key="wang"):
    day = DAY + timedelta(days=sequence)
    return Said(key, sequence, condition, place, day, dims, change, "grid.post.assigned.v1")


def facts(*all_said, conditions=1):
    return list(folded("grid_workers", all_said, conditions))


def counts(found):
    sums = Counter()
    for fact in found:
        sums[fact.place] += fact.value
    return {place: value for place, value in sums.items() if value}


def test_one_who_comes_is_present_at_every_level():
    assert counts(facts(said(1))) == dict.fromkeys(AROUND_A, 1)


def test_one_with_two_posts_counts_once_in_what_holds_both():
    assert counts(facts(said(1), said(2, B))) == dict.fromkeys([*AROUND_A, B], 1)


def test_one_who_leaves_one_of_two_posts_is_still_there():
    assert counts(facts(said(1), said(2, B), said(3, A, -1))) == dict.fromkeys(
        ["34", "3404", "340402", "340402001", B], 1
    )


def test_one_who_leaves_and_comes_back_has_three_dated_facts():
    assert [
        (fact.day, fact.value)
        for fact in facts(said(1), said(2, change=-1), said(4))
        if fact.place == A
    ] == [
        (date(2026, 3, 2), 1),
        (date(2026, 3, 3), -1),
        (date(2026, 3, 5), 1),
    ]


def test_all_conditions_must_hold():
    worker = said(2, condition="has_worker", dims=None)
    assert facts(worker, conditions=2) == []
    assert counts(facts(said(1, condition="in_force", dims="community"), worker, conditions=2)) == (
        dict.fromkeys(AROUND_A, 1)
    )


def test_dims_are_those_of_the_events_that_know_them_and_leave_with_the_key():
    drawn = said(1, condition="in_force", dims="community")
    assigned = said(2, condition="has_worker", dims=None)
    released = said(3, condition="has_worker", dims=None, change=-1)
    assert {fact.dims for fact in facts(drawn, assigned, released, conditions=2)} == {"community"}


@pytest.mark.parametrize("length", [2, 4, 6])
def test_what_is_known_of_a_county_says_nothing_of_its_villages(length):
    found = facts(said(1, A[:6]))
    assert counts(found) == dict.fromkeys(["34", "3404", "340402"], 1)
    assert sum(len(fact.place) == length for fact in found) == 1


STEPS = st.lists(
    st.tuples(st.sampled_from([A, B, "340403001001"]), st.sampled_from([1, -1])), max_size=12
)


@given(STEPS, st.randoms())
def test_the_order_of_handling_does_not_matter(steps, random):
    history = [said(number, place, change) for number, (place, change) in enumerate(steps, 1)]
    shuffled = random.sample(history, len(history))
    assert facts(*history) == facts(*shuffled)


@given(STEPS)
def test_at_the_end_a_place_counts_one_if_and_only_if_more_came_than_went(steps):
    history = [said(number, place, change) for number, (place, change) in enumerate(steps, 1)]
    balances = defaultdict(int)
    for one in history:
        for length in (2, 4, 6, 9, 12):
            balances[one.place[:length]] += one.change
    expected = {place: 1 for place, balance in balances.items() if balance > 0}
    assert counts(facts(*history)) == expected
