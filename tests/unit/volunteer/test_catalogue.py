"""The lists of codes: ours are whole, a city's own take their place."""

import tomllib
from pathlib import Path

import pytest

from volunteer.catalogue import Catalogue

REQUEST = Path(__file__).parents[3] / "services/intake/src/intake/kinds/request.toml"


def test_every_skill_a_request_asks_for_can_be_offered():
    categories = tomllib.loads(REQUEST.read_text())["field"]["category"].values()
    asked = {skill for one in categories if (skill := one.get("suggests", {}).get("skill"))}
    assert asked
    assert asked <= Catalogue.load().skills.keys()


def test_a_citys_own_list_takes_the_place_of_ours(tmp_path):
    (tmp_path / "skills.toml").write_text('beekeeping = { zh = "养蜂", en = "Beekeeping" }')
    catalogue = Catalogue.load(tmp_path)
    assert list(catalogue.skills) == ["beekeeping"]
    assert catalogue.themes == Catalogue.load().themes


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('Beekeeping = { zh = "养蜂", en = "Beekeeping" }', "skills.Beekeeping"),
        ('beekeeping = { zh = "养蜂" }', "skills.beekeeping.en"),
    ],
    ids=["a code that is none", "a title is missing"],
)
def test_a_wrong_list_says_what_is_wrong(tmp_path, text, place):
    (tmp_path / "skills.toml").write_text(text)
    with pytest.raises(ValueError, match=place):
        Catalogue.load(tmp_path)
