"""Rules of a team, as history / command / outcome."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from chassis.decider import Refused
from contracts.volunteer import TeamDisbanded, TeamFormed, TeamMemberJoined, TeamMemberLeft
from volunteer.domain.team import DisbandTeam, FormTeam, JoinTeam, LeaveTeam, decider

NOW = datetime(2026, 3, 2, tzinfo=UTC)
TEAM, ANA, BEN = UUID(int=9), UUID(int=1), UUID(int=2)

about = {"area": "340402001001", "time": NOW, "team_id": TEAM, "kind": "general"}
formed = TeamFormed(**about)
ana_joined, ben_joined = (TeamMemberJoined(**about, volunteer_id=one) for one in (ANA, BEN))
ana_left, ben_left = (TeamMemberLeft(**about, volunteer_id=one) for one in (ANA, BEN))
disbanded = TeamDisbanded(**about)

ana_joins = JoinTeam(ANA, is_registered=True, at=NOW)


@pytest.mark.parametrize(
    ("history", "command", "outcome"),
    [
        pytest.param(
            [], FormTeam(TEAM, "340402001001", "general", NOW), [formed], id="a team is formed"
        ),
        pytest.param([formed], ana_joins, [ana_joined], id="a volunteer joins"),
        pytest.param([formed, ana_joined], ana_joins, [], id="joining twice changes nothing"),
        pytest.param([formed, ana_joined], LeaveTeam(ANA, NOW), [ana_left], id="a member leaves"),
        pytest.param([formed], LeaveTeam(ANA, NOW), [], id="who is not in it cannot leave it"),
        pytest.param(
            [formed, ben_joined, ana_joined],
            DisbandTeam(NOW),
            [ana_left, ben_left, disbanded],
            id="all leave a team that is disbanded",
        ),
        pytest.param([formed, disbanded], DisbandTeam(NOW), [], id="it is disbanded once"),
    ],
)
def test_a_team(history, command, outcome):
    assert decider.decide(decider.replay(history), command) == outcome


@pytest.mark.parametrize(
    ("history", "command", "sentence"),
    [
        pytest.param([], ana_joins, "form it first", id="no team"),
        pytest.param([formed, disbanded], ana_joins, "another one", id="a disbanded team"),
        pytest.param(
            [formed], JoinTeam(ANA, is_registered=False, at=NOW), "register first", id="a stranger"
        ),
    ],
)
def test_what_is_refused(history, command, sentence):
    with pytest.raises(Refused, match=sentence):
        decider.decide(decider.replay(history), command)
