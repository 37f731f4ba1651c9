"""The areas of a demo city: which are registered, and which of them are urban communities."""

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files

from liuchi.demo.size import Size

CITY = "340400000000"
"""Huainan, the demonstration city."""

URBAN_ENDINGS = ("社区", "社区居委", "居委会", "居民委员会", "社区委员会")
"""Of the names of urban communities, as grid reads them."""


@dataclass(frozen=True)
class Place:
    code: str
    name: str
    level: str
    parent: str


def read() -> list[Place]:
    """Every area of the data file, parents first."""
    text = (files("liuchi") / "data" / "areas.csv").read_text(encoding="utf-8")
    return [Place(**row) for row in csv.DictReader(io.StringIO(text))]


def registered(places: Sequence[Place], size: Size) -> list[Place]:
    """The areas that a city of this size has in its register."""
    counties = tuple(county[:6] for county in size.counties) or (CITY[:4],)
    above = {CITY, f"{CITY[:2]}0000000000"}
    return [
        place
        for place in places
        if place.code in above
        or place.code.startswith(counties)
        or (size.has_whole_register and not place.code.startswith(CITY[:4]))
    ]


def communities(places: Sequence[Place], size: Size) -> list[Place]:
    """The urban communities of the city that get grids."""
    urban = [
        place
        for place in places
        if place.level == "village"
        and place.code.startswith(CITY[:4])
        and place.name.endswith(URBAN_ENDINGS)
    ]
    return urban[: size.communities]


def as_csv(places: Sequence[Place]) -> str:
    """As grid imports it."""
    file = io.StringIO()
    writer = csv.DictWriter(file, ["code", "name", "level", "parent"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(place) for place in places)
    return file.getvalue()
