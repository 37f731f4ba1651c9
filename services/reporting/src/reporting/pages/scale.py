"""Round steps: for the axis of a chart and for the shades of a map. And numbers as written."""

from collections.abc import Iterator
from fractions import Fraction
from math import floor
from typing import NamedTuple

SHADES = 5


class Shade(NamedTuple):
    number: int
    """0, the palest, to 4."""
    label: str


def written(value: float | None, decimals: int) -> str:
    """1234.5 is 1,234.5; a missing value is a dash."""
    return "–" if value is None else f"{value:,.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def signed(change: float, decimals: int) -> str:
    return ("+" if change > 0 else "") + written(change, decimals)


def ticks(most: float) -> list[int]:
    """Whole numbers from 0 to at least `most`, in two to four round steps."""
    step = next(step for step in _steps(Fraction(1)) if step * 4 >= most)
    count = max(2, -(-Fraction(most) // step))
    return [int(step * n) for n in range(count + 1)]


class Shading:
    """Five equal round steps over the values there are."""

    def __init__(self, values: list[float], decimals: int) -> None:
        self._decimals = decimals
        finest = Fraction(1, 10**decimals)
        low, high = _exact(min(values)), _exact(max(values))
        for step in _steps(finest):
            self._step, self._low = step, floor(low / step) * step
            if high < self._low + SHADES * step:
                break
        self._used = floor((high - self._low) / self._step) + 1

    def shade(self, value: float) -> int:
        return floor((_exact(value) - self._low) / self._step)

    def legend(self) -> list[Shade]:
        """Both ends of each step belong to it."""
        finest = Fraction(1, 10**self._decimals)
        shades = []
        for number in range(self._used):
            first = self._low + number * self._step
            ends = (first, first + self._step - finest)
            first_text, last_text = (written(float(end), self._decimals) for end in ends)
            label = first_text if first_text == last_text else f"{first_text}–{last_text}"
            shades.append(Shade(number, label))
        return shades


def _steps(finest: Fraction) -> Iterator[Fraction]:
    """1, 2, 5, 10, 20, 50 … times the finest."""
    while True:
        yield from (finest, finest * 2, finest * 5)
        finest *= 10


def _exact(value: float) -> Fraction:
    """4.2 is 42/10, not what the machine makes of it."""
    return Fraction(str(value))
