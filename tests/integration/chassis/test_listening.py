"""Listening: in order, once in effect, and nothing that cannot be handled is lost."""

import asyncio
from uuid import uuid4

import pytest

from chassis import dead_letters
from chassis.hears import Hears
from chassis.listen import listen
from contracts.grid import AreaRegistered, PostAssigned, PostReleased
from contracts.volunteer import DemandExpired, DemandFulfilled, DemandMatched
from tests.integration.chassis.teams import HERE, NOW
from tests.integration.conversation import Conversation

NOTED = "SELECT note FROM notebook ORDER BY place"


def released(number=0):
    return PostReleased(
        area=HERE,
        time=NOW,
        post_id=uuid4(),
        person_id=uuid4(),
        role=f"r{number}",
        way="released",
        engagement="full_time",
    )


class Notebook:
    """A service that notes the role of each released post, and can be taught to stumble."""

    def __init__(self, pool, wire):
        self.pool, self.wire = pool, wire
        self.stumbles_over = set()
        self.kicks = 0
        self.hears = Hears("intake")
        self.hears(PostReleased)(self.on_released)
        self.hears(PostAssigned, AreaRegistered)(self.on_other)
        self.hears(DemandMatched, DemandFulfilled, DemandExpired)(self.on_other)
        (self.listener,) = (one for one in self.hears.listeners() if one.stream == "grid")

    async def on_released(self, db, heard):
        await db.execute("INSERT INTO notebook (note) VALUES ($1)", heard.event.role)
        if heard.event.role in self.stumbles_over:
            raise RuntimeError("stumbled")

    async def on_other(self, _db, _heard):
        raise AssertionError("nobody says this here")

    def kick(self):
        self.kicks += 1

    async def notes(self):
        return [row["note"] for row in await self.pool.fetch(NOTED)]

    async def noted(self, count):
        async with asyncio.timeout(20):
            while len(await self.notes()) < count:
                await asyncio.sleep(0.01)


@pytest.fixture
async def notebook(database, connect, bus):
    pool = await database("chassis", "intake")
    await pool.execute(
        "CREATE TABLE notebook (place bigint GENERATED ALWAYS AS IDENTITY, note text NOT NULL)"
    )
    return Notebook(pool, await connect("intake"))


@pytest.fixture
async def listening(notebook):
    tasks = []

    async def start():
        task = asyncio.create_task(
            listen(notebook.listener, notebook.pool, notebook.wire, notebook.kick)
        )
        tasks.append(task)
        return task

    yield start
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
def talk(bus):
    return Conversation(bus)


async def say(talk, numbers):
    for number in numbers:
        await talk.hears(released(number), stream=f"post-{number}")


def roles(numbers):
    return [f"r{number}" for number in numbers]


async def test_everything_is_handled_in_order_and_the_relay_is_woken(notebook, listening, talk):
    await say(talk, range(300))
    await listening()
    await notebook.noted(300)
    assert await notebook.notes() == roles(range(300))
    assert notebook.kicks


async def test_a_lone_message_does_not_wait(notebook, listening, talk):
    await listening()
    await say(talk, [1])
    async with asyncio.timeout(1):
        await notebook.noted(1)


async def test_the_same_event_said_twice_is_handled_once(notebook, listening, talk):
    event_id = uuid4()
    envelope = await talk.hears(released(1), "post-1", event_id=event_id)
    for _ in range(2):
        await talk.puts("grid.post.released.v1.34.04.02", envelope.to_json())
    await say(talk, [2])
    await listening()
    await notebook.noted(2)
    assert await notebook.notes() == roles([1, 2])


async def test_a_restart_goes_on_behind_the_checkpoint(notebook, listening, talk):
    await say(talk, range(5))
    task = await listening()
    await notebook.noted(5)
    task.cancel()
    await notebook.pool.execute("TRUNCATE inbox")  # the checkpoint alone must do
    await say(talk, range(5, 8))
    await listening()
    await notebook.noted(8)
    assert await notebook.notes() == roles(range(8))


async def test_a_consumer_deleted_on_the_server_is_made_anew(notebook, listening, talk, bus):
    await listening()
    await say(talk, range(5))
    await notebook.noted(5)
    await bus.api("CONSUMER.DELETE.grid.intake-grid")
    await say(talk, range(5, 10))
    await notebook.noted(10)
    assert await notebook.notes() == roles(range(10))


async def test_poison_ends_in_dead_letters_once_and_the_rest_flows_on(notebook, listening, talk):
    await say(talk, [0])
    await talk.puts("grid.post.released.v1.34.04.02", b'{"not": "an event"')
    await say(talk, [1])
    await listening()
    await notebook.noted(2)
    assert await notebook.notes() == roles([0, 1])
    (letter,) = await dead_letters.list_after(notebook.pool, 0, 10)
    assert (letter.durable, letter.sequence) == ("intake-grid", 2)


async def test_a_stumbling_policy_leaves_nothing_behind_and_is_replayed_after_the_fix(
    notebook, listening, talk
):
    notebook.stumbles_over = {"r1"}
    await say(talk, range(3))
    await listening()
    await notebook.noted(2)
    assert await notebook.notes() == roles([0, 2])
    (letter,) = await dead_letters.list_after(notebook.pool, 0, 10)
    assert letter.error == "RuntimeError: stumbled"
    notebook.stumbles_over = set()
    async with notebook.pool.acquire() as db, db.transaction():
        assert await dead_letters.replay(db, letter.id, [notebook.listener])
    assert await notebook.notes() == roles([0, 2, 1])
    assert await dead_letters.list_after(notebook.pool, 0, 10) == []


async def test_a_second_replica_stands_by_and_takes_over(notebook, listening, talk):
    first = await listening()
    await say(talk, range(3))
    await notebook.noted(3)
    await listening()
    first.cancel()
    await say(talk, range(3, 6))
    await notebook.noted(6)
    assert await notebook.notes() == roles(range(6))
