"""What a step may bring: values that go together, rungs of a ladder, numbers, references."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from chassis.decider import Refused
from chassis.workflow.clocks import Due, due, overdue
from chassis.workflow.kind_files import parse
from chassis.workflow.position import Position
from chassis.workflow.steps import take

KIND = parse("""
kind = "quarrel"
title = { zh = "纠纷", en = "Quarrel" }
source = "test"
supervised_by = ["captain"]

[[step]]
name = "heard"
title = { zh = "听", en = "Heard" }
by = ["host", "resident"]
next = ["talked", "settled", "dropped"]

[[step]]
name = "talked"
title = { zh = "谈", en = "Talked" }
by = ["host"]
climbs = "phase"
next = ["talked", "settled"]

[[step]]
name = "dropped"
title = { zh = "撤", en = "Dropped" }
by = ["host"]
next = ["filed_away"]

[[step]]
name = "settled"
title = { zh = "解", en = "Settled" }
by = ["host"]
within = "9 days"
within_by.method.quick = "2 days"
since = ["heard"]
escalate_to = "captain"
requires = ["method", "paper"]
next = []

[[step]]
name = "filed_away"
title = { zh = "档", en = "Filed away" }
by = ["archivist"]
next = []

[number.persons]
title = { zh = "人数", en = "Persons" }
least = 2
most = 20
[ref.talk]
title = { zh = "会议", en = "Talk" }
to = "meeting"
[text.paper]
title = { zh = "协议", en = "Paper" }
[field.method.quick]
title = { zh = "快", en = "Quick" }
[field.method.slow]
title = { zh = "慢", en = "Slow" }
[field.method.family]
title = { zh = "家", en = "Within the family" }
only = { sort = "family" }
[field.sort.family]
title = { zh = "家庭", en = "Family" }
[field.sort.street]
title = { zh = "邻里", en = "Street" }
[field.phase.calm]
title = { zh = "缓", en = "Calm" }
only = { method = "slow" }
[field.phase.change]
title = { zh = "换", en = "Change places" }
only = { method = "slow" }
[field.phase.reason]
title = { zh = "理", en = "Reason" }
[field.phase.lead]
title = { zh = "领", en = "Lead" }
only = { method = "quick" }
""")

NOW = datetime(2024, 9, 27, 2, tzinfo=UTC)
PAPER = {"paper": True}


def heard(**values):
    return Position().stepped("heard", NOW, None, values)


def takes(position, step, **fields):
    return take(KIND, position, step, roles={"host"}, at=NOW, fields=fields)


@pytest.mark.parametrize(
    ("position", "step", "fields"),
    [
        pytest.param(heard(), "settled", {"method": "slow", **PAPER}, id="a value for anybody"),
        pytest.param(
            heard(sort="family"), "settled", {"method": "family", **PAPER}, id="one brought before"
        ),
        pytest.param(
            heard(),
            "settled",
            {"method": "family", "sort": "family", **PAPER},
            id="one brought with what it goes with",
        ),
        pytest.param(heard(method="slow"), "talked", {"phase": "calm"}, id="the lowest rung"),
        pytest.param(
            heard(method="slow", phase="calm"), "talked", {"phase": "change"}, id="the next rung"
        ),
        pytest.param(
            heard(method="slow", phase="change"), "talked", {"phase": "reason"}, id="the last rung"
        ),
        pytest.param(
            heard(method="slow", phase="reason"),
            "talked",
            {"method": "quick", "phase": "lead"},
            id="another ladder after the same rung",
        ),
        pytest.param(
            heard(), "talked", {"method": "quick", "phase": "reason"}, id="a ladder of its own"
        ),
        pytest.param(heard(), "settled", {"method": "slow", "persons": 2, **PAPER}, id="the least"),
        pytest.param(heard(), "settled", {"method": "slow", "persons": 20, **PAPER}, id="the most"),
        pytest.param(heard(), "settled", {"method": "slow", "talk": uuid4(), **PAPER}, id="an id"),
    ],
)
def test_it_is_taken(position, step, fields):
    assert [each.step for each in takes(position, step, **fields)] == [step]


@pytest.mark.parametrize(
    ("position", "step", "fields", "sentence"),
    [
        pytest.param(
            heard(sort="street"),
            "settled",
            {"method": "family", **PAPER},
            "method family does not fit here; it is one of quick, slow",
            id="what goes with something else",
        ),
        pytest.param(
            heard(sort="family"),
            "settled",
            {"method": "family", "sort": "street", **PAPER},
            "method family does not fit here",
            id="what no longer goes with it",
        ),
        pytest.param(
            heard(method="slow"),
            "talked",
            {"phase": "lead"},
            "phase lead does not fit here; it is one of calm, change, reason",
            id="a rung of another ladder",
        ),
        pytest.param(
            heard(method="slow"),
            "talked",
            {"phase": "change"},
            "phase goes on to calm from here, one after the other; it was change",
            id="a rung left out",
        ),
        pytest.param(
            heard(method="slow", phase="change"),
            "talked",
            {"phase": "calm"},
            "phase goes on to reason from here, one after the other; it was calm",
            id="a rung back",
        ),
        pytest.param(
            heard(method="slow", phase="reason"),
            "talked",
            {"phase": "reason"},
            "phase stands at reason, the last of calm, change, reason; it goes no further",
            id="above the last rung",
        ),
        pytest.param(heard(), "talked", {}, "talked needs phase", id="no rung"),
        pytest.param(heard(), "settled", {"method": "slow"}, "settled needs paper", id="no text"),
        *(
            pytest.param(
                heard(),
                "settled",
                {"method": "slow", "persons": persons, **PAPER},
                "persons is a whole number from 2 to 20",
                id=f"{persons!r} persons",
            )
            for persons in (1, 21, True, "3")
        ),
        pytest.param(
            heard(),
            "settled",
            {"method": "slow", "talk": "monday", **PAPER},
            "talk is the id of a meeting",
            id="a word for an id",
        ),
    ],
)
def test_it_is_refused_with_what_may_be_brought(position, step, fields, sentence):
    with pytest.raises(Refused) as refused:
        takes(position, step, **fields)
    assert sentence in str(refused.value)


def test_a_value_brought_decides_how_long_a_step_may_take():
    shanghai_midnight = datetime(2024, 9, 27, 16, tzinfo=UTC)
    plain, quick = heard(), heard(method="quick")
    assert due(KIND, plain) == Due("settled", shanghai_midnight + timedelta(days=9), "captain")
    assert due(KIND, quick) == Due("settled", shanghai_midnight + timedelta(days=2), "captain")
    assert due(KIND, heard(method="slow")) == due(KIND, plain)


def test_no_clock_runs_for_what_can_no_longer_come():
    dropped = heard().stepped("talked", NOW).stepped("dropped", NOW)
    assert overdue(KIND, heard().stepped("talked", NOW), NOW + timedelta(days=30))
    assert overdue(KIND, dropped, NOW + timedelta(days=30)) == ()


def test_whose_business_a_kind_is_its_file_says():
    assert KIND.handlers == {"host", "archivist", "captain"}
    assert KIND.roles == {"host", "archivist", "captain", "resident"}
