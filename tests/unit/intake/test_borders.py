"""From a point to a division: only where the map is sure, and never by a border next door."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.decider import Refused
from intake.open311.borders import Point, borders

CITY = "340400000000"
COUNTY, VILLAGE = "340402000000", "340402001001"
HUAINAN = borders(CITY)


def square(west, south, size):
    east, north = west + size, south + size
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(code, *rings):
    geometry = {"type": "Polygon", "coordinates": rings}
    return {"properties": {"code": code, "name": ""}, "geometry": geometry}


@pytest.fixture
def own(tmp_path):
    """A county one degree wide with a hole in it, and a village in its corner."""
    features = [
        feature(COUNTY, square(117, 32, 1), square(117.6, 32.6, 0.2)),
        feature(VILLAGE, square(117.1, 32.1, 0.1)),
    ]
    file = {"features": features, "metres_in_doubt": 200}
    (tmp_path / "340400.geojson").write_text(json.dumps(file))
    return borders(CITY, tmp_path)


def test_the_smallest_division_that_holds_the_point_is_meant(own):
    assert own.place(Point(117.15, 32.15)) == VILLAGE
    assert own.place(Point(117.3, 32.3)) == COUNTY


def test_a_hole_is_outside(own):
    with pytest.raises(Refused, match="in no division"):
        own.place(Point(117.7, 32.7))


@pytest.mark.parametrize("point", [(117.999, 32.5), (117.0001, 32.5), (117.15, 32.1005)])
def test_near_a_border_the_code_is_asked_for(own, point):
    with pytest.raises(Refused, match=r"within 200 m of a border.*send address_id"):
        own.place(Point(*point))


def test_a_point_a_little_farther_in_is_sure(own):
    assert own.place(Point(117.15, 32.1025)) == VILLAGE


def test_a_city_without_a_map_asks_for_the_code(own):
    assert borders("110100000000").middle("110101000000") is None
    with pytest.raises(Refused, match="send address_id"):
        borders("110100000000").place(Point(116.4, 39.9))


@pytest.mark.parametrize("city", [CITY, "341300000000", "445200000000", "610600000000"])
def test_every_division_is_shown_at_a_place_of_its_own(city):
    known = borders(city)
    assert known.divisions
    for division in known.divisions:
        assert known.place(known.middle(division.code)) == division.code


@given(st.floats(116.2, 117.3), st.floats(31.9, 33.1))
def test_no_two_counties_claim_the_same_point(long, lat):
    assert sum(each.holds(Point(long, lat)) for each in HUAINAN.divisions) <= 1
