"""Kinds other than a request run on the same aggregate; a file it cannot say is refused."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from chassis.decider import Refused
from chassis.workflow.kind_files import KindRefused, parse
from contracts.intake import CaseClosed, CaseFiled, CaseReopened, CaseRevisited, CaseStepTaken
from intake.desk import load_kinds
from intake.domain.announcements import division
from intake.domain.commands import FileCase, TakeStep
from intake.domain.decisions import deciding

MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)

DELIBERATION = """
kind = "deliberation"
title = { zh = "议事协商事项", en = "Deliberation matter" }
source = "I-07"
[[step]]
name = "collected"
title = { zh = "集", en = "Collected" }
by = ["host"]
[[step]]
name = "discussed"
title = { zh = "议", en = "Discussed" }
by = ["host"]
requires = ["venue"]
outcomes.agreed = { zh = "达成共识", en = "Agreed" }
outcomes.open = { zh = "未达成", en = "Left open" }
next = { agreed = ["decided"], open = ["discussed"] }
[[step]]
name = "decided"
title = { zh = "决", en = "Decided" }
by = ["host"]
next = []
[field.venue.building_corner]
title = { zh = "楼栋议事角", en = "Building corner" }
"""


def run(kind, *commands):
    decider = deciding({kind.name: kind})
    history = []
    for command in commands:
        history += decider.decide(decider.replay(history), command)
    return history


def files(kind="deliberation", **more):
    return FileCase(
        uuid4(), kind, "340402001001", "night_talk", frozenset({"host"}), MONDAY, **more
    )


def takes(step, outcome=None, **fields):
    return TakeStep(step, frozenset({"host", "caller"}), MONDAY, fields, outcome)


def test_a_kind_that_is_only_a_file_goes_from_filing_to_its_end():
    said = run(
        parse(DELIBERATION),
        files(),
        takes("discussed", "open", venue="building_corner"),
        takes("discussed", "agreed", venue="building_corner"),
        takes("decided"),
    )
    assert [type(event) for event in said] == [CaseFiled, CaseStepTaken, CaseStepTaken, CaseClosed]
    assert (said[0].step, said[0].kind) == ("collected", "deliberation")
    assert (said[1].outcome, said[1].fields) == ("open", {"venue": "building_corner"})
    assert (said[3].step, said[3].outcome) == ("decided", "decided")


def test_a_kind_without_categories_takes_none():
    with pytest.raises(Refused, match="has no categories"):
        run(parse(DELIBERATION), files(category="noise"))


def test_what_was_closed_is_not_closed_again_by_its_last_step():
    kind = parse(
        (Path(__file__).parents[1] / "chassis/kinds/relief.toml")
        .read_text()
        .replace('field = "score"', 'field = "satisfaction"')
        .replace('["collector"]', '["host"]')
        .replace('["assessing_office"]', '["host"]')
        .replace('["follow_up_office"]', '["host"]')
    )
    to_the_end = (
        files("relief"),
        takes("assessed", level="county"),
        takes("followed_up"),
        takes("closed"),
    )
    good = run(kind, *to_the_end, takes("revisited", satisfaction=5))
    assert [type(event) for event in good[-2:]] == [CaseClosed, CaseRevisited]
    bad = run(
        kind,
        *to_the_end,
        takes("revisited", satisfaction=1),
        takes("followed_up"),
        takes("closed"),
    )
    assert [type(event) for event in bad[-4:]] == [
        CaseRevisited,
        CaseReopened,
        CaseStepTaken,
        CaseClosed,
    ]


@pytest.mark.parametrize(
    ("level", "code"),
    [
        ("village", "340402001001"),
        ("township", "340402001000"),
        ("county", "340402000000"),
        ("city", "340400000000"),
    ],
)
def test_a_case_is_escalated_to_the_division_around_it(level, code):
    assert division("340402001001", level) == code


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        pytest.param(
            '[[step]]\nname = "classified"\ntitle = { zh = "类", en = "C" }\nby = ["host"]\n',
            'classified needs requires = \\["category"\\]',
            id="classified without a category",
        ),
        pytest.param(
            '[[step]]\nname = "revisited"\ntitle = { zh = "访", en = "R" }\nby = ["host"]\n',
            "revisited needs rating",
            id="revisited without a rating",
        ),
        pytest.param(
            '[field.level.galaxy]\ntitle = { zh = "银河", en = "Galaxy" }\n',
            "level galaxy is not known",
            id="a level without divisions",
        ),
    ],
)
def test_a_file_that_the_events_could_not_say_is_refused(tmp_path, wrong, sentence):
    steps, lists = DELIBERATION.split("[field.venue")
    steps = steps.replace("next = []\n", "")
    (tmp_path / "deliberation.toml").write_text(
        f"{steps}{wrong}\n[field.venue{lists}" if wrong.startswith("[[") else DELIBERATION + wrong
    )
    with pytest.raises(KindRefused, match=sentence):
        load_kinds(tmp_path)


def test_a_citys_own_file_takes_the_place_of_ours(tmp_path):
    (tmp_path / "own.toml").write_text(DELIBERATION)
    kinds = load_kinds(tmp_path)
    assert set(kinds) == set(load_kinds())
    assert [step.name for step in kinds["deliberation"].steps] == [
        "collected",
        "discussed",
        "decided",
    ]
