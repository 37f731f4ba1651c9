"""The relay: in order, exactly once, whatever happens to it or to the bus."""

import asyncio
from uuid import uuid4

import pytest

from chassis.bus import BusRefused
from chassis.execute import execute, execute_many
from chassis.outbox.publish import publish
from chassis.outbox.recovery import BusDisagrees, recover, restore
from chassis.outbox.relay import LINGER_SECONDS, Relay
from tests.integration.chassis.teams import Form, Join, decider, stream
from tests.integration.conversation import Conversation

OUTBOX = "SELECT id, subject, body FROM outbox JOIN events USING (position) ORDER BY position"
WAITING = "SELECT count(*) FROM outbox"
BY_POSITION = "SELECT id FROM events ORDER BY position"


@pytest.fixture
async def pool(database):
    return await database("chassis", "volunteer")


@pytest.fixture
async def wire(bus, connect):
    """The bus as the volunteer service sees it, with empty streams."""
    return await connect("volunteer")


@pytest.fixture
def talk(bus, pool):
    return Conversation(bus, {"volunteer": pool})


async def form_teams(pool, count):
    commands = [(stream(team_id), Form(team_id)) for team_id in (uuid4() for _ in range(count))]
    await execute_many(pool, decider, commands)


async def empty(pool):
    async with asyncio.timeout(10):
        while await pool.fetchval(WAITING):
            await asyncio.sleep(0.01)


async def faulty(relay):
    async with asyncio.timeout(10):
        while not relay.fault:
            await asyncio.sleep(0.01)


async def relayed(pool, wire, until_empty=True):
    """Run a relay until the outbox is empty; returns it, stopped."""
    relay = Relay(pool, wire, "volunteer")
    task = asyncio.create_task(relay.run())
    try:
        await (empty(pool) if until_empty else faulty(relay))
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    return relay


async def ids_said(talk):
    return [envelope.id for envelope in await talk.all_said("volunteer")]


async def ids_recorded(pool):
    return [row["id"] for row in await pool.fetch(BY_POSITION)]


async def test_everything_recorded_is_said_once_in_order(pool, wire, talk):
    await form_teams(pool, 1234)
    await relayed(pool, wire)
    assert await ids_said(talk) == await ids_recorded(pool)


async def test_a_lone_event_goes_out_too(pool, wire, talk):
    await form_teams(pool, 1)
    await relayed(pool, wire)
    assert await ids_said(talk) == await ids_recorded(pool)


async def test_a_relay_that_died_before_recording_repeats_nothing(pool, wire, talk):
    await form_teams(pool, 700)
    await publish(wire, await pool.fetch(OUTBOX + " LIMIT 500"), 0)
    await relayed(pool, wire)
    assert await ids_said(talk) == await ids_recorded(pool)


async def test_a_zombie_relay_is_fenced_off(pool, wire, talk):
    await form_teams(pool, 20)
    outside_the_duplicate_window = [{**row, "id": uuid4()} for row in await pool.fetch(OUTBOX)]
    await relayed(pool, wire)
    with pytest.raises(BusRefused, match="wrong last sequence"):
        await publish(wire, outside_the_duplicate_window, 0)
    assert await ids_said(talk) == await ids_recorded(pool)


async def test_two_relays_at_once_say_everything_once(pool, wire, talk):
    await form_teams(pool, 900)
    await asyncio.gather(relayed(pool, wire), relayed(pool, wire))
    assert await ids_said(talk) == await ids_recorded(pool)


class Interrupted(Relay):
    """Something happens between reading the first batch and reading the next."""

    meanwhile = None

    async def _send(self, db, batch, last):
        happens, self.meanwhile = self.meanwhile, None
        if happens:
            await happens()
        return await super()._send(db, batch, last)


async def test_an_event_committed_late_does_not_let_its_successor_overtake(pool, wire, talk):
    slow = uuid4()
    relay = Interrupted(pool, wire, "volunteer")
    async with pool.acquire() as db:
        late = db.transaction()
        await late.start()
        await execute(db, decider, stream(slow), Form(slow))
        await form_teams(pool, 600)

        async def commit_late():
            await late.commit()
            await execute(pool, decider, stream(slow), Join(slow, uuid4()))

        relay.meanwhile = commit_late
        task = asyncio.create_task(relay.run())
        await empty(pool)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    said = await talk.all_said("volunteer")
    assert [one.version for one in said if one.subject == stream(slow)] == [1, 2]
    assert len(said) == 602


async def test_a_wiped_bus_is_noticed_and_refilled_with_the_same_events(pool, wire, bus, talk):
    await form_teams(pool, 300)
    await relayed(pool, wire)
    await form_teams(pool, 800)
    await relayed(pool, wire)
    before = await talk.all_said("volunteer")
    config = (await bus.api("STREAM.INFO.volunteer"))["config"]
    await bus.api("STREAM.DELETE.volunteer")
    await bus.api("STREAM.CREATE.volunteer", config)
    await form_teams(pool, 5)
    relay = await relayed(pool, wire, until_empty=False)
    assert "liuchi bus restore" in relay.fault
    assert await restore(pool, wire, "volunteer") == 1100
    assert await talk.all_said("volunteer") == before
    await relayed(pool, wire)
    assert len(await talk.all_said("volunteer")) == 1105


async def test_somebody_elses_events_stop_the_relay(pool, wire, talk):
    await form_teams(pool, 3)
    await talk.puts("volunteer.team.formed.v1.34.04.02", b"{}")
    async with pool.acquire() as db:
        with pytest.raises(BusDisagrees, match="not ours"):
            await recover(db, wire, "volunteer")


async def test_a_replica_that_stands_by_tells_the_leader_at_once_and_then_once_for_many(
    pool, connect
):
    heard, leader = [], await connect("volunteer")

    async def on_kick(_msg):
        heard.append(asyncio.get_running_loop().time())

    await leader.client.subscribe("kick.volunteer", cb=on_kick)
    await leader.client.flush()
    relay = Relay(pool, await connect("volunteer"), "volunteer")
    for _ in range(20):
        relay.kick()
    await asyncio.sleep(4 * LINGER_SECONDS)
    assert len(heard) == 2
    assert heard[1] - heard[0] > LINGER_SECONDS / 2
    relay.kick()
    await asyncio.sleep(4 * LINGER_SECONDS)
    assert len(heard) == 3
