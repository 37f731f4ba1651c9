"""From a point to a division, and where a division is shown: by the borders that a city has.

Files as borders/README.md describes them. A point too near a border for them to decide is refused.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from math import cos, hypot, inf, radians
from pathlib import Path
from typing import Any, NamedTuple

from chassis.access import territory
from chassis.decider import Refused

METRES_IN_DOUBT = 1000
METRES_A_DEGREE = 111_320


class Point(NamedTuple):
    """WGS-84, in degrees; in the order of GeoJSON."""

    long: float
    lat: float


Ring = Sequence[Point]


@dataclass(frozen=True)
class Division:
    code: str
    rings: tuple[Ring, ...]
    south: float
    north: float
    middle: Point
    """Somewhere well inside."""

    def holds(self, point: Point) -> bool:
        """Even-odd: holes are rings too."""
        if not self.south <= point.lat <= self.north:
            return False
        return sum(len(_crossings(ring, point)) for ring in self.rings) % 2 == 1

    def is_within(self, metres: float, point: Point) -> bool:
        """Whether the border is nearer than that."""
        near = metres / METRES_A_DEGREE
        south, north = point.lat - near, point.lat + near
        return any(
            _metres(point, a, b) < metres
            for ring in self.rings
            for a, b in _edges(ring)
            if (a.lat >= south or b.lat >= south) and (a.lat <= north or b.lat <= north)
        )


@dataclass(frozen=True)
class Borders:
    divisions: tuple[Division, ...] = ()
    metres_in_doubt: float = METRES_IN_DOUBT

    def place(self, point: Point) -> str:
        """The smallest division that the point lies in. Raises Refused where they cannot tell."""
        within = [division for division in self.divisions if division.holds(point)]
        if not within:
            raise Refused(
                "lat and long lie in no division whose borders are known here; send address_id,"
                " the 12-digit code of the village, the community or the township"
            )
        found = max(within, key=lambda division: len(territory(division.code)))
        if found.is_within(self.metres_in_doubt, point):
            raise Refused(
                f"lat and long lie within {self.metres_in_doubt:.0f} m of a border, too near for"
                " the map; send address_id, the 12-digit code of the village, the community or"
                " the township"
            )
        return found.code

    def middle(self, code: str) -> Point | None:
        return next((each.middle for each in self.divisions if each.code == code), None)


@cache
def borders(city: str, own: Path | None = None) -> Borders:
    """`city`: its 12-digit code. Without divisions where there is no file for it."""
    name = f"{city[:6]}.geojson"
    file = own / name if own else files(__package__) / "borders" / name
    if not file.is_file():
        return Borders()
    read = json.loads(file.read_text(encoding="utf-8"))
    divisions = tuple(_division(feature) for feature in read["features"])
    return Borders(divisions, read.get("metres_in_doubt", METRES_IN_DOUBT))


def _division(feature: dict[str, Any]) -> Division:
    geometry = feature["geometry"]
    is_one = geometry["type"] == "Polygon"
    polygons = [geometry["coordinates"]] if is_one else geometry["coordinates"]
    rings = tuple([Point(*place[:2]) for place in ring] for polygon in polygons for ring in polygon)
    lats = [point.lat for ring in rings for point in ring]
    middle = _middle(max(rings, key=len))
    return Division(feature["properties"]["code"], rings, min(lats), max(lats), middle)


def _middle(ring: Ring) -> Point:
    """The middle of the widest stretch at half its height."""
    lat = (min(point.lat for point in ring) + max(point.lat for point in ring)) / 2
    crossings = sorted(_crossings(ring, Point(-inf, lat)))
    west, east = max(
        zip(crossings[::2], crossings[1::2], strict=True), key=lambda each: each[1] - each[0]
    )
    return Point(round((west + east) / 2, 6), round(lat, 6))


def _crossings(ring: Ring, point: Point) -> list[float]:
    """The longitudes at which the ring crosses the point's latitude, east of it."""
    found = (
        a.long + (b.long - a.long) * (point.lat - a.lat) / (b.lat - a.lat)
        for a, b in _edges(ring)
        if (a.lat > point.lat) != (b.lat > point.lat)
    )
    return [long for long in found if long > point.long]


def _edges(ring: Ring) -> Iterator[tuple[Point, Point]]:
    return pairwise(ring)


def _metres(point: Point, a: Point, b: Point) -> float:
    """From the point to the nearest place between a and b: on a plane, as few kilometres are."""
    wide = METRES_A_DEGREE * cos(radians(point.lat))
    ax, ay = (a.long - point.long) * wide, (a.lat - point.lat) * METRES_A_DEGREE
    dx, dy = (b.long - a.long) * wide, (b.lat - a.lat) * METRES_A_DEGREE
    length = dx * dx + dy * dy
    along = min(max(-(ax * dx + ay * dy) / length, 0.0), 1.0) if length else 0.0
    return hypot(ax + along * dx, ay + along * dy)
