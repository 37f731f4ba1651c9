"""Territories: what a caller's area covers."""

import pytest

from chassis.access import Caller, OutsideArea, territory


@pytest.mark.parametrize(
    ("area", "prefix"),
    [
        pytest.param("340000000000", "34", id="a province"),
        pytest.param("340400000000", "3404", id="a city"),
        pytest.param("340402000000", "340402", id="a county"),
        pytest.param("340402001000", "340402001", id="a township"),
        pytest.param("340402001010", "340402001010", id="a village"),
        pytest.param("340400001000", "340400001", id="a township right under its city"),
        pytest.param("100000000000", "10", id="zeros inside a group stay"),
    ],
)
def test_the_territory_of_a_code_is_all_that_begins_like_it(area, prefix):
    assert territory(area) == prefix


@pytest.mark.parametrize(
    "area",
    [
        "",
        "34",
        "000000000000",
        "34040200000",
        "3404020000000",
        "34040200000x",
        "３４０４０２００００００",
    ],
)
def test_what_is_no_code_covers_nothing(area):
    with pytest.raises(ValueError, match="12 digits"):
        territory(area)


def test_a_caller_keeps_to_its_territory():
    caller = Caller("a", frozenset(), territory("340402000000"))
    caller.keep_to("340402001001")
    with pytest.raises(OutsideArea, match=r"This lies outside yours.*begin with 340402"):
        caller.keep_to("340403001001")


def test_a_wider_area_than_the_callers_is_outside():
    caller = Caller("a", frozenset(), territory("340402000000"))
    assert not caller.covers("3404")
