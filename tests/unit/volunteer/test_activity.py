"""Rules of an activity, as history / command / outcome."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.decider import Refused
from contracts.volunteer import (
    ActivityCancelled,
    ActivityHeld,
    ActivityJoined,
    ActivityLeft,
    ActivityScheduled,
)
from volunteer.domain.activity import Cancel, Hold, Join, Leave, Schedule, decider

NOW = datetime(2026, 3, 2, tzinfo=UTC)
HERE = "340402001001"
ACTIVITY, TEAM, ANA, BEN, EVA = (UUID(int=n) for n in range(1, 6))

about = {"area": HERE, "time": NOW, "activity_id": ACTIVITY, "kind": "service"}
scheduled = ActivityScheduled(**about, team_id=TEAM, theme="health", starts_at=NOW, places=2)
ana_joined, ben_joined = (ActivityJoined(**about, volunteer_id=one) for one in (ANA, BEN))
ana_left = ActivityLeft(**about, volunteer_id=ANA)
cancelled = ActivityCancelled(**about)


def held(participants):
    return ActivityHeld(
        **about,
        team_id=TEAM,
        theme="health",
        participants=participants,
        beneficiaries=130,
        hours=2.5,
    )


def joins(who, is_registered=True):
    return Join(who, is_registered, NOW)


schedule = Schedule(ACTIVITY, TEAM, True, HERE, "service", "health", NOW, 2, NOW)
hold = Hold(130, 2.5, NOW)


@pytest.mark.parametrize(
    ("history", "command", "outcome"),
    [
        pytest.param([], schedule, [scheduled], id="it is scheduled"),
        pytest.param([scheduled], schedule, [], id="scheduling it again changes nothing"),
        pytest.param([scheduled], joins(ANA), [ana_joined], id="a volunteer joins"),
        pytest.param([scheduled, ana_joined], joins(ANA), [], id="joining twice takes one place"),
        pytest.param([scheduled, ana_joined], joins(BEN), [ben_joined], id="the last place"),
        pytest.param([scheduled, ana_joined], Leave(ANA, NOW), [ana_left], id="leaving"),
        pytest.param([scheduled], Leave(ANA, NOW), [], id="who did not join cannot leave"),
        pytest.param(
            [scheduled, ana_joined, ben_joined, ana_left],
            joins(ANA),
            [ana_joined],
            id="a place given back can be taken again",
        ),
        pytest.param(
            [scheduled, ana_joined, ben_joined], hold, [held(2)], id="all who joined took part"
        ),
        pytest.param(
            [scheduled, ana_joined, ben_joined],
            Hold(130, 2.5, NOW, participants=1),
            [held(1)],
            id="fewer came than joined",
        ),
        pytest.param([scheduled], Cancel(NOW), [cancelled], id="it is cancelled"),
        pytest.param([scheduled, cancelled], Cancel(NOW), [], id="it is cancelled once"),
    ],
)
def test_an_activity(history, command, outcome):
    assert decider.decide(decider.replay(history), command) == outcome


@pytest.mark.parametrize(
    ("history", "command", "sentence"),
    [
        pytest.param([], joins(ANA), "schedule it first", id="no activity"),
        pytest.param(
            [], Schedule(**{**vars(schedule), "is_team_in_force": False}), "in force", id="no team"
        ),
        pytest.param([scheduled], joins(ANA, False), "register first", id="a stranger"),
        pytest.param(
            [scheduled, ana_joined, ben_joined], joins(EVA), "2 places are taken", id="it is full"
        ),
        pytest.param([scheduled, cancelled], joins(ANA), "is cancelled", id="joining too late"),
        pytest.param(
            [scheduled, ana_joined, held(1)], Leave(ANA, NOW), "is held", id="leaving too late"
        ),
        pytest.param(
            [scheduled, ana_joined],
            Hold(1, 1, NOW, participants=2),
            "Only 1 volunteers joined",
            id="more took part than joined",
        ),
        pytest.param(
            [scheduled],
            Hold(1, 1, NOW - timedelta(seconds=1)),
            "not begun",
            id="held before it begins",
        ),
        pytest.param([scheduled, held(0)], hold, "held already", id="held twice"),
        pytest.param([scheduled, held(0)], Cancel(NOW), "cannot be cancelled", id="held for good"),
    ],
)
def test_what_is_refused(history, command, sentence):
    with pytest.raises(Refused, match=sentence):
        decider.decide(decider.replay(history), command)


people = st.sampled_from([ANA, BEN, EVA])
commands = st.one_of(
    st.builds(Join, people, st.booleans(), st.just(NOW)),
    st.builds(Leave, people, st.just(NOW)),
    st.just(hold),
    st.just(Cancel(NOW)),
)


@given(st.lists(commands, max_size=30))
def test_places_are_never_oversold_whatever_is_asked(asked):
    history = [scheduled]
    for command in asked:
        state = decider.replay(history)
        try:
            history += decider.decide(state, command)
        except Refused:
            continue
    assert len(decider.replay(history).joined) <= scheduled.places
    assert sum(isinstance(event, ActivityHeld | ActivityCancelled) for event in history) <= 1
