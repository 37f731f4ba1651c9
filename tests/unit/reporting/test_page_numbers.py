"""Axes, shades and words of the dashboard."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.pages.speech import sentences
from contracts import speakers_heard_by
from reporting.metric_files import SHIPPED, load
from reporting.pages.borders import FOLDER, borders
from reporting.pages.scale import Shading, signed, ticks, written

METRICS = load(SHIPPED)


@pytest.mark.parametrize(
    ("most", "steps"),
    [
        (0, [0, 1, 2]),
        (1, [0, 1, 2]),
        (4, [0, 1, 2, 3, 4]),
        (5, [0, 2, 4, 6]),
        (35, [0, 10, 20, 30, 40]),
        (4100, [0, 2000, 4000, 6000]),
    ],
)
def test_an_axis_has_a_few_round_steps(most: int, steps: list[int]):
    assert ticks(most) == steps


@given(st.lists(st.integers(0, 10**7), min_size=1), st.integers(0, 2))
def test_every_value_has_a_shade_of_the_legend(values: list[int], decimals: int):
    numbers = [value / 10**decimals for value in values]
    shading = Shading(numbers, decimals)
    known = {shade.number for shade in shading.legend()}
    assert {shading.shade(number) for number in numbers} <= known
    assert known <= set(range(5))


def test_a_legend_names_both_ends_of_each_shade():
    labels = [shade.label for shade in Shading([4.18, 4.46], 2).legend()]
    assert labels == ["4.10–4.19", "4.20–4.29", "4.30–4.39", "4.40–4.49"]


def test_numbers_are_written_for_people():
    assert written(1234567, 0) == "1,234,567"
    assert written(None, 1) == "–"
    assert signed(-2.5, 1) == "\N{MINUS SIGN}2.5"
    assert signed(3, 0) == "+3"


def test_all_that_a_page_may_name_has_words_in_both_languages():
    counted = {source.event for metric in METRICS.values() for source in metric.source}
    for language in ("zh", "en"):
        words = sentences("reporting.pages", language)
        assert counted <= words["event"].keys()
        assert set(speakers_heard_by("reporting")) <= words["figures"].keys()
        assert all(text for section in words.values() for text in section.values())


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.geojson")), ids=lambda file: file.stem)
def test_each_county_of_a_map_can_be_drawn_and_named(file):
    drawn = borders(file.stem[:4])
    assert drawn
    assert drawn.height > 0
    for county in drawn.counties:
        assert county.code.startswith(file.stem[:4])
        assert county.path.startswith("M")
        assert 0 <= county.left <= 100
        assert 0 <= county.top <= 100


def test_a_city_without_a_map_has_none():
    assert borders("1101") is None
