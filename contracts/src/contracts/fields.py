"""The only kinds of value an event may carry: ids, codes, catalogue values, numbers, times.

A plain `str` is refused by a test: nothing a person typed may reach the bus.
"""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, BeforeValidator, Field

AreaCode = Annotated[str, Field(pattern=r"^[0-9]{12}$")]
"""Statistical division code, 12 digits (GB/T 2260 + township + village)."""

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""A value of a catalogue that a city may extend by file: a kind, a step, a category, a skill."""

DivisionName = Annotated[str, Field(pattern=r"^[\u4e00-\u9fff（）·0-9A-Za-z]{1,40}$")]
"""Official name of a division as the National Bureau of Statistics publishes it."""

Level = Literal["province", "city", "county", "township", "village", "estate"]
GridLevel = Literal["township", "community", "estate"]
Rating = Annotated[int, Field(ge=1, le=5, strict=True)]

_BEGINS_WITH_A_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def _written(value: object) -> object:
    """Pydantic takes 42, and "42" too, for so many seconds after the first day of 1970."""
    is_text = isinstance(value, str)
    if isinstance(value, int | float) or (is_text and not _BEGINS_WITH_A_DAY.match(str(value))):
        raise ValueError("a time is written like 2024-03-04T05:06:07+08:00, a day like 2024-03-04")
    return value


Instant = Annotated[AwareDatetime, BeforeValidator(_written)]
Day = Annotated[date, BeforeValidator(_written)]
"""As people send a time or a day in."""
