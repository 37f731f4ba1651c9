"""Periods are the city's, half-open, and leave nothing out."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.periods import BY, Period, day_of, half_year_start, split

DAYS = st.dates(date(2015, 1, 1), date(2035, 1, 1))


@pytest.mark.parametrize(
    ("time", "day"),
    [
        (datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC), date(2026, 3, 1)),
        (datetime(2026, 3, 1, 16, tzinfo=UTC), date(2026, 3, 2)),
        (datetime(2025, 12, 31, 16, tzinfo=UTC), date(2026, 1, 1)),
    ],
)
def test_the_day_ends_at_midnight_in_the_city(time, day):
    assert day_of(time) == day


@pytest.mark.parametrize(
    ("by", "keys"),
    [
        ("month", ["2025-12", "2026-01"]),
        ("half_year", ["2025-H2", "2026-H1"]),
        ("week", ["2025-W52", "2026-W01"]),
        ("day", ["2025-12-28", "2025-12-29", "2025-12-30", "2025-12-31", "2026-01-01"]),
    ],
)
def test_a_span_over_the_new_year_is_cut_at_the_calendars_borders(by, keys):
    assert [period.key for period in split(date(2025, 12, 28), date(2026, 1, 2), by)] == keys


def test_a_part_of_a_month_is_a_part_under_the_months_name():
    assert list(split(date(2026, 3, 30), date(2026, 4, 2), "month")) == [
        Period("2026-03", date(2026, 3, 30), date(2026, 4, 1)),
        Period("2026-04", date(2026, 4, 1), date(2026, 4, 2)),
    ]


@given(DAYS, st.integers(0, 1000), st.sampled_from(sorted(BY)))
def test_periods_follow_each_other_without_a_gap_and_no_key_comes_twice(start, days, by):
    end = start + timedelta(days=days)
    periods = list(split(start, end, by))
    borders = [start, *(period.end for period in periods)]
    assert borders == [*(period.start for period in periods), end]
    assert len({period.key for period in periods}) == len(periods)


@given(DAYS)
def test_a_half_year_starts_in_january_or_july(day):
    start = half_year_start(day)
    assert start <= day < start + timedelta(days=184 + 1)
    assert (start.month, start.day) in ((1, 1), (7, 1))
