"""A topic: the city asks for suggestions, from one day to another (I-01, I-02)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeAlias, assert_never
from uuid import UUID

from chassis.decider import Decider, Refused
from chassis.workflow.workdays import day_of
from contracts import Event
from contracts.intake import TopicClosed, TopicPublished


@dataclass(frozen=True)
class PublishTopic:
    topic_id: UUID
    area: str
    theme: str
    is_drive: bool
    opens_on: date
    closes_on: date
    at: datetime


@dataclass(frozen=True)
class CloseTopic:
    at: datetime


@dataclass(frozen=True)
class EndTopic:
    """Its closing day has come, or so it seems."""

    at: datetime


Command: TypeAlias = PublishTopic | CloseTopic | EndTopic


@dataclass(frozen=True)
class Topic:
    published: TopicPublished
    is_open: bool = True


def decide(topic: Topic | None, command: Command) -> Sequence[Event]:
    if isinstance(command, PublishTopic):
        return _publish(command) if topic is None else []
    if topic is None:
        raise Refused("there is no such topic; look for it in the list")
    match command:
        case CloseTopic(at):
            return _close(topic, at)
        case EndTopic(at):
            return _close(topic, at) if topic.published.closes_on <= day_of(at) else []
        case _:
            assert_never(command)


def _publish(command: PublishTopic) -> Sequence[Event]:
    if command.opens_on < day_of(command.at):
        raise Refused(f"{command.opens_on} is past; open it on the day it is published, or later")
    if command.closes_on <= command.opens_on:
        raise Refused("closes_on is the first day on which nothing is taken; it is after opens_on")
    return [
        TopicPublished(
            area=command.area,
            time=command.at,
            topic_id=command.topic_id,
            theme=command.theme,
            is_drive=command.is_drive,
            opens_on=command.opens_on,
            closes_on=command.closes_on,
        )
    ]


def _close(topic: Topic, at: datetime) -> Sequence[Event]:
    if not topic.is_open:
        return []
    published = topic.published
    return [
        TopicClosed(
            area=published.area,
            time=at,
            topic_id=published.topic_id,
            theme=published.theme,
            is_drive=published.is_drive,
        )
    ]


def evolve(topic: Topic | None, event: Event) -> Topic | None:
    match event:
        case TopicPublished():
            return Topic(event)
        case TopicClosed():
            return replace(topic, is_open=False) if topic else None
        case _:
            return topic


decider = Decider[Topic | None, Command](None, decide, evolve)
