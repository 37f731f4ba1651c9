"""Rules of a demand, as history / command / outcome."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.decider import Refused
from contracts.volunteer import (
    DemandExpired,
    DemandFulfilled,
    DemandHandedBack,
    DemandMatched,
    DemandPosted,
)
from volunteer.domain.demand import (
    ExpireDemand,
    FulfilDemand,
    HandBackDemand,
    MatchDemand,
    PostDemand,
    decider,
    demand_id,
    distance,
    prefixes_around,
)

NOW = datetime(2026, 3, 2, tzinfo=UTC)
HERE, NEXT_DOOR = "340402001001", "340402001002"
DEMAND, CASE, ANA, BEN = (UUID(int=n) for n in range(1, 5))

about = {"area": HERE, "time": NOW, "demand_id": DEMAND, "case_id": CASE}
posted = DemandPosted(**about, skill="repair", urgency="urgent")
matched_to_ana = DemandMatched(**about, volunteer_id=ANA, distance="township")
matched_to_ben = DemandMatched(**about, volunteer_id=BEN, distance="village")
fulfilled = DemandFulfilled(**about, volunteer_id=ANA)
handed_back = DemandHandedBack(**about, volunteer_id=ANA)


def expired(volunteer_id, reason="withdrawn"):
    return DemandExpired(**about, volunteer_id=volunteer_id, reason=reason)


post = PostDemand(DEMAND, CASE, HERE, "repair", "urgent", NOW)
ask_ana = MatchDemand(ANA, NEXT_DOOR, NOW)
ana_fulfils, ana_returns = FulfilDemand(ANA, NOW), HandBackDemand(ANA, NOW)
withdraw = ExpireDemand("withdrawn", NOW)


@pytest.mark.parametrize(
    ("history", "command", "outcome"),
    [
        pytest.param([], post, [posted], id="it is posted"),
        pytest.param([posted], post, [], id="posted twice, it is there once"),
        pytest.param([posted], ask_ana, [matched_to_ana], id="somebody is found"),
        pytest.param([posted, matched_to_ana], ana_fulfils, [fulfilled], id="the help is given"),
        pytest.param(
            [posted, matched_to_ana, fulfilled], ana_fulfils, [], id="it is fulfilled once"
        ),
        pytest.param([posted, matched_to_ana], ana_returns, [handed_back], id="handed back"),
        pytest.param([posted, matched_to_ana, handed_back], ana_returns, [], id="handed back once"),
        pytest.param(
            [posted, matched_to_ana, handed_back],
            MatchDemand(BEN, HERE, NOW),
            [matched_to_ben],
            id="somebody else is found",
        ),
        pytest.param([posted], withdraw, [expired(None)], id="nobody need look any more"),
        pytest.param(
            [posted, matched_to_ana], withdraw, [expired(ANA)], id="the volunteer is told"
        ),
        pytest.param([posted, expired(None)], withdraw, [], id="it expires once"),
        pytest.param(
            [posted, matched_to_ana, fulfilled], withdraw, [], id="what is done does not expire"
        ),
    ],
)
def test_a_demand(history, command, outcome):
    assert decider.decide(decider.replay(history), command) == outcome


@pytest.mark.parametrize(
    ("history", "command", "sentence"),
    [
        pytest.param([], ask_ana, "posted when a case is dispatched", id="no demand"),
        pytest.param(
            [posted, matched_to_ana], MatchDemand(BEN, HERE, NOW), "taken care of", id="two at once"
        ),
        pytest.param([posted, expired(None)], ask_ana, "taken care of", id="asked too late"),
        pytest.param(
            [posted, matched_to_ana, handed_back], ask_ana, "handed the demand back", id="again"
        ),
        pytest.param(
            [posted], MatchDemand(ANA, "340302001001", NOW), "another city", id="too far away"
        ),
        pytest.param([posted], ana_fulfils, "not this volunteer's", id="nobody was asked"),
        pytest.param(
            [posted, matched_to_ben], ana_fulfils, "not this volunteer's", id="another was asked"
        ),
        pytest.param(
            [posted, matched_to_ana, expired(ANA)], ana_fulfils, "is expired", id="too late"
        ),
        pytest.param(
            [posted, matched_to_ana, fulfilled], ana_returns, "is fulfilled", id="done is done"
        ),
    ],
)
def test_what_is_refused(history, command, sentence):
    with pytest.raises(Refused, match=sentence):
        decider.decide(decider.replay(history), command)


@pytest.mark.parametrize(
    ("need", "home", "apart"),
    [
        (HERE, HERE, "village"),
        (HERE, NEXT_DOOR, "township"),
        (HERE, "340402002001", "county"),
        (HERE, "340403001001", "city"),
        (HERE, "340302001001", None),
        (HERE, "340402000000", "county"),
        ("340402000000", "340402000000", "county"),
        ("340402001000", HERE, "township"),
        ("340400000000", HERE, "city"),
        ("340000000000", HERE, None),
    ],
)
def test_how_far_apart_two_places_are(need, home, apart):
    assert distance(need, home) == apart


def test_one_looks_around_in_growing_circles():
    assert prefixes_around(HERE) == [HERE, "340402001", "340402", "3404"]
    assert prefixes_around("340402000000") == ["340402", "3404"]


@given(st.uuids(), st.uuids(), st.uuids())
def test_each_dispatch_has_one_demand(case, dispatch, other):
    assert demand_id(case, dispatch) == demand_id(case, dispatch)
    assert (demand_id(case, dispatch) == demand_id(case, other)) == (dispatch == other)
