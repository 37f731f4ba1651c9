"""A kind of matter: the steps it may go through, by whom and by when. Data, read from a file."""

from functools import cached_property
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.dataclasses import dataclass

from chassis.workflow.deadline import Span
from contracts.fields import Code

_data = dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))

ANY = "*"
"""In `next`: whatever the outcome was."""

Words = Annotated[str, StringConstraints(min_length=1)]
Within = Annotated[Span, BeforeValidator(Span.parse)]
Ways = Annotated[
    dict[str, tuple[Code, ...]],
    BeforeValidator(lambda ways: {ANY: ways} if isinstance(ways, list) else ways),
]


@_data
class Title:
    """What people read, in both languages."""

    zh: Words
    en: Words


@_data
class Value:
    """One value of a field; `suggests` values for other fields (`to = "volunteers"`)."""

    title: Title
    suggests: dict[Code, Code] = Field(default_factory=dict)


@_data
class Rating:
    """A whole number from 1 to `best`; up to `bad_up_to` the outcome is `bad`, else `good`."""

    field: Code
    best: int = Field(ge=2)
    bad_up_to: int = Field(ge=1)


@_data
class Step:
    """What may be done next and what it asks for. Named by the state it leaves the matter in."""

    name: Code
    title: Title
    by: tuple[Code, ...] = ()
    """The roles that may take it."""
    at_once: bool = False
    """Nobody takes it: it follows by itself, at the same instant."""
    next: Ways | None = None
    """Steps by outcome; without it, the step that stands next in the file. The first one is what
    is waited for, the others are choices."""
    requires: tuple[Code, ...] = ()
    """Fields that whoever takes it must bring."""
    outcomes: dict[Code, Title] = Field(default_factory=dict)
    """One of them must be brought, unless `rating` tells which."""
    rating: Rating | None = None
    within: Within | None = None
    """How long until it must have been taken, once it is waited for."""
    since: tuple[Code, ...] = ()
    """`within` counts from the last of these, while the matter stands above this step in the file,
    whatever it waits for; without it, from the step just before."""
    lapses: bool = False
    """Once late, it may no longer be taken: a right, not a duty."""
    extend_at_most: Within | None = None
    """By how much in all; without it, not at all."""
    escalate_to: Code | None = None
    """The role that is called when it is overdue, and may then take it too."""
    clock_runs: bool = True
    """False: the time that the matter stands at this step is not counted."""


@_data
class Kind:
    """All steps of a kind, the first one being how it begins."""

    name: Code = Field(validation_alias="kind")
    title: Title
    source: Words
    """Where the rule comes from."""
    steps: tuple[Step, ...] = Field(validation_alias="step", min_length=1)
    fields: dict[Code, dict[Code, Value]] = Field(validation_alias="field", default_factory=dict)
    """The values of each field that has a list."""

    def step(self, name: str) -> Step:
        """Raise KeyError when the file has no such step."""
        return self._by_name[name]

    def has(self, name: str) -> bool:
        return name in self._by_name

    def after(self, name: str | None, outcome: str | None = None) -> tuple[str, ...]:
        """The steps that may follow; before anything happened (None), the first.

        An outcome the file does not tell apart opens all ways: the file may be younger than
        the matter. Raise KeyError as `step`.
        """
        if name is None:
            return (self.steps[0].name,)
        ways = self._ways[name]
        if outcome in ways:
            return ways[outcome]
        if ANY in ways:
            return ways[ANY]
        return tuple(dict.fromkeys(name for names in ways.values() for name in names))

    def is_below(self, name: str, other: str) -> bool:
        """Whether a step stands further down in the file than another: nearer to the end."""
        return self._rank[name] > self._rank[other]

    @cached_property
    def still_steps(self) -> frozenset[str]:
        """The steps at which no clock runs."""
        return frozenset(step.name for step in self.steps if not step.clock_runs)

    @cached_property
    def _by_name(self) -> dict[str, Step]:
        return {step.name: step for step in self.steps}

    @cached_property
    def _ways(self) -> dict[str, dict[str, tuple[Code, ...]]]:
        followers = [(step.name,) for step in self.steps[1:]] + [()]
        return {
            step.name: {ANY: follower} if step.next is None else step.next
            for step, follower in zip(self.steps, followers, strict=True)
        }

    @cached_property
    def _rank(self) -> dict[str, int]:
        return {step.name: rank for rank, step in enumerate(self.steps)}
