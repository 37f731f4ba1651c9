"""Which cities are served here: those that the register of divisions has places of."""

import re
from collections.abc import Mapping

from fastapi import HTTPException

from chassis.db import Db
from intake.tables import areas

CITY = re.compile(r"([0-9]{2}(?!00)[0-9]{2})0{8}", re.ASCII)
"""The 12-digit code of a city (GB/T 2260)."""

LEVELS = (12, 9, 6)
"""Digits of a village, a township, a county."""


async def served(db: Db, jurisdiction_id: str | None) -> str:
    """The first four digits of the city's codes. Raises a 404 for a city that is not served here,
    and a 400 when none is named where several are.
    """
    if jurisdiction_id:
        city = CITY.fullmatch(jurisdiction_id)
        if city is None or not await areas.has_within(db, city[1]):
            raise HTTPException(
                404, "jurisdiction_id was not found: it is the 12-digit code of a city served here."
            )
        return city[1]
    cities = await areas.cities(db)
    if len(cities) > 1:
        raise HTTPException(
            400, "jurisdiction_id was not provided, and several cities are served: send the code."
        )
    return next(iter(cities), "")


def code_of(city: str) -> str:
    return city.ljust(12, "0")


def around(code: str) -> list[str]:
    """The place and the divisions around it up to the county, the smallest first."""
    return list(dict.fromkeys(code[:digits].ljust(12, "0") for digits in LEVELS))


def address(names: Mapping[str, str], code: str) -> str | None:
    """From the most specific to the most general, as the standard asks for."""
    return ", ".join(names[each] for each in around(code) if each in names) or None
