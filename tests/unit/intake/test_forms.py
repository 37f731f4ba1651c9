"""Forms built from the files of kinds, and what is told beside a field."""

import pytest

from chassis.pages.speech import Speech, sentences
from chassis.workflow.kind_files import parse
from intake.desk import load_kinds
from intake.pages.forms import (
    NEVER_ASKED,
    Field,
    Option,
    brought,
    checked,
    filing_fields,
    is_public,
    more_fields,
    own_source,
    step_fields,
)

KINDS = load_kinds()
ZH, EN = (Speech(sentences("intake.pages", one), one) for one in ("zh", "en"))

OWN = parse(
    """
    kind = "street_tree"
    title = { zh = "行道树", en = "Street tree" }
    source = "the city's own"
    [[step]]
    name = "reported"
    title = { zh = "已上报", en = "Reported" }
    by = ["resident"]
    requires = ["species", "trunks", "smell"]
    [[step]]
    name = "pruned"
    title = { zh = "已修剪", en = "Pruned" }
    by = ["gardener"]
    requires = ["crew"]
    outcomes.saved = { zh = "保住了", en = "Saved" }
    outcomes.felled = { zh = "砍了", en = "Felled" }
    climbs = "height"
    next = []
    [number.trunks]
    title = { zh = "棵数", en = "Trunks" }
    least = 1
    most = 40
    [text.smell]
    title = { zh = "气味", en = "Smell" }
    [text.song]
    title = { zh = "歌", en = "Song" }
    [ref.crew]
    title = { zh = "队", en = "Crew" }
    to = "forum"
    [field.species.plane]
    title = { zh = "悬铃木", en = "Plane" }
    [field.species.ginkgo]
    title = { zh = "银杏", en = "Ginkgo" }
    [field.height.low]
    title = { zh = "低", en = "Low" }
    [field.height.middle]
    title = { zh = "中", en = "Middle" }
    [field.height.high]
    title = { zh = "高", en = "High" }
    only = { species = "plane" }
    [field.source.walk_in]
    title = { zh = "上门", en = "Walk-in" }
    """
)
CREW = "019cac0e-6f00-7000-8000-000000000001"


def test_a_city_s_own_kind_has_a_form_by_itself():
    assert is_public(OWN)
    assert own_source(OWN) == "walk_in"
    fields = filing_fields(OWN, EN, {})
    assert [(one.name, one.label, one.sort) for one in fields] == [
        ("species", "species", "choice"),
        ("trunks", "Trunks", "number"),
        ("smell", "Smell", "words"),
    ]
    assert fields[0].options == (Option("plane", "Plane"), Option("ginkgo", "Ginkgo"))


def test_a_step_is_asked_for_what_it_needs_then_for_what_else_there_is():
    pruned, records = OWN.step("pruned"), {"crew": [Option(CREW, "the crew")]}
    fields = step_fields(OWN, pruned, {"height": "low", "species": "ginkgo"}, ZH, records)
    assert [(one.name, one.sort, len(one.options)) for one in fields] == [
        ("outcome", "choice", 2),
        ("crew", "record", 1),
        ("height", "choice", 1),
    ]
    assert fields[2].options[0].value == "middle", "one after the other"
    top = step_fields(OWN, pruned, {"height": "middle", "species": "ginkgo"}, ZH, records)
    assert top[2].options == (), "high is for planes"
    assert [one.name for one in more_fields(OWN, pruned, {}, ZH, records)] == ["song"]


FIELDS = {
    "words": Field("x", "x", "words", most=5),
    "optional": Field("x", "x", "line", is_required=False, most=5),
    "choice": Field("x", "x", "choice", options=(Option("a", "A"),)),
    "number": Field("x", "x", "number", least=-1, most=40),
    "phone": Field("x", "x", "phone", is_required=False),
}


@pytest.mark.parametrize(
    ("sort", "typed", "fault"),
    [
        pytest.param("words", None, "missing", id="nothing where something is needed"),
        pytest.param("words", "六尺巷里人", None, id="as long as it may be"),
        pytest.param("words", "六尺巷里的人", "long", id="too long"),
        pytest.param("words", "六尺\n巷", None, id="several lines"),
        pytest.param("words", "六\x00尺", "unseen", id="a character that cannot be seen"),
        pytest.param("optional", "李\x1b雷", "unseen", id="one within a line"),
        pytest.param("optional", "李\n雷", "unseen", id="two lines where there is one"),
        pytest.param("optional", None, None, id="nothing where nothing is needed"),
        pytest.param("choice", None, "choose", id="nothing chosen"),
        pytest.param("choice", "b", "choose", id="not on the list"),
        pytest.param("choice", "a", None, id="on the list"),
        pytest.param("number", "-1", None, id="the least"),
        pytest.param("number", "41", "number", id="more than the most"),
        pytest.param("number", "many", "number", id="no number"),
        pytest.param("number", "４", "number", id="digits of another script"),
        pytest.param("number", "9" * 30, "number", id="a number without end"),
        pytest.param("phone", "+86 (554) 110-110", None, id="a telephone"),
        pytest.param("phone", "call me", "phone", id="no telephone"),
    ],
)
def test_what_is_not_right_is_told_beside_its_field(sort: str, typed: str | None, fault: str):
    field = FIELDS[sort]
    for say in (ZH, EN):
        form = checked([field], {"x": typed} if typed else {}, say)
        told = form.faults.get("x")
        wanted = say["fault"][fault].format(least=-1, most=field.most) if fault else None
        assert told == wanted


def test_what_is_brought_is_what_the_kind_s_file_takes():
    fields = filing_fields(OWN, EN, {})
    typed = {"species": "plane", "trunks": "3", "smell": "sweet", "level": "city"}
    assert brought(checked(fields, typed, EN)) == {
        "species": "plane",
        "trunks": 3,
        "smell": "sweet",
    }


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_list_of_a_kind_has_a_label_in_both_languages(kind):
    asked = {*kind.fields, *(name for step in kind.steps for name in step.needs)} - NEVER_ASKED
    titled = {*kind.numbers, *kind.refs, *kind.texts}
    for say in (ZH, EN):
        assert asked - titled <= say["field"].keys()


@pytest.mark.parametrize("say", [ZH, EN], ids=["zh", "en"])
def test_no_two_fields_are_called_the_same(say):
    labels = [*say["field"].values()]
    assert sorted(labels) == sorted(set(labels))


def test_every_word_is_there_in_both_languages():
    zh, en = (sentences("intake.pages", one) for one in ("zh", "en"))
    assert {name: texts.keys() for name, texts in zh.items()} == {
        name: texts.keys() for name, texts in en.items()
    }
    assert all(text for words in (zh, en) for texts in words.values() for text in texts.values())
