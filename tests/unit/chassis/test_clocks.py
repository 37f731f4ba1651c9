"""What is due when, what is late, said once, and that it follows from the history alone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chassis.decider import Refused
from chassis.workflow.clocks import Due, due, overdue, promised, running
from chassis.workflow.kind_files import load, parse
from chassis.workflow.position import Position
from chassis.workflow.steps import take, takers

KINDS = load(Path(__file__).parent / "kinds")
PETITION, RELIEF = KINDS["petition"], KINDS["relief"]
NOW = datetime(2024, 9, 2, 2, tzinfo=UTC)


def on(days: float) -> datetime:
    return NOW + timedelta(days=days)


def due_on(days: int) -> datetime:
    return datetime(2024, 9, 2, 16, tzinfo=UTC) + timedelta(days=days)


registered = Position().stepped("registered", NOW)
accepted = registered.stepped("accepted", on(1))
not_settled = accepted.stepped("mediation_offered", on(3), "not_settled")
hearing = not_settled.stepped("hearing", on(10))
heard = hearing.stepped("heard", on(30))


@pytest.mark.parametrize(
    ("kind", "position", "outcome"),
    [
        pytest.param(PETITION, Position(), None, id="nothing before it begins"),
        pytest.param(PETITION, registered, Due("accepted", due_on(15), None), id="what comes next"),
        pytest.param(
            PETITION,
            accepted,
            Due("replied", due_on(61), "petition_office"),
            id="a clock over several steps runs from the first of them",
        ),
        pytest.param(
            PETITION,
            not_settled,
            Due("replied", due_on(61), "petition_office"),
            id="steps on the way do not start it anew",
        ),
        pytest.param(PETITION, hearing, None, id="nothing while the clock stands"),
        pytest.param(
            PETITION,
            not_settled.stepped("replied", on(40)),
            None,
            id="a right that may lapse is nobody's duty",
        ),
        pytest.param(
            PETITION,
            accepted.stepped("mediation_offered", on(3), "settled").stepped("closed", on(4)),
            None,
            id="nothing after the end",
        ),
        pytest.param(
            PETITION, registered.stepped("gone", on(1)), None, id="a step the file has lost"
        ),
        pytest.param(
            RELIEF,
            Position().stepped("clue_collected", datetime(2231, 5, 1, tzinfo=UTC)),
            None,
            id="no promise in a year that is not published",
        ),
    ],
)
def test_what_is_due(kind, position, outcome):
    assert due(kind, position) == outcome
    assert promised(kind, position) == (outcome and outcome.at)


def test_hearing_time_is_not_counted():
    assert promised(PETITION, not_settled) == due_on(61)
    assert promised(PETITION, heard) == due_on(61 + 20)


def test_a_suspension_that_overlaps_a_hearing_is_counted_once():
    hearing_suspended = hearing.suspended(on(12))
    assert promised(PETITION, hearing_suspended.stepped("heard", on(30))) is None
    both = hearing_suspended.stepped("heard", on(30)).resumed(on(32))
    assert promised(PETITION, both) == due_on(61 + 22)


def test_overdue_is_half_open_and_said_once():
    at = due_on(61)
    assert overdue(PETITION, not_settled, at - timedelta(microseconds=1)) == ()
    (late,) = overdue(PETITION, not_settled, at)
    assert late == Due("replied", at, "petition_office")
    said = not_settled.overran(late.step, at)
    assert overdue(PETITION, said, at + timedelta(days=99)) == ()


def test_a_clock_that_starts_again_may_be_late_again():
    first = Position().stepped("clue_collected", NOW).stepped("assessed", on(1))
    said = first.overran("followed_up", on(40)).stepped("followed_up", on(41))
    again = said.stepped("closed", on(42)).stepped("revisited", on(43), "bad")
    reopened = again.stepped("reopened", on(43))
    assert [late.step for late in overdue(RELIEF, reopened, on(90))] == ["followed_up"]


def test_what_was_late_before_the_clock_was_stopped_stays_late():
    stopped = registered.suspended(on(17))
    assert [late.step for late in overdue(PETITION, stopped, on(18))] == ["accepted"]


def test_the_role_that_is_called_may_take_the_step_too():
    said = not_settled.overran("replied", due_on(61))
    another = not_settled.overran("accepted", due_on(15))
    assert takers(PETITION, not_settled, "replied") == ("department",)
    assert takers(PETITION, another, "replied") == ("department",)
    assert takers(PETITION, said, "replied") == ("department", "petition_office")
    assert take(PETITION, said, "replied", roles={"petition_office"}, at=on(63))


def test_a_right_lapses_with_its_time():
    replied = not_settled.stepped("replied", on(40))
    ask = {"step": "review_requested", "roles": {"resident"}}
    assert take(PETITION, replied, **ask, at=due_on(70) - timedelta(seconds=1))
    with pytest.raises(Refused, match="within 30 days from 2024-10-12; that time is over"):
        take(PETITION, replied, **ask, at=due_on(70))


@pytest.mark.parametrize(
    ("position", "at", "sentence"),
    [
        pytest.param(
            not_settled.stepped("replied", on(40)),
            due_on(70) - timedelta(seconds=1),
            "closed may be taken from 2024-11-12 on; until then review_requested may be",
            id="the last second of the right",
        ),
        pytest.param(not_settled.stepped("replied", on(40)), due_on(70), None, id="it is over"),
        pytest.param(
            not_settled.stepped("replied", on(40)).suspended(on(60)),
            on(500),
            "closed may be taken when the clock has run out; until then review_requested may be",
            id="its clock stands still",
        ),
        pytest.param(
            accepted.stepped("mediation_offered", on(3), "settled"),
            on(4),
            None,
            id="a right that never came",
        ),
        pytest.param(
            not_settled.stepped("replied", on(40))
            .stepped("review_requested", on(41))
            .stepped("reviewed", on(42)),
            on(43),
            None,
            id="a right that was used",
        ),
    ],
)
def test_a_step_that_would_end_a_right_waits_until_that_has_lapsed(position, at, sentence):
    close = {"step": "closed", "roles": {"petition_office"}, "at": at}
    if sentence is None:
        assert take(PETITION, position, **close)
    else:
        with pytest.raises(Refused) as refused:
            take(PETITION, position, **close)
        assert str(refused.value) == sentence


def test_every_clock_is_listed_with_its_deadline():
    clocks = running(PETITION, accepted)
    assert [(clock.step.name, clock.due_at) for clock in clocks] == [("replied", due_on(61))]


def test_a_clock_over_several_steps_ends_where_its_step_is_passed_or_done():
    names = ("begun", "sent_back", "answered", "passed", "filed_away")
    ways = {
        "begun": 'next = ["answered", "passed"]',
        "sent_back": 'next = ["answered"]',
        "passed": 'next = ["filed_away", "sent_back"]',
        "answered": 'within = "9 days"\nsince = ["begun"]\nnext = ["passed", "sent_back"]',
    }
    steps = (
        f'[[step]]\nname = "{name}"\ntitle = {{ zh = "步", en = "Step" }}\nby = ["host"]\n'
        for name in names
    )
    text = "".join(
        step + ways.get(name, "") + "\n" for step, name in zip(steps, names, strict=True)
    )
    kind = parse('kind = "letter"\ntitle = { zh = "信", en = "Letter" }\nsource = "test"\n' + text)
    begun = Position().stepped("begun", NOW)
    assert promised(kind, begun) == due_on(9)
    assert promised(kind, begun.stepped("passed", on(1))) is None
    answered = begun.stepped("answered", on(1))
    assert promised(kind, answered.stepped("sent_back", on(2))) is None
