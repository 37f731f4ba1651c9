"""Lists are data: ours load, a city's own go over them, a wrong one is told why."""

import re

import pytest

from intake.lists import ListsRefused, load_lists

OWN = """
[pigeon_loft]
title = { zh = "鸽舍", en = "Pigeon loft" }
source = "own-1"
place = "possible"
levels = ["village"]
has_letters = true
"""


def test_the_kinds_of_the_source_texts_are_there():
    lists = load_lists()
    assert lists.channel_kinds.keys() == {
        "collection_site",
        "letter_box",
        "online_column",
        "window",
        "reception_place",
        "contact_point",
        "station",
    }
    assert lists.place_kinds.keys() >= {
        "reception_place",
        "school",
        "enterprise_park",
        "residential_area",
        "business_building",
    }
    assert lists.mediator_kinds.keys() == {
        "good_talker",
        "expert",
        "law_explainer",
        "women",
        "chamber",
        "confidante",
        "respected_local",
        "retired_cadre",
        "deputy",
    }
    assert "estate_governance" in lists.themes


def test_every_value_of_ours_has_both_titles_and_names_its_source():
    for name, values in load_lists():
        for code, value in values.items():
            assert re.search(r"[\u4e00-\u9fff]", value.title.zh), (name, code)
            assert value.title.en, (name, code)
            assert re.fullmatch(r"[IGVR]-\d\d", value.source), (name, code)


def test_a_city_adds_values_and_puts_its_own_in_place_of_ours(tmp_path):
    changed = OWN.replace("pigeon_loft", "letter_box")
    (tmp_path / "channel_kinds.toml").write_text(OWN + changed, encoding="utf-8")
    kinds = load_lists(tmp_path).channel_kinds
    assert kinds["pigeon_loft"].title.zh == "鸽舍"
    assert kinds["letter_box"].levels == {"village"}
    assert kinds.keys() - {"pigeon_loft"} == load_lists().channel_kinds.keys()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param(b"[pigeon", "themes.toml is not TOML in UTF-8", id="no TOML"),
        pytest.param(b"\xff", "themes.toml is not TOML in UTF-8", id="no text"),
        pytest.param(
            b'[pigeon]\nsource = "x"', "themes.toml: pigeon.title: Field required", id="no title"
        ),
        pytest.param(
            b'[pigeon]\nsource = "x"\ncolour = "y"', "pigeon.colour: Extra inputs", id="a slip"
        ),
        pytest.param(b"[Pigeon-1]", "themes.toml: Pigeon-1", id="no code"),
        pytest.param(b'themes = "all"', "themes.toml: themes", id="no table"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(tmp_path, text, sentence):
    (tmp_path / "themes.toml").write_bytes(text)
    with pytest.raises(ListsRefused, match=re.escape(sentence)):
        load_lists(tmp_path)
