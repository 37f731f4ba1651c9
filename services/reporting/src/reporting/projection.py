"""From messages to facts, sums and boards: read in one pass, written in a few statements."""

import gc
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from chassis.access import territory
from chassis.db import Db
from chassis.pull import Message
from reporting.periods import day_of
from reporting.rules import Membership, Rules, Unreadable, written
from reporting.tables import areas, cases, cube, facts, memberships


class Heard(msgspec.Struct):
    """The attributes of a CloudEvent that reporting needs; msgspec passes over the rest."""

    type: str
    time: datetime
    area: str
    data: dict[str, Any]
    traceparent: str | None = None


class Effects(NamedTuple):
    """What messages do to the tables."""

    facts: list[tuple[Any, ...]]
    sums: dict[cube.Key, int]
    said: dict[str, list[memberships.Said]]
    """By metric."""
    cases: cases.Rows
    areas: list[areas.Area]
    traces: list[str]
    """The events' traceparents that are recorded somewhere."""


_place = lru_cache(maxsize=100_000)(territory)

_decode = msgspec.json.Decoder(Heard).decode


def effects(messages: Sequence[Message], rules: Rules) -> Effects:
    """Pure. Raises KeyError, ValueError or TypeError for what is no event of ours."""
    gc.disable()  # there are no cycles among all these rows; looking for them takes as long again
    try:
        return _effects(messages, rules)
    finally:
        gc.enable()


def _effects(messages: Sequence[Message], rules: Rules) -> Effects:
    done = Effects([], {}, {}, {}, [], [])
    add_fact, sums, rows = done.facts.append, done.sums, done.cases
    counted, distinct = rules.counted, rules.distinct
    for sequence, _subject, body, *_ in messages:
        heard = _decode(body)
        event, data = heard.type, heard.data
        day, place = _day(heard.time), _place(heard.area)
        around = place[: cube.WIDE]
        for metric, applies, amount, dims_of in counted[event]:
            if applies is None or applies(data):
                value = amount if type(amount) is int else amount(data)  # type: ignore[operator]
                dims = dims_of(data)
                add_fact((metric, place, day, dims, value, event, sequence))
                key = (metric, around, day, dims)
                sums[key] = sums.get(key, 0) + value
        if event in distinct:
            _say(done.said, distinct[event], heard, sequence)
        if event.startswith(cases.PREFIX):
            cases.gather(rows, event, data, heard.time, heard.area, sequence)
        elif event == areas.REGISTERED:
            done.areas.append(_area(heard, sequence))
        if heard.traceparent and heard.traceparent.endswith("1"):
            done.traces.append(heard.traceparent)
    return done


async def store(db: Db, done: Effects, rules: Rules, *, sums: bool = True) -> None:
    """In the caller's transaction. Without `sums` the cube is left to be filled from the facts."""
    new_facts = done.facts
    exact: dict[cube.Key, int] = {}
    if done.said:
        folded = await memberships.add(db, done.said, rules.conditions)
        for fact in folded:
            if len(fact.place) <= cube.WIDE:
                exact[fact[:4]] = exact.get(fact[:4], 0) + fact.value
        new_facts = [*new_facts, *folded]
    if new_facts:
        await facts.add(db, new_facts)
    if sums and (done.sums or exact):
        await cube.add(db, done.sums, exact)
    if done.cases:
        await cases.put(db, done.cases)
    if done.areas:
        await areas.put(db, done.areas)


def _say(
    said: dict[str, list[memberships.Said]], rules: list[Membership], heard: Heard, sequence: int
) -> None:
    day, place, data = _day(heard.time), _place(heard.area), heard.data
    for metric, applies, amount, key_of, dims_of, condition in rules:
        key = key_of(data)
        if key is None or not (applies is None or applies(data)):
            continue
        change = amount if isinstance(amount, int) else amount(data)
        dims = dims_of(data) if dims_of else None
        said.setdefault(metric, []).append(
            memberships.Said(
                written(key), sequence, condition, place, day, dims, change, heard.type
            )
        )


def _area(heard: Heard, sequence: int) -> areas.Area:
    data = heard.data
    return areas.Area(
        heard.area, data["name"], data["level"], data["parent"], data["is_urban"], sequence
    )


def _day(time: datetime) -> date:
    if time.tzinfo is not UTC:
        if time.tzinfo is None:
            raise Unreadable("the time has no zone")
        time = time.astimezone(UTC)
    return _day_of_hour(time.toordinal() * 24 + time.hour)


@lru_cache(maxsize=100_000)
def _day_of_hour(hour: int) -> date:
    return day_of(datetime.fromordinal(hour // 24).replace(hour=hour % 24, tzinfo=UTC))
