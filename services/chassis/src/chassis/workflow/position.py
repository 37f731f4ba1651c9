"""Where a matter stands: what its history says, whatever the kind's file says today.

Evolves by the methods below, one for each sort of event; none of them can fail.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from chassis.workflow.deadline import Extension, Pause

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Mark:
    """A step at an aware instant."""

    step: str
    at: datetime
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """Nothing has happened yet, unless told. Equal histories are equal positions."""

    marks: tuple[Mark, ...] = ()
    """Steps taken, in order."""
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()
    overruns: tuple[Mark, ...] = ()
    """Steps announced as overdue, and when."""
    values: Mapping[str, str] = field(default_factory=dict)
    """Of each field that has a list, the value brought last."""
    clocks: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What `clocks.running` worked out, and of which kind: a position never changes."""

    @property
    def step(self) -> str | None:
        """The last step taken: where it stands."""
        return self.marks[-1].step if self.marks else None

    @property
    def outcome(self) -> str | None:
        return self.marks[-1].outcome if self.marks else None

    @property
    def is_suspended(self) -> bool:
        return bool(self.pauses) and self.pauses[-1].end is None

    def stepped(
        self,
        step: str,
        at: datetime,
        outcome: str | None = None,
        values: Mapping[str, str] = NOTHING,
    ) -> "Position":
        marks = (*self.marks, Mark(step, at, outcome))
        return replace(self, marks=marks, values={**self.values, **values})

    def suspended(self, at: datetime) -> "Position":
        return self if self.is_suspended else replace(self, pauses=(*self.pauses, Pause(at)))

    def resumed(self, at: datetime) -> "Position":
        if not self.is_suspended:
            return self
        ended = Pause(self.pauses[-1].start, at)
        return replace(self, pauses=(*self.pauses[:-1], ended))

    def extended(self, step: str, at: datetime, due_at: datetime) -> "Position":
        return replace(self, extensions=(*self.extensions, Extension(step, at, due_at)))

    def overran(self, step: str, at: datetime) -> "Position":
        return replace(self, overruns=(*self.overruns, Mark(step, at)))

    def has_overrun(self, step: str, since: datetime) -> bool:
        return any(mark.step == step and mark.at >= since for mark in self.overruns)
