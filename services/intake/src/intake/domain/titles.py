"""What steps and outcomes are called, for people who read about them."""

from collections.abc import Mapping
from functools import lru_cache

from chassis.workflow.kind import Kind, Title
from intake.domain.case import JOINED
from intake.domain.values import Value, Words


def step_title(kind: Kind | None, step: str) -> Words:
    """A step that the file no longer has is called by its name."""
    if kind and kind.has(step):
        return in_words(kind.step(step).title)
    return Words(zh="已并案", en="Joined another case") if step == JOINED else named(step)


def outcome_title(kind: Kind | None, outcome: str) -> Words:
    """How a matter ended: an outcome of a step, or the step that it ended with."""
    for step in kind.steps if kind else ():
        if outcome in step.outcomes:
            return in_words(step.outcomes[outcome])
    return step_title(kind, outcome)


def kind_title(kind: Kind | None, name: str) -> Words:
    return in_words(kind.title) if kind else named(name)


def value_title(kind: Kind, field: str, value: str) -> Words:
    """Of a list of the kind; a value that is no longer listed is called by its name."""
    values = kind.fields.get(field, {})
    return in_words(values[value].title) if value in values else named(value)


def role_title(roles: Mapping[str, Value], role: str) -> Words:
    """A role that the list does not have is called by its name."""
    return roles[role].title if role in roles else named(role)


@lru_cache(maxsize=4096)
def in_words(title: Title) -> Words:
    return Words(zh=title.zh, en=title.en)


def named(name: str) -> Words:
    return Words(zh=name, en=name)
