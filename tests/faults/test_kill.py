"""Kill any one process at a random moment under load: nothing lost, nothing doubled."""

import asyncio
import random
import signal

from contracts.intake import CaseFiled
from liuchi.processes import end
from tests.faults import truth
from tests.faults.load import Load

VICTIMS = ("intake", "grid", "volunteer", "reporting", "nats", "postgres")
SEED = 6


def programs(stack):
    """Name → (its process, what starts it again)."""
    servers = {"nats": stack.nats, "postgres": stack.postgres}
    return servers | {one.name: one for one in stack.services}


async def kill_and_restart(stack, name):
    victim = programs(stack)[name]
    end(victim.program.pid(), signal.SIGKILL)
    await asyncio.to_thread(victim.start)
    for service in stack.services:
        await asyncio.to_thread(service.await_ready)


async def test_killing_any_process_loses_and_doubles_nothing(stack, staffed, liuchi, request):
    rounds = request.config.getoption("--rounds")
    chance = random.Random(SEED)
    victims = [VICTIMS[number % len(VICTIMS)] for number in range(rounds)]
    chance.shuffle(victims)
    load = Load(stack, staffed)
    async with load.running():
        for victim in victims:
            await asyncio.sleep(chance.uniform(0.5, 2.5))  # the random moment
            await kill_and_restart(stack, victim)
    await truth.settled(stack)

    filed = {one.event.case_id for one in await truth.said(stack, "intake") if is_filing(one)}
    assert len(load.accepted) > 20 * rounds
    assert filed == set(load.accepted.values())
    await truth.assert_streams_are_the_logs(stack)
    await truth.assert_nothing_is_dead(stack)
    await truth.assert_cube_is_the_rebuilt_cube(stack, liuchi)


def is_filing(envelope):
    return isinstance(envelope.event, CaseFiled)
