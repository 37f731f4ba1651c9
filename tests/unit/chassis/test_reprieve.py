"""More time: granted within what the kind allows, refused with the reason."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chassis.decider import Refused
from chassis.workflow.clocks import promised
from chassis.workflow.deadline import Span
from chassis.workflow.kind_files import load
from chassis.workflow.position import Position
from chassis.workflow.reprieve import extend, resume, suspend

KINDS = load(Path(__file__).parent / "kinds")
PETITION, RELIEF = KINDS["petition"], KINDS["relief"]
NOW = datetime(2024, 9, 2, 2, tzinfo=UTC)
DUE = datetime(2024, 11, 1, 16, tzinfo=UTC)

accepted = Position().stepped("registered", NOW).stepped("accepted", NOW)


def on(days: int) -> datetime:
    return NOW + timedelta(days=days)


def days(count: int) -> Span:
    return Span(count, "days")


def test_an_extension_counts_from_the_last_day():
    due_at = extend(PETITION, accepted, "replied", days(10), on(50))
    assert due_at == DUE + timedelta(days=10)
    assert promised(PETITION, accepted.extended("replied", on(50), due_at)) == due_at


def test_extensions_add_up_to_what_the_kind_allows():
    once = accepted.extended("replied", on(50), DUE + timedelta(days=20))
    assert extend(PETITION, once, "replied", days(10), on(70)) == DUE + timedelta(days=30)
    with pytest.raises(Refused, match="at most 30 days in all, to 2024-12-01"):
        extend(PETITION, once, "replied", days(11), on(70))


def test_standing_still_does_not_use_up_an_extension():
    paused = accepted.suspended(on(10)).resumed(on(20))
    assert extend(PETITION, paused, "replied", days(30), on(30)) == DUE + timedelta(days=40)


def test_an_extension_of_an_earlier_round_does_not_carry_over():
    first = Position().stepped("clue_collected", NOW).stepped("assessed", NOW)
    extended = first.extended("followed_up", on(1), on(300)).stepped("followed_up", on(2))
    reopened = extended.stepped("closed", on(3)).stepped("reopened", on(4))
    assert promised(RELIEF, reopened) < on(40)


@pytest.mark.parametrize(
    ("kind", "position", "step", "by", "at", "sentence"),
    [
        pytest.param(
            PETITION,
            accepted,
            "closed",
            days(1),
            on(1),
            "no clock runs for closed; one runs for replied",
            id="no such clock",
        ),
        pytest.param(
            PETITION,
            Position(),
            "replied",
            days(1),
            on(1),
            "no clock runs for replied; one runs for none",
            id="no clock at all",
        ),
        pytest.param(
            PETITION,
            Position().stepped("registered", NOW),
            "accepted",
            days(1),
            on(1),
            "the deadline of accepted cannot be extended in a petition",
            id="the kind allows none",
        ),
        pytest.param(
            PETITION,
            accepted,
            "replied",
            Span(1, "workdays"),
            on(1),
            "the deadline of replied counts in days; extend it by days",
            id="another unit",
        ),
        pytest.param(
            PETITION,
            accepted,
            "replied",
            days(31),
            on(1),
            "replied may be extended by at most 30 days in all, to 2024-12-01",
            id="more than allowed",
        ),
        pytest.param(
            PETITION,
            accepted,
            "replied",
            days(1),
            DUE,
            "replied was due on 2024-11-01; a deadline is extended before it runs out",
            id="too late",
        ),
        pytest.param(
            PETITION,
            accepted.suspended(on(1)),
            "replied",
            days(1),
            on(2),
            "the clock of replied stands still; resume it, then extend it",
            id="while the clock stands",
        ),
    ],
)
def test_an_extension_is_refused(kind, position, step, by, at, sentence):
    with pytest.raises(Refused) as refused:
        extend(kind, position, step, by, at)
    assert sentence in str(refused.value)


def test_time_stands_still_between_suspending_and_resuming():
    suspend(PETITION, accepted, on(10))
    stopped = accepted.suspended(on(10))
    assert promised(PETITION, stopped) is None
    assert resume(PETITION, stopped, on(25)) == DUE + timedelta(days=15)


def test_a_clock_counted_by_an_unpublished_calendar_may_be_stopped():
    far = datetime(2231, 5, 1, tzinfo=UTC)
    suspend(RELIEF, Position().stepped("clue_collected", far), far)


def test_a_clock_is_stopped_once():
    with pytest.raises(Refused, match="stands still since 2024-09-12; resume it before"):
        suspend(PETITION, accepted.suspended(on(10)), on(11))


@pytest.mark.parametrize(
    ("position", "at"),
    [
        pytest.param(Position().stepped("clue_collected", NOW), on(99), id="it ran out"),
        pytest.param(Position(), NOW, id="it never started"),
    ],
)
def test_no_clock_to_stop_is_refused(position, at):
    with pytest.raises(Refused, match="no clock runs that could be suspended"):
        suspend(RELIEF, position, at)


def test_a_running_clock_is_not_resumed():
    with pytest.raises(Refused, match="not suspended"):
        resume(PETITION, accepted, on(1))


def test_repeated_events_change_nothing():
    stopped = accepted.suspended(on(1))
    assert stopped.suspended(on(2)) == stopped
    assert accepted.resumed(on(2)) == accepted
