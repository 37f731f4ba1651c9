"""The only kinds of value an event may carry: ids, codes, catalogue values, numbers, times.

A plain `str` is refused by a test: nothing a person typed may reach the bus.
"""

from typing import Annotated, Literal

from pydantic import Field

AreaCode = Annotated[str, Field(pattern=r"^[0-9]{12}$")]
"""Statistical division code, 12 digits (GB/T 2260 + township + village)."""

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""A value of a catalogue that a city may extend by file: a kind, a step, a category, a skill."""

DivisionName = Annotated[str, Field(pattern=r"^[\u4e00-\u9fff（）·0-9A-Za-z]{1,40}$")]
"""Official name of a division as the National Bureau of Statistics publishes it."""

Level = Literal["province", "city", "county", "township", "village", "estate"]
GridLevel = Literal["township", "community", "estate"]
Rating = Annotated[int, Field(ge=1, le=5)]
