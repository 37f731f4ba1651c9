"""The Chinese calendar agrees with a walk by hand and with a second publisher of it."""

from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import chinesedays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.decider import Refused
from chassis.workflow.workdays import (
    FIRST_DAY,
    LAST_DAY,
    CalendarUnpublished,
    day_of,
    end_of,
    is_holiday,
    is_make_up,
    is_workday,
    nth_workday_after,
    workdays_in,
)

SECOND_SOURCE_ENDS = date(2026, 12, 28)
known_days = st.dates(FIRST_DAY, LAST_DAY - timedelta(days=120))


def test_two_publishers_agree_on_every_day():
    days = (SECOND_SOURCE_ENDS - FIRST_DAY).days + 1
    for day in (FIRST_DAY + timedelta(days=n) for n in range(days)):
        assert is_workday(day) == chinesedays.is_workday(day), day


@settings(deadline=None)
@given(known_days, st.integers(1, 60))
def test_counting_workdays_is_walking_day_by_day(start, count):
    day, left = start, count
    while left:
        day += timedelta(days=1)
        left -= chinese_calendar.is_workday(day)
    assert nth_workday_after(start, count) == day


@settings(deadline=None)
@given(known_days, st.integers(0, 100))
def test_workdays_in_a_span_are_those_of_each_day(first, length):
    days = [first + timedelta(days=n) for n in range(length)]
    assert workdays_in(first, first + timedelta(days=length)) == sum(map(is_workday, days))


def test_no_workdays_after_a_day_is_the_day():
    assert nth_workday_after(date(2024, 10, 1), 0) == date(2024, 10, 1)


def test_a_backward_span_holds_no_workdays():
    assert workdays_in(date(2024, 9, 30), date(2024, 9, 27)) == 0


def test_a_sunday_may_be_worked_and_a_monday_free():
    assert is_make_up(date(2024, 9, 29))
    assert not is_make_up(date(2024, 9, 28))
    assert is_holiday(date(2024, 10, 7))
    assert not is_holiday(date(2024, 9, 28)), "a plain Saturday is no holiday"


@pytest.mark.parametrize(
    ("ask", "year"),
    [
        pytest.param(lambda: is_workday(date(2231, 5, 1)), 2231, id="a day far away"),
        pytest.param(lambda: nth_workday_after(date(2231, 5, 1), 3), 2231, id="from far away"),
        pytest.param(
            lambda: nth_workday_after(date(LAST_DAY.year, 12, 28), 1),
            LAST_DAY.year + 1,
            id="the last days of a year wait for the next year's notice",
        ),
        pytest.param(
            lambda: workdays_in(LAST_DAY, LAST_DAY + timedelta(days=9)),
            LAST_DAY.year + 1,
            id="a span that leaves the calendar",
        ),
    ],
)
def test_an_unpublished_year_is_refused_by_name(ask, year):
    with pytest.raises(CalendarUnpublished, match=f"holiday calendar of {year} is not published"):
        ask()


def test_a_year_before_the_calendar_is_refused():
    with pytest.raises(Refused, match="calendar of 2003 is not known; it begins with 2004"):
        is_workday(date(2003, 12, 31))


def test_a_day_is_one_of_shanghai_and_ends_with_its_midnight():
    last_moment = datetime(2024, 9, 27, 15, 59, 59, tzinfo=UTC)
    assert day_of(last_moment) == date(2024, 9, 27)
    assert end_of(date(2024, 9, 27)) == last_moment + timedelta(seconds=1)
    assert end_of(date(2024, 9, 27)).tzinfo is UTC
