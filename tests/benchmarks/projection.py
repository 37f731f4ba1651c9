"""Reporting's projection and rebuild, on a stream of 100,000 case events."""

import asyncio
from uuid import uuid4

from asyncpg import Pool
from faststream import AckPolicy
from faststream.nats import ConsumerConfig, JStream, NatsBroker, NatsMessage, PullSub

from chassis.bus import Bus
from chassis.listen import Listener, listen
from chassis.pull import Message, pulling
from reporting.metric_files import load
from reporting.projection import effects, store
from reporting.rebuild import rebuild
from reporting.rules import compiled
from reporting.settings import SHIPPED
from reporting.subscribers import listeners
from tests.benchmarks.city import say_all
from tests.benchmarks.measure import Ratio, per_second, rates
from tests.benchmarks.world import World

EVENTS = 100_000
ONE_BY_ONE = 1_500
HANDLED = "SELECT sequence FROM checkpoints WHERE durable = 'reporting-intake'"
FORGET = "TRUNCATE facts, cube, memberships, cases, checkpoints"
METRICS = load(SHIPPED)


async def projection(world: World) -> Ratio:
    await world.empty_streams()
    async with (
        world.database("reporting") as pool,
        world.bus("intake") as speaker,
        world.bus("reporting") as wire,
    ):
        last = await say_all(speaker, EVENTS)
        (listener,) = (one for one in listeners(METRICS) if one.stream == "intake")

        async def project() -> float:
            await pool.execute(FORGET)
            return await per_second(lambda: _follow(listener, pool, wire, last))

        found = await rates(project, lambda: per_second(lambda: _read(listener, wire, last)))
    return Ratio("projection ÷ raw read without decoding", "events/s", *found, 0.30, 0.50)


async def rebuilding(world: World) -> Ratio:
    await world.empty_streams()
    async with (
        world.database("reporting") as pool,
        world.bus("intake") as speaker,
        world.bus("reporting") as wire,
    ):
        last = await say_all(speaker, EVENTS)
        (listener,) = (one for one in listeners(METRICS) if one.stream == "intake")
        await _follow(listener, pool, wire, last)

        async def replay() -> float:
            done = await rebuild(world.servers.database_url("reporting"), wire, METRICS)
            return done.events / done.seconds

        url = world.servers.nats_url("operator")
        found = await rates(replay, lambda: per_second(lambda: _faststream(url, pool)), rounds=3)
    return Ratio("rebuild ÷ FastStream, a transaction each", "events/s", *found, 30, 100)


async def _follow(listener: Listener, pool: Pool, wire: Bus, last: int) -> int:
    task = asyncio.create_task(listen(listener, pool, wire, lambda: None))
    while (await pool.fetchval(HANDLED) or 0) < last:
        await asyncio.sleep(0.02)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return last


async def _read(listener: Listener, wire: Bus, last: int) -> int:
    place = listener.stream, listener.durable, listener.subjects
    async with pulling(wire, *place, 0, listener.most) as pull:
        sequence = 0
        while sequence < last:
            batch = await pull.batch()
            sequence = batch[-1].sequence
            await pull.ack(batch[-1])
    return last


async def _faststream(url: str, pool: Pool) -> int:
    """The same work by its book: a message, a transaction, an acknowledgement."""
    broker = NatsBroker(url, inbox_prefix="_INBOX.operator", logger=None)
    rules = compiled(METRICS.values())
    handled, all_handled = 0, asyncio.Event()

    @broker.subscriber(
        "intake.case.>",
        stream=JStream("intake", declare=False),
        durable=f"yardstick-{uuid4().hex}",
        pull_sub=PullSub(batch_size=1),
        config=ConsumerConfig(filter_subjects=["intake.case.>"]),
        ack_policy=AckPolicy.NACK_ON_ERROR,
        inbox_prefix=b"_INBOX.operator.",
    )
    async def count(message: NatsMessage) -> None:
        nonlocal handled
        raw = message.raw_message
        one = Message(raw.metadata.sequence.stream, raw.subject, raw.data)
        async with pool.acquire() as db, db.transaction():
            await store(db, effects([one], rules), rules)
        handled += 1
        if handled == ONE_BY_ONE:
            all_handled.set()

    await broker.start()
    await all_handled.wait()
    done = handled
    await broker.stop()
    return done
