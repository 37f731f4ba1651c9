"""The shape of every decision: state and command in, events out. No I/O."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Generic, TypeVar

from contracts import Event

State = TypeVar("State")
Command = TypeVar("Command")


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """The rules say no. The message is a sentence that names what is allowed.

    Retrying the same command will not help.
    """


@dataclass(frozen=True)
class Decider(Generic[State, Command]):
    """`decide` answers with events (it happens), `[]` (it already holds) or raises `Refused`."""

    initial: State
    decide: Callable[[State, Command], Sequence[Event]]
    evolve: Callable[[State, Event], State]

    def replay(self, history: Iterable[Event]) -> State:
        return reduce(self.evolve, history, self.initial)
