"""Until when something may take, with pauses and extensions, and how that is explained."""

from datetime import UTC, date, datetime, time, timedelta

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.workflow.deadline import Deadline, Extension, Pause, Span
from chassis.workflow.derivation import derivation
from chassis.workflow.workdays import SHANGHAI, CalendarUnpublished, end_of

DAYS_5, WORKDAYS_15 = Span(5, "days"), Span(15, "workdays")


def noon(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(12), SHANGHAI)


START = noon("2024-09-27")
NEW_YEAR_2005 = datetime(2005, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("deadline", "last"),
    [
        pytest.param(Deadline(DAYS_5, START), "2024-10-02", id="days count holidays too"),
        pytest.param(Deadline(WORKDAYS_15, START), "2024-10-23", id="workdays skip and make up"),
        pytest.param(
            Deadline(DAYS_5, START, [Pause(noon("2024-09-29"), noon("2024-10-02"))]),
            "2024-10-05",
            id="three midnights of standing still are three days more",
        ),
        pytest.param(
            Deadline(DAYS_5, START, [Pause(noon("2024-09-29"), noon("2024-09-29"))]),
            "2024-10-02",
            id="standing still within one day changes nothing",
        ),
        pytest.param(
            Deadline(WORKDAYS_15, START, [Pause(noon("2024-10-01"), noon("2024-10-07"))]),
            "2024-10-23",
            id="a pause within holidays moves no workday",
        ),
        pytest.param(
            Deadline(DAYS_5, START, [Pause(noon("2024-09-27"), noon("2024-09-28"))]),
            "2024-10-02",
            id="the first day is not counted, paused or not",
        ),
        pytest.param(
            Deadline(DAYS_5, START, [Pause(noon("2024-10-03"))]),
            "2024-10-02",
            id="stopping a clock that ran out moves nothing",
        ),
        pytest.param(
            Deadline(
                DAYS_5,
                START,
                [
                    Pause(noon("2024-09-28"), noon("2024-09-29")),
                    Pause(noon("2024-10-06"), noon("2024-10-08")),
                ],
                Extension("replied", noon("2024-10-01"), end_of(date(2024, 10, 10))),
            ),
            "2024-10-12",
            id="an extension stands, only later pauses move it",
        ),
    ],
)
def test_it_is_due_at_the_end_of_the_last_counted_day(deadline, last):
    assert deadline.due() == noon(last) + timedelta(hours=12)


def test_a_clock_that_stands_has_no_date():
    assert Deadline(DAYS_5, START, [Pause(noon("2024-09-30"))]).due() is None


def test_a_date_in_an_unpublished_year_is_not_promised_but_plain_days_are():
    start = noon("2231-05-01")
    with pytest.raises(CalendarUnpublished):
        Deadline(WORKDAYS_15, start).due()
    assert Deadline(DAYS_5, start).due() == end_of(date(2231, 5, 6))


@settings(deadline=None)
@given(
    start=st.integers(0, 20 * 365 * 24).map(lambda hours: NEW_YEAR_2005 + timedelta(hours=hours)),
    span=st.builds(Span, st.integers(1, 60), st.sampled_from(["days", "workdays"])),
    gaps=st.lists(st.integers(0, 20 * 24), max_size=6),
)
def test_a_deadline_is_a_walk_over_days_that_count(start, span, gaps):
    hours = [sum(gaps[: n + 1]) for n in range(len(gaps) // 2 * 2)]
    instants = [start + timedelta(hours=each) for each in hours]
    pauses = [Pause(*pair) for pair in zip(instants[::2], instants[1::2], strict=True)]

    day, left = start.astimezone(SHANGHAI).date(), span.count
    while left:
        day += timedelta(days=1)
        midnight = datetime.combine(day + timedelta(days=1), time(), SHANGHAI)
        stood = any(pause.start < midnight <= pause.end for pause in pauses)
        worked = span.unit == "days" or chinese_calendar.is_workday(day)
        left -= worked and not stood
    assert Deadline(span, start, pauses).due() == datetime.combine(
        day + timedelta(days=1), time(), SHANGHAI
    )


@pytest.mark.parametrize("text", ["15 workdays", "1 workday", "60 days", "1 day"])
def test_a_span_is_written_as_it_is_read(text):
    assert str(Span.parse(text)) == text


@pytest.mark.parametrize("text", ["", "0 days", "1.5 days", "2 weeks", "-1 days", 5, None])
def test_anything_else_is_no_span(text):
    with pytest.raises(ValueError, match="written like `15 workdays` or `60 days`"):
        Span.parse(text)


@pytest.mark.parametrize(
    ("deadline", "english", "chinese"),
    [
        pytest.param(
            Deadline(WORKDAYS_15, START),
            "15 workdays from 2024-09-27: skips 7 holidays, counts make-up workdays 2024-09-29"
            " and 2024-10-12; due by the end of 2024-10-23",
            "自2024-09-27起15个工作日：跳过7个节假日，计入调休上班日2024-09-29、2024-10-12；"
            "2024-10-23日终前到期",
            id="holidays and make-up days are named",
        ),
        pytest.param(
            Deadline(Span(1, "workdays"), START),
            "1 workday from 2024-09-27: counts make-up workday 2024-09-29;"
            " due by the end of 2024-09-29",
            "自2024-09-27起1个工作日：计入调休上班日2024-09-29；2024-09-29日终前到期",
            id="one of each",
        ),
        pytest.param(
            Deadline(DAYS_5, START),
            "5 days from 2024-09-27: due by the end of 2024-10-02",
            "自2024-09-27起5日：2024-10-02日终前到期",
            id="plain days need no explanation",
        ),
        pytest.param(
            Deadline(
                DAYS_5,
                START,
                [Pause(noon("2024-09-29"), noon("2024-10-02")), Pause(noon("2024-10-08"))],
                Extension("replied", noon("2024-10-03"), end_of(date(2024, 10, 9))),
            ),
            "5 days from 2024-09-27: stood still from 2024-09-29 to 2024-10-02,"
            " stood still from 2024-10-08 to now, extended on 2024-10-03; stands still now",
            "自2024-09-27起5日：2024-09-29至2024-10-02暂停计时，2024-10-08至今暂停计时，"
            "2024-10-03延期；目前暂停计时",
            id="pauses and extensions are named",
        ),
    ],
)
def test_a_date_explains_itself(deadline, english, chinese):
    assert derivation(deadline, "en") == english
    assert derivation(deadline, "zh") == chinese
