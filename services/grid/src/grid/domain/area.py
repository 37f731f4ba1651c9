"""An area: a division of the state's register, and its counted numbers year by year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias, assert_never

from chassis.access import territory
from chassis.decider import Decider, Refused
from contracts import Event
from contracts.fields import Level
from contracts.grid import AreaRegistered, AreaStatisticsSet

LEVELS: tuple[Level, ...] = ("province", "city", "county", "township", "village")
DIGITS = (2, 4, 6, 9, 12)
"""How many digits of a code name the division at each of the levels; zeros follow."""

URBAN_ENDINGS = ("社区", "居委会", "社区居委会", "居民委员会", "社区委员会", "社区居委")
"""A residents' committee governs a community, a villagers' committee (村委会) a village.

The Bureau's names end with the committee's kind. A village may have 社区 within its name
(振兴社区村委会), so only the end tells. Estates of farms and forests (生活区) are no communities.
"""


@dataclass(frozen=True)
class Numbers:
    households: int = 0
    population: int = 0
    urban_residents: int = 0


@dataclass(frozen=True)
class RegisterArea:
    code: str
    level: Level
    parent: str | None
    name: str
    is_parent_known: bool
    at: datetime


@dataclass(frozen=True)
class SetStatistics:
    code: str
    year: int
    numbers: Numbers
    at: datetime


Command: TypeAlias = RegisterArea | SetStatistics


@dataclass(frozen=True)
class Area:
    registered: AreaRegistered | None = None
    years: Mapping[int, Numbers] = field(default_factory=dict)

    @property
    def in_force(self) -> Numbers:
        """The numbers of the latest year known."""
        return self.years[max(self.years)] if self.years else Numbers()


def level_of(code: str) -> Level:
    """Told by the zeros at the end. Raises ValueError for what is no code."""
    return LEVELS[DIGITS.index(len(territory(code)))]


def above(code: str) -> str | None:
    """Code of the division it belongs to; None for a province."""
    place = LEVELS.index(level_of(code))
    return code[: DIGITS[place - 1]].ljust(12, "0") if place else None


def is_urban(level: Level, name: str) -> bool:
    return level == "village" and name.endswith(URBAN_ENDINGS)


def misplaced(code: str, level: str, parent: str | None) -> str | None:
    """What is wrong with a code at this place, as a sentence; None when nothing is."""
    try:
        said = level_of(code)
    except ValueError:
        return "A code is 12 digits and begins with those of a province."
    if level != said:
        return f"{code} has the digits of a {said}: that is its level."
    if parent != above(code):
        return f"{code} belongs to {above(code) or 'no other area'}: that is its parent."
    return None


def decide(area: Area, command: Command) -> Sequence[Event]:
    match command:
        case RegisterArea():
            return _register(area, command)
        case SetStatistics():
            return _set_statistics(area, command)
        case _:
            assert_never(command)


def differs(code: str, name: str) -> str:
    return f"{code} is registered as {name}: a renamed area is not registered again."


def _register(area: Area, command: RegisterArea) -> Sequence[Event]:
    if area.registered:
        if area.registered.name != command.name:
            raise Refused(differs(command.code, area.registered.name))
        return []
    if wrong := misplaced(command.code, command.level, command.parent):
        raise Refused(wrong)
    if command.parent and not command.is_parent_known:
        raise Refused(f"Its parent {command.parent} is not registered: register that first.")
    return [
        AreaRegistered(
            area=command.code,
            time=command.at,
            level=command.level,
            parent=command.parent,
            name=command.name,
            is_urban=is_urban(command.level, command.name),
        )
    ]


def _set_statistics(area: Area, command: SetStatistics) -> Sequence[Event]:
    new = command.numbers
    if area.registered is None:
        raise Refused(f"{command.code} is no area of the register: import it first.")
    if command.year > command.at.year:
        raise Refused(f"The year {command.year} is not over: set it when it has been counted.")
    if new.urban_residents > new.population:
        raise Refused("There are more urban residents than residents: one of the two is wrong.")
    if area.years.get(command.year) == new:
        return []
    is_latest = command.year >= max(area.years, default=command.year)
    before = area.in_force if is_latest else new
    return [
        AreaStatisticsSet(
            area=command.code,
            time=command.at,
            year=command.year,
            households=new.households,
            population=new.population,
            urban_residents=new.urban_residents,
            households_change=new.households - before.households,
            population_change=new.population - before.population,
            urban_residents_change=new.urban_residents - before.urban_residents,
        )
    ]


def evolve(area: Area, event: Event) -> Area:
    match event:
        case AreaRegistered():
            return replace(area, registered=event)
        case AreaStatisticsSet(year=year):
            numbers = Numbers(event.households, event.population, event.urban_residents)
            return replace(area, years={**area.years, year: numbers})
        case _:
            return area


decider = Decider[Area, Command](Area(), decide, evolve)
