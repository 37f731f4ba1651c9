"""Identity numbers nobody has: well-formed (GB 11643-1999), drawn by lot."""

from datetime import date, timedelta
from random import Random

ELDEST = date(1950, 1, 1)
DAYS = (date(2006, 1, 1) - ELDEST).days
CHECK_CHARACTERS = "10X98765432"


def identity_numbers(rng: Random, county: str, count: int) -> list[str]:
    """So many different numbers of people born in a county, a code of at least 6 digits."""
    found: dict[str, None] = {}
    while len(found) < count:
        born = ELDEST + timedelta(days=rng.randrange(DAYS))
        found[with_check_character(f"{county[:6]}{born:%Y%m%d}{rng.randrange(1, 1000):03}")] = None
    return list(found)


def with_check_character(digits: str) -> str:
    """Seventeen digits and the character that belongs to them (ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(digits))
    return digits + CHECK_CHARACTERS[total % 11]
