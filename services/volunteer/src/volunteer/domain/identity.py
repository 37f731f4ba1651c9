"""Resident identity numbers: is this one possible at all (GB 11643-1999)."""

import re
from datetime import date

# ISO 7064 MOD 11-2: the weight of place i from the left is 2^(17 - i) mod 11.
WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(17))
CHECK_CHARACTERS = "10X98765432"

SHAPE = re.compile(r"[1-9][0-9]{16}[0-9Xx]", re.ASCII)


def checked(number: str, today: date) -> str:
    """The number in its one spelling, with a capital X.

    Raises ValueError with a sentence that repeats no part of the number.
    """
    if not SHAPE.fullmatch(number):
        raise ValueError("An identity number is 17 digits and a check digit, 0 to 9 or X")
    number = number.upper()
    if check_character(number[:17]) != number[17]:
        raise ValueError("The check digit of the identity number does not fit: look for a slip")
    if not _is_birthday(number[6:14], today):
        raise ValueError("Places 7 to 14 of an identity number are a day of birth, YYYYMMDD")
    return number


def check_character(digits: str) -> str:
    """The eighteenth character that belongs to these seventeen digits."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=True))
    return CHECK_CHARACTERS[total % 11]


def _is_birthday(digits: str, today: date) -> bool:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return date(1900, 1, 1) <= born <= today
