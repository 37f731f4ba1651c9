"""A kind of matter: the steps it may go through, by whom and by when. Data, read from a file."""

from collections.abc import Iterable
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
    only: dict[Code, Code] = Field(default_factory=dict)
    """It may be chosen only where other fields have these values (`method = "five_character"`)."""


@_data
class Number:
    """A whole number that a step may bring."""

    title: Title
    least: int = 0
    most: int = Field(1_000_000_000, le=1_000_000_000_000)


@_data
class Reference:
    """Something on record that a step may name by its id."""

    title: Title
    to: Code
    """What it is: `meeting`, `mediator` …"""
    kinds: tuple[Code, ...] = ()
    """Of these kinds only; without, of any."""
    brings: Code | None = None
    """The field with a list that takes the record's own kind as its value."""


@_data
class Text:
    """Words that a step may bring; they are kept where nobody but those who may reads them."""

    title: Title
    is_told: bool = False
    """Whoever brought the matter in reads it too: a reply."""


@_data
class Gate:
    """A list that may forbid what is asked for.

    Then `step` follows the first one by itself, and `forbids` is never taken.
    """

    checklist: Code
    step: Code
    forbids: Code


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
    climbs: Code | None = None
    """A field with a list: the step brings the value next on it to the one brought last."""
    after_parts: bool = False
    """It waits until every part that the matter was split into has ended."""
    tells: Title | None = None
    """What whoever brought the matter in is told when it is taken."""
    within: Within | None = None
    """How long until it must have been taken, once it is waited for."""
    within_by: dict[Code, dict[Code, Within]] = Field(default_factory=dict)
    """By field and its value, another span than `within`."""
    since: tuple[Code, ...] = ()
    """`within` counts from the last of these, while the matter stands above this step in the file
    and may still come to it, whatever it waits for; without it, from the step just before."""
    lapses: bool = False
    """Once late, it may no longer be taken: a right, not a duty."""
    after_lapse: tuple[Code, ...] = ()
    """It waits until no clock of these steps runs any more: what was promised to others."""
    extend_at_most: Within | None = None
    """By how much in all; without it, not at all."""
    escalate_to: Code | None = None
    """The role that is called when it is overdue, and may then take it too."""
    clock_runs: bool = True
    """False: the time that the matter stands at this step is not counted."""

    @property
    def needs(self) -> list[str]:
        """All that must be brought: what it requires, its rating, what it climbs."""
        rated = (self.rating.field,) if self.rating else ()
        return list(dict.fromkeys((*self.requires, *rated, *filter(None, [self.climbs]))))


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
    numbers: dict[Code, Number] = Field(validation_alias="number", default_factory=dict)
    refs: dict[Code, Reference] = Field(validation_alias="ref", default_factory=dict)
    texts: dict[Code, Text] = Field(validation_alias="text", default_factory=dict)
    gate: Gate | None = None
    filer_adds: tuple[Code, ...] = ()
    """What whoever brings in a matter of their own may say beside what the first step needs."""
    filer_sees: tuple[Code, ...] = ()
    """Fields with a list of which they are told the value brought last."""
    supervised_by: tuple[Code, ...] = ("dispatcher", "admin")
    """The roles that may give it more time, or let time stand still."""

    @cached_property
    def roles(self) -> frozenset[str]:
        """All who may have to do with a matter of this kind."""
        return frozenset((*self.steps[0].by, *self.handlers, *self.supervised_by))

    @cached_property
    def handlers(self) -> frozenset[str]:
        """All who may take it further than its first step."""
        called = (step.escalate_to for step in self.steps if step.escalate_to)
        return frozenset((*called, *(role for step in self.steps[1:] for role in step.by)))

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

    def leads_to(self, names: Iterable[str], other: str) -> bool:
        """Whether one of these steps is the other one, or may ever be followed by it."""
        return any(name == other or other in self._ahead[name] for name in names)

    @cached_property
    def timed_steps(self) -> tuple[Step, ...]:
        """The steps that have to be taken within some time, in the order of the file."""
        return tuple(step for step in self.steps if step.within or step.within_by)

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
    def _ahead(self) -> dict[str, frozenset[str]]:
        ahead = {name: frozenset(self.after(name)) for name in self._by_name}
        for _ in self.steps:
            ahead = {
                name: names.union(*(ahead[following] for following in names))
                for name, names in ahead.items()
            }
        return ahead

    @cached_property
    def _rank(self) -> dict[str, int]:
        return {step.name: rank for rank, step in enumerate(self.steps)}
