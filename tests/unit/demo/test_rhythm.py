"""A demo city is awake when cities are."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from chassis.workflow.workdays import SHANGHAI
from liuchi.demo.rhythm import at_work, filing_times, is_worked

UNTIL = datetime(2026, 11, 20, 4, tzinfo=UTC)
TIMES = filing_times(Random(3), 20_000, UNTIL, 30)


def local(*clock):
    return datetime(2026, *clock, tzinfo=SHANGHAI)


def test_all_is_filed_within_the_days_and_told_in_order():
    assert len(TIMES) == 20_000
    assert sorted(TIMES) == TIMES
    assert UNTIL - timedelta(days=30) <= TIMES[0]
    assert TIMES[-1] < UNTIL
    assert all(at.microsecond == 0 for at in TIMES)


def test_most_is_filed_in_the_middle_of_morning_and_afternoon():
    hours = Counter(at.astimezone(SHANGHAI).hour for at in TIMES)
    assert {hour for hour, _ in hours.most_common(4)} == {9, 10, 15, 16}
    assert hours[3] == 0
    assert hours[12] < hours[9] / 2


def test_on_a_free_day_less_than_half_is_filed():
    days = Counter(at.astimezone(SHANGHAI).date() for at in TIMES)
    assert days[date(2026, 11, 14)] < days[date(2026, 11, 13)] / 2


def test_nothing_is_filed_where_nothing_should_be():
    assert filing_times(Random(3), 0, UNTIL, 30) == []


@pytest.mark.parametrize(
    ("at", "day"),
    [
        pytest.param(local(11, 20, 10), 20, id="in the morning it is done at once"),
        pytest.param(local(11, 20, 18), 23, id="after hours on Friday it waits for Monday"),
        pytest.param(local(11, 23, 6), 23, id="early on Monday it waits for the office to open"),
        pytest.param(local(11, 22, 11), 23, id="on Sunday it waits"),
    ],
)
def test_the_office_works_during_office_hours(at, day):
    done = at_work(Random(1), at).astimezone(SHANGHAI)
    assert done >= at
    assert done.day == day
    assert 8 <= done.hour < 18


def test_a_make_up_saturday_is_worked():
    assert is_worked(date(2026, 2, 28))
    assert not is_worked(date(2026, 2, 21))


def test_without_a_calendar_weekends_are_free():
    assert is_worked(date(2090, 1, 2))
    assert not is_worked(date(2090, 1, 1))
