"""The bus goes away, or comes back empty."""

import asyncio
import shutil
import signal

from contracts.intake import CaseFiled
from liuchi.processes import end
from tests.faults import truth
from tests.faults.load import Load


async def test_what_is_filed_while_the_bus_is_down_is_all_delivered_after(
    stack, staffed, liuchi, request
):
    load = Load(stack, staffed)
    end(stack.nats.program.pid(), signal.SIGKILL)
    async with load.running():
        await asyncio.sleep(request.config.getoption("--outage"))
    accepted_meanwhile = len(load.accepted)
    await asyncio.to_thread(stack.nats.start)
    await truth.settled(stack)
    filed = [one for one in await truth.said(stack, "intake") if isinstance(one.event, CaseFiled)]
    assert accepted_meanwhile > 50
    assert {one.event.case_id for one in filed} == set(load.accepted.values())
    await truth.assert_streams_are_the_logs(stack)


async def test_a_wiped_bus_is_refilled_with_the_same_ids_and_figures_stay(
    stack, staffed, liuchi, figures
):
    load = Load(stack, staffed)
    async with load.running():
        await asyncio.sleep(5)
    await truth.settled(stack)
    before = [one.id for one in await truth.said(stack, "intake")]
    figures_before = await figures()

    end(stack.nats.program.pid(), signal.SIGKILL)
    shutil.rmtree(stack.nats.store)
    await asyncio.to_thread(stack.nats.start)
    for words in ("apply", "restore"):
        await asyncio.to_thread(liuchi, "bus", words)
    await truth.settled(stack)

    assert [one.id for one in await truth.said(stack, "intake")] == before
    assert await figures() == figures_before
    async with load.running():
        await asyncio.sleep(2)
    await truth.settled(stack)
    await truth.assert_streams_are_the_logs(stack)
    await truth.assert_cube_is_the_rebuilt_cube(stack, liuchi)
