"""Rules of a volunteer, as history / command / outcome."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from chassis.decider import Refused
from contracts.volunteer import VolunteerDeregistered, VolunteerRegistered, VolunteerUpdated
from volunteer.domain.volunteer import ChooseSkills, Deregister, Register, decider

NOW = datetime(2026, 3, 2, tzinfo=UTC)
HERE = "340402001001"
ANA = UUID(int=1)

about = {"area": HERE, "time": NOW, "volunteer_id": ANA}
registered = VolunteerRegistered(**about, skills=("first_aid", "repair"))
updated = VolunteerUpdated(**about, skills=("legal",))
deregistered = VolunteerDeregistered(**about)

register = Register(ANA, HERE, frozenset({"repair", "first_aid"}), NOW)


@pytest.mark.parametrize(
    ("history", "command", "outcome"),
    [
        pytest.param([], register, [registered], id="somebody registers; skills in one order"),
        pytest.param([registered], register, [], id="registering again changes nothing"),
        pytest.param(
            [registered], ChooseSkills(frozenset({"legal"}), NOW), [updated], id="other skills"
        ),
        pytest.param(
            [registered, updated],
            ChooseSkills(frozenset({"legal"}), NOW),
            [],
            id="the same skills change nothing",
        ),
        pytest.param([registered], Deregister(NOW), [deregistered], id="the registration ends"),
        pytest.param([registered, deregistered], Deregister(NOW), [], id="it ends once"),
    ],
)
def test_a_volunteer(history, command, outcome):
    assert decider.decide(decider.replay(history), command) == outcome


@pytest.mark.parametrize(
    ("history", "command", "sentence"),
    [
        pytest.param([], Deregister(NOW), "register first", id="nobody cannot deregister"),
        pytest.param(
            [registered, deregistered],
            ChooseSkills(frozenset(), NOW),
            "register anew",
            id="an ended registration cannot be changed",
        ),
    ],
)
def test_what_is_refused(history, command, sentence):
    with pytest.raises(Refused, match=sentence):
        decider.decide(decider.replay(history), command)
