"""The shape of every decision: state and command in, events out. No I/O."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Generic, TypeAlias, TypeVar

from contracts import Event

State = TypeVar("State")
Command = TypeVar("Command")


Named: TypeAlias = Callable[[str, object], str]
"""`named(place, value)`: what it is called there."""


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """The rules say no. The message is a sentence that names what is allowed.

    Retrying the same command will not help. `template` has places for the `values`; the last word
    of a place says what stands there: `step`, `asked_step`, and `steps` for any number of them.
    A `field` says whose list a `value` is of, also where the sentence has no place for it.
    The message has them by their names, as programs know them; pages by their titles
    (`chassis.refusals`).
    """

    def __init__(self, template: str, /, **values: object) -> None:
        self.template = template
        self.values: Mapping[str, object] = values
        super().__init__(template)

    def __str__(self) -> str:
        return filled(self.template, self.values, by_name, ", ", "none")


def by_name(_place: str, value: object) -> str:
    return str(value)


def filled(
    template: str, values: Mapping[str, object], named: Named, comma: str, nothing: str
) -> str:
    """The sentence, with each thing in its place as `named` has it; of several, `place` is in the
    singular."""

    def called(place: str, value: object) -> str:
        if isinstance(value, Collection) and not isinstance(value, str):
            return comma.join(called(place.removesuffix("s"), each) for each in value) or nothing
        return nothing if value is None else named(place, value)

    if not values:  # a sentence of its own, that may have braces in it
        return template
    return template.format_map({place: called(place, value) for place, value in values.items()})


@dataclass(frozen=True)
class Decider(Generic[State, Command]):
    """`decide` answers with events (it happens), `[]` (it already holds) or raises `Refused`."""

    initial: State
    decide: Callable[[State, Command], Sequence[Event]]
    evolve: Callable[[State, Event], State]

    def replay(self, history: Iterable[Event]) -> State:
        return reduce(self.evolve, history, self.initial)
