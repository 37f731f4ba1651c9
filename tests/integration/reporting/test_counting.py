"""Counting is the same in any order, any batches, again and late; what is poison counts nothing."""

import random
from collections import Counter
from itertools import accumulate

import pytest

from chassis import dead_letters, listen
from chassis.pull import Message
from contracts.grid import GridDrawn, GridRetired
from contracts.intake import CaseClosed, CaseFiled, CaseReopened, CaseStepTaken, CaseWithdrawn
from reporting.metric_files import SHIPPED, load
from reporting.periods import day_of
from reporting.tables.cube import cube_checksum
from tests.integration.reporting.city import (
    HERE,
    NEXT_DOOR,
    Counting,
    assigned,
    filed,
    histories,
    messages,
    released,
)

SUMS = """
    SELECT metric, left(place, length) AS place, day, dims, sum(value)::bigint AS value
      FROM facts JOIN unnest('{2,4,6}'::int[]) AS length
        ON length = length(place)
        OR (length IN (4, 6) AND length < length(place) AND NOT metric = ANY($1))
     GROUP BY 1, 2, 3, 4 HAVING sum(value) <> 0 ORDER BY 1, 2, 3, 4
"""
CUBE = "SELECT * FROM cube WHERE value <> 0 ORDER BY metric, place, day, dims"

DISTINCT = [one.id for one in load(SHIPPED).values() if one.kind == "distinct"]

SEEDS = range(3)


async def digest(counting):
    async with counting.pool.acquire() as db:
        return await cube_checksum(db)


async def board(counting):
    return await counting.pool.fetch("SELECT * FROM cases ORDER BY case_id")


def batches(dice, said):
    """The history of each speaker in batches of any size, these in any order among the speakers."""
    decks = []
    for speaker, events in said.items():
        found = messages(events)
        borders = sorted(dice.sample(range(1, len(found)), 5))
        cuts = zip([0, *borders], [*borders, len(found)], strict=True)
        decks.append([(speaker, found[start:end]) for start, end in cuts])
    while decks := [deck for deck in decks if deck]:
        yield dice.choice(decks).pop(0)


async def count_all(counting, said):
    for speaker, events in said.items():
        await counting.counts_messages(speaker, messages(events))


@pytest.fixture
def another(database):
    """One more projection, on a database of its own."""

    async def make():
        return Counting(await database("chassis", "reporting"))

    return make


@pytest.mark.parametrize("seed", SEEDS)
async def test_any_interleaving_of_the_streams_gives_the_same_cube(counting, another, seed):
    dice, said = random.Random(seed), histories(seed)
    await count_all(counting, said)
    other = await another()
    for speaker, batch in batches(dice, said):
        await other.counts_messages(speaker, batch)
    assert await digest(other) == await digest(counting)
    assert await board(other) == await board(counting)
    assert await other.pool.fetch(SUMS, DISTINCT) == await other.pool.fetch(CUBE)


@pytest.mark.parametrize("seed", SEEDS)
async def test_what_is_handled_late_counts_as_if_it_had_come_in_its_turn(counting, another, seed):
    """As a dead letter does, replayed after a fix."""
    dice, said = random.Random(seed), histories(seed)
    await count_all(counting, said)
    other = await another()
    late = {}
    for speaker, events in said.items():
        found = messages(events)
        late[speaker] = dice.sample(found, 15)
        await other.counts_messages(speaker, [one for one in found if one not in late[speaker]])
    for speaker, found in late.items():
        for one in found:
            await other.counts_messages(speaker, [one])
    assert await digest(other) == await digest(counting)
    assert await other.pool.fetch(SUMS, DISTINCT) == await other.pool.fetch(CUBE)
    columns = "case_id, step, category, satisfaction, filed_at, closed_at"
    query = f"SELECT {columns} FROM cases ORDER BY case_id"  # noqa: S608 - our own words
    assert await other.pool.fetch(query) == await counting.pool.fetch(query)


@pytest.mark.parametrize("seed", SEEDS)
async def test_the_cube_says_what_a_plain_count_of_the_events_says(counting, seed):
    said = histories(seed)
    await count_all(counting, said)
    plain = Counter()
    changes = {CaseFiled: 1, CaseReopened: 1, CaseClosed: -1, CaseWithdrawn: -1}
    for event in said["intake"]:
        change = changes.get(type(event), 0)
        plain["cases_open", event.area[:6], day_of(event.time), event.kind] += change
        if isinstance(event, CaseStepTaken) and event.kind == "window":
            trips = event.numbers.get("trips", 0)
            plain["window_trips", event.area[:6], day_of(event.time), ""] += trips
    for event in said["grid"]:
        if isinstance(event, GridDrawn | GridRetired):
            value = 1 if isinstance(event, GridDrawn) else -1
            plain["grids_active", event.area[:6], day_of(event.time), event.level] += value
    rows = await counting.pool.fetch(
        "SELECT metric, place, day, dims, value FROM cube"
        " WHERE metric IN ('cases_open', 'window_trips', 'grids_active')"
        "   AND length(place) = 6 AND value <> 0"
    )
    assert {tuple(row)[:4]: row["value"] for row in rows} == {
        key: value for key, value in plain.items() if value
    }


@pytest.mark.parametrize("seed", SEEDS)
async def test_workers_are_the_persons_present_day_by_day(counting, seed):
    said = [event for event in histories(seed)["grid"] if hasattr(event, "person_id")]
    await counting.counts_messages("grid", messages(said))
    present, plain = Counter(), Counter()
    for event in said:
        before = sum(value > 0 for value in present.values())
        present[event.person_id] += 1 if "assigned" in event.type else -1
        plain[day_of(event.time)] += sum(value > 0 for value in present.values()) - before
    rows = await counting.pool.fetch(
        "SELECT day, value FROM cube WHERE metric = 'grid_workers' AND place = '34'"
    )
    days = sorted(plain)
    counted = {row["day"]: row["value"] for row in rows}
    assert list(accumulate(counted.get(day, 0) for day in days)) == list(
        accumulate(plain[day] for day in days)
    )


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(listen, "PAUSES_SECONDS", (0.0, 0.0))


async def test_poison_is_buried_once_and_the_rest_is_counted(counting, impatient):
    good = messages([filed(1, "2026-03-01"), filed(2, "2026-03-01"), filed(3, "2026-03-02")])
    poison = [
        Message(4, "intake.case.filed.v1.34.04.02", b"not json"),
        Message(5, "", good[0].body.replace(b'"request"', b'"\xe4\xb8\x80\xe7\xb1\xbb"')),
        Message(6, "", good[0].body.replace(b"case.filed", b"case.dreamt")),
        Message(7, "", good[0].body.replace(b'"case_id":"0000', b'"case_id":"zzzz')),
    ]
    last = Message(8, "", good[2].body.replace(b'"case_id":"0000', b'"case_id":"0008'))
    await counting.counts_messages("intake", [*good, *poison, last])
    async with counting.pool.acquire() as db:
        letters = await dead_letters.list_after(db, 0, 10)
    assert [letter.sequence for letter in letters] == [4, 5, 6, 7]
    assert await counting.pool.fetchval("SELECT count(*) FROM cases") == 4
    assert (
        await counting.pool.fetchval("SELECT sum(value) FROM facts WHERE metric = 'cases_filed'")
        == 4
    )
    assert await counting.pool.fetch(SUMS, DISTINCT) == await counting.pool.fetch(CUBE)


async def test_a_batch_that_fails_leaves_no_trace_and_no_definitions_half_known(
    counting, impatient
):
    """The first batch of all is poison: the definitions it wrote are rolled back with it."""
    await counting.counts_messages("intake", [Message(1, "", b"not json")])
    assert await counting.pool.fetchval("SELECT count(*) FROM definitions") == 0
    await counting.counts_messages("intake", messages([filed(1, "2026-03-01")], after=1))
    assert await counting.pool.fetchval("SELECT count(*) FROM definitions") > 20


async def test_a_person_is_counted_once_however_many_posts_come_in_one_batch(counting):
    await counting.counts(
        assigned(1, "2026-03-01", 1),
        assigned(1, "2026-03-01", 2, NEXT_DOOR),
        released(1, "2026-03-01", 1),
        assigned(1, "2026-03-02", 1),
    )
    rows = await counting.pool.fetch(
        "SELECT place, sum(value)::int AS value FROM facts WHERE metric = 'grid_workers' GROUP BY 1"
    )
    assert {row["place"]: row["value"] for row in rows} == dict.fromkeys(
        ["34", "3404", "340402", "340402001", HERE, NEXT_DOOR], 1
    )
