"""Divisions by their codes (GB/T 2260 and the statistical codes below it)."""

from typing import get_args

from chassis.access import territory
from contracts.fields import Level

LEVELS: tuple[Level, ...] = get_args(Level)
"""The widest first."""

DIGITS = (2, 4, 6, 9, 12)
"""How much of a code names a division of these levels; an estate has no code of its own."""


def level_of(code: str) -> Level:
    """Told by the zeros at the end. Raises ValueError for what is no code."""
    return LEVELS[DIGITS.index(len(territory(code)))]


def is_around(level: Level, area: str) -> bool:
    """Whether a division of this level is the area's own, or one that the area lies in."""
    return LEVELS.index(level) <= LEVELS.index(level_of(area))


def around(area: str) -> list[str]:
    """The area itself, then the divisions it lies in, up to the province."""
    digits = [count for count in DIGITS if count <= len(territory(area))]
    return [area[:count].ljust(12, "0") for count in reversed(digits)]
