"""County borders made into SVG paths, for demonstration only (static/maps/README.md)."""

import json
from collections.abc import Iterator
from functools import cache
from math import cos, dist, radians
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).with_name("static") / "maps"

WIDTH = 1000
TALLEST_REM = 30

CUTS = 24

NEAR = 2
"""Points closer than this to the last one drawn are left out: no screen shows the difference."""

Point = tuple[float, float]


class County(NamedTuple):
    code: str
    name: str
    short: str
    """As it stands on the map: 谢家集 for 谢家集区."""
    path: str
    left: float
    """Where its name stands, in percent of the width, and `top` in percent of the height."""
    top: float


class Borders(NamedTuple):
    height: int
    """At a width of 1000."""
    counties: list[County]

    @property
    def widest(self) -> float:
        """In rem: a tall city is drawn narrower, so that no map is higher than a screen."""
        return min(26, round(TALLEST_REM * WIDTH / self.height, 1))


@cache
def borders(city: str) -> Borders | None:
    """`city`: the first four digits. None where there is no map of it."""
    file = FOLDER / f"{city}00.geojson"
    if not file.exists():
        return None
    features = json.loads(file.read_bytes())["features"]
    points = [point for feature in features for ring in _rings(feature) for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    wide = cos(radians((south + north) / 2))  # a degree of longitude, in degrees of latitude
    scale = WIDTH / ((east - west) * wide)
    height = (north - south) * scale

    def county(feature: dict[str, Any]) -> County:
        rings = [
            [((x - west) * wide * scale, (north - y) * scale) for x, y in ring]
            for ring in _rings(feature)
        ]
        x, y = _middle(max(rings, key=len))
        code, name = feature["properties"]["code"], feature["properties"]["name"]
        path = "".join(_path(ring) for ring in rings)
        short = name[:-1] if len(name) > 2 else name
        return County(
            code, name, short, path, round(x / WIDTH * 100, 1), round(y / height * 100, 1)
        )

    return Borders(round(height), sorted(county(feature) for feature in features))


def _rings(feature: dict[str, Any]) -> Iterator[list[Point]]:
    geometry = feature["geometry"]
    is_one = geometry["type"] == "Polygon"
    for polygon in [geometry["coordinates"]] if is_one else geometry["coordinates"]:
        yield from polygon


def _path(ring: list[Point]) -> str:
    x, y = round(ring[0][0]), round(ring[0][1])
    steps = [f"M{x} {y}l"]
    for point in ring[1:]:
        right, down = round(point[0]) - x, round(point[1]) - y
        if abs(right) + abs(down) > NEAR:
            steps.append(f"{right} {down} ")
            x, y = x + right, y + down
    return "".join(steps).rstrip() + "z"


def _middle(ring: list[Point]) -> Point:
    """Where a name has room: of the middles of some level cuts, the farthest from the border."""
    low, high = min(y for _, y in ring), max(y for _, y in ring)
    levels = [low + (high - low) * (n + 0.5) / CUTS for n in range(CUTS)]
    middles = [(sum(_widest_cut(ring, y)) / 2, y) for y in levels]
    return max(middles, key=lambda middle: min(dist(middle, corner) for corner in ring))


def _widest_cut(ring: list[Point], y: float) -> tuple[float, float]:
    """The longest stretch inside at a height."""
    crossings = sorted(
        ax + (bx - ax) * (y - ay) / (by - ay)
        for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True)
        if (ay > y) != (by > y)
    )
    stretches = zip(crossings[::2], crossings[1::2], strict=True)
    return max(stretches, key=lambda stretch: stretch[1] - stretch[0])
