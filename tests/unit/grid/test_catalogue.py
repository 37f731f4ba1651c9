"""Roles and kinds of checklist are data, and a city's own come on top."""

import pytest

from grid.catalogue import CatalogueRefused, load

OWN = """
    [grid_worker]
    title = { zh = "专职网格员", en = "Grid worker" }
    source = "the city's own"
    levels = ["village"]

    [dog_warden]
    title = { zh = "养犬管理员", en = "Dog warden" }
    source = "the city's own"
    levels = ["village"]
"""


def test_a_city_adds_and_replaces_roles(tmp_path):
    (tmp_path / "roles.toml").write_text(OWN)
    catalogue = load(tmp_path)
    assert not catalogue.role("grid_worker").needs_grid
    assert catalogue.role("dog_warden").levels == {"village"}
    assert catalogue.role("instructor").levels
    assert catalogue.list_kind("no_certificate")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("[a", "is not TOML", id="no TOML"),
        pytest.param(OWN + "wage = 3", "dog_warden.wage", id="a key nobody knows"),
        pytest.param(OWN.replace("dog_warden", '"dog warden"'), "dog warden", id="no code"),
        pytest.param(OWN.replace('["village"]', "[]"), "grid_worker.levels", id="no level"),
    ],
)
def test_a_file_that_is_wrong_is_refused_by_name_and_place(tmp_path, text, sentence):
    (tmp_path / "roles.toml").write_text(text)
    with pytest.raises(CatalogueRefused, match=f"roles.toml.*{sentence}"):
        load(tmp_path)
