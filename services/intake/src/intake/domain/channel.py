"""A channel: a way for people to be heard, or a place where somebody listens (I-04, I-34 …)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias, assert_never
from uuid import UUID

from pydantic import Field

from chassis.decider import Decider, Refused
from contracts import Event
from contracts.fields import Level
from contracts.intake import ChannelClosed, ChannelOpened
from intake.domain.divisions import is_around, level_of
from intake.domain.values import Value


class ChannelKind(Value):
    place: Literal["needed", "possible", "none"]
    """Whether it says in what kind of place it stands."""
    levels: frozenset[Level] = Field(min_length=1)
    """Of those who may set one up."""
    has_letters: bool = False
    """It is opened to see what was put in."""
    has_functions: bool = False
    """It says what it offers to those who wait there."""
    has_observers: bool = False


@dataclass(frozen=True)
class OpenChannel:
    channel_id: UUID
    area: str
    name: str
    """Of its kind."""
    kind: ChannelKind
    place: str | None
    level: Level
    functions: frozenset[str]
    at: datetime


@dataclass(frozen=True)
class CloseChannel:
    at: datetime


Command: TypeAlias = OpenChannel | CloseChannel


@dataclass(frozen=True)
class Channel:
    opened: ChannelOpened
    is_open: bool = True


def decide(channel: Channel | None, command: Command) -> Sequence[Event]:
    match command:
        case OpenChannel():
            return _open(command) if channel is None else []
        case CloseChannel(at):
            return _close(channel, at)
        case _:
            assert_never(command)


def _open(command: OpenChannel) -> Sequence[Event]:
    name, kind, level = command.name, command.kind, command.level
    if kind.place == "needed" and command.place is None:
        raise Refused(f"a {name} stands in a kind of place; say which")
    if kind.place == "none" and command.place is not None:
        raise Refused(f"a {name} stands in no place; leave the place out")
    if command.functions and not kind.has_functions:
        raise Refused(f"a {name} has no functions; leave them out")
    if level not in kind.levels:
        raise Refused(f"a {name} is set up by a {' or a '.join(sorted(kind.levels))}")
    if not is_around(level, command.area):
        here = level_of(command.area)
        raise Refused(
            f"a {level} sets up nothing for a whole {here}; give the level of the {here} or of a"
            " division around it"
        )
    return [
        ChannelOpened(
            area=command.area,
            time=command.at,
            channel_id=command.channel_id,
            kind=name,
            place=command.place,
            level=level,
        )
    ]


def _close(channel: Channel | None, at: datetime) -> Sequence[Event]:
    if channel is None:
        raise Refused("there is no such channel; look for it in the list")
    if not channel.is_open:
        return []
    opened = channel.opened
    return [
        ChannelClosed(
            area=opened.area,
            time=at,
            channel_id=opened.channel_id,
            kind=opened.kind,
            place=opened.place,
            level=opened.level,
        )
    ]


def evolve(channel: Channel | None, event: Event) -> Channel | None:
    match event:
        case ChannelOpened():
            return Channel(event)
        case ChannelClosed():
            return replace(channel, is_open=False) if channel else None
        case _:
            return channel


decider = Decider[Channel | None, Command](None, decide, evolve)
