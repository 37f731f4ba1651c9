"""Rules of an observer and of what they see, as history / command / outcome."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from chassis.decider import Refused
from contracts.intake import ObservationReported, ObserverAppointed, ObserverReleased
from intake.domain import observation
from intake.domain.observation import AssessObservation, Became
from intake.domain.observer import AppointObserver, EndTerm, ReleaseObserver, Station, decider
from intake.lists import load_lists

NOW = datetime(2026, 3, 2, tzinfo=UTC)
UNTIL = date(2027, 3, 2)
OVER = datetime(2027, 3, 1, 16, tzinfo=UTC)
"""The first instant of UNTIL, in Shanghai."""
OBSERVER, PERSON, CHANNEL, CASE = (UUID(int=number) for number in range(1, 5))
KINDS = load_lists().channel_kinds

station = Station(
    CHANNEL, "340402000000", "station", KINDS["station"], is_open=True, has_observer=False
)
about = {
    "area": "340402000000",
    "observer_id": OBSERVER,
    "person_id": PERSON,
    "channel_id": CHANNEL,
}
appointed = ObserverAppointed(**about, time=NOW, until=UNTIL)
released = ObserverReleased(**about, time=OVER)


def appoints(until=UNTIL, **changed):
    return AppointObserver(OBSERVER, PERSON, replace(station, **changed), until, NOW)


@pytest.mark.parametrize(
    ("history", "command", "outcome"),
    [
        pytest.param([], appoints(), [appointed], id="a person is appointed"),
        pytest.param([appointed], appoints(), [], id="once"),
        pytest.param([appointed], ReleaseObserver(OVER), [released], id="released by hand"),
        pytest.param([appointed, released], ReleaseObserver(OVER), [], id="released once"),
        pytest.param([appointed], EndTerm(OVER), [released], id="the term is over"),
        pytest.param([appointed, released], EndTerm(OVER), [], id="it is over once"),
        pytest.param(
            [appointed], EndTerm(OVER - timedelta(seconds=1)), [], id="the last evening of a term"
        ),
    ],
)
def test_an_observer(history, command, outcome):
    assert decider.decide(decider.replay(history), command) == outcome


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        pytest.param(
            appoints(name="window", kind=KINDS["window"]),
            "a window has no observers; appoint them to a contact point or a station",
            id="at a window nobody observes",
        ),
        pytest.param(appoints(is_open=False), "is closed", id="a closed station"),
        pytest.param(appoints(has_observer=True), "there already", id="the same person again"),
        pytest.param(appoints(until=date(2026, 3, 2)), "give a later day", id="a term of no day"),
        pytest.param(ReleaseObserver(NOW), "look for them in the list", id="nobody"),
        pytest.param(EndTerm(NOW), "look for them in the list", id="nobody whose term ends"),
    ],
)
def test_what_is_refused(command, sentence):
    with pytest.raises(Refused, match=sentence):
        decider.decide(None, command)


seen = {"observation_id": UUID(int=9), "observer_id": OBSERVER, "channel_id": CHANNEL}


def assesses(became=None):
    return AssessObservation(**seen, area="340402001001", theme="safety", became=became, at=NOW)


def reported(**became):
    return ObservationReported(**seen, area="340402001001", time=NOW, theme="safety", **became)


note = reported(became="note")
case = reported(became="case", case_id=CASE, case_kind="request")


@pytest.mark.parametrize(
    ("command", "outcome"),
    [
        pytest.param(assesses(), note, id="it is noted"),
        pytest.param(assesses(Became(CASE, "request")), case, id="it becomes a case"),
    ],
)
def test_an_observation(command, outcome):
    assert observation.decider.decide(None, command) == [outcome]


@pytest.mark.parametrize("before", [note, case])
def test_an_observation_is_assessed_once(before):
    state = observation.decider.replay([before])
    with pytest.raises(Refused, match=f"became a {before.became} already"):
        observation.decider.decide(state, assesses())
