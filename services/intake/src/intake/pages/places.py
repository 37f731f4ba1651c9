"""Where something is: chosen by links, one division after the other, without any script."""

from dataclasses import dataclass

from chassis.db import Db
from intake.domain.divisions import around, level_of
from intake.tables import areas
from intake.tables.areas import Area


@dataclass(frozen=True)
class Place:
    path: tuple[Area, ...]
    """From the widest division to the one that is chosen; empty before anything is."""
    below: tuple[Area, ...]
    """What to choose from."""

    @property
    def area(self) -> Area | None:
        return self.path[-1] if self.path else None

    @property
    def may_stay(self) -> bool:
        """Whether it is narrow enough for something to be filed there: a township at least."""
        return bool(self.path) and level_of(self.path[-1].code) in ("township", "village")


async def place(db: Db, code: str | None) -> Place | None:
    """None for a code that is not registered. The widest divisions are passed over while there is
    but one.
    """
    known = await areas.names(db, around(code)) if code else {}
    if code and code not in known:
        return None
    path = [Area(one, known[one]) for one in sorted(known)]
    below = await areas.below(db, code)
    while not code and len(below) == 1 and (further := await areas.below(db, below[0].code)):
        path, below = [*path, *below], further
    return Place(tuple(path), tuple(below))


def is_area(code: str) -> bool:
    try:
        level_of(code)
    except ValueError:
        return False
    return True
