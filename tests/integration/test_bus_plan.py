"""`liuchi bus plan` and `apply`: the bus is what the CATALOGUE says, and nothing is lost for it."""

import pytest

from contracts import SERVICES, durable, speakers_heard_by
from liuchi.bus import apply, plan
from tests.integration.conversation import Conversation

DURABLES = [(durable(one, other), other) for one in SERVICES for other in speakers_heard_by(one)]


async def states(bus):
    return {item.name: item.state for item in await plan(bus)}


async def test_a_bus_made_by_apply_has_no_drift(bus):
    assert set((await states(bus)).values()) == {"same"}
    assert await apply(bus) == []


async def test_there_is_a_stream_for_each_service_and_a_durable_for_each_conversation(bus):
    names = {f"stream {service}" for service in SERVICES}
    assert set(await states(bus)) == names | {f"durable {name}" for name, _ in DURABLES}


async def test_what_is_missing_is_planned_and_made(bus):
    await bus.api("STREAM.DELETE.grid")
    missing = {name for name, state in (await states(bus)).items() if state == "missing"}
    assert missing == {"stream grid", "durable intake-grid", "durable volunteer-grid"} | {
        "durable reporting-grid"
    }
    assert {item.name for item in await apply(bus)} == missing
    assert set((await states(bus)).values()) == {"same"}


async def test_a_changed_stream_is_shown_field_by_field_and_mended_with_its_events(bus):
    await Conversation(bus).puts("intake.case.filed.v1.34.04.02", b"{}")
    config = (await bus.api("STREAM.INFO.intake"))["config"]
    await bus.api("STREAM.UPDATE.intake", {**config, "max_bytes": 10_000, "allow_atomic": False})
    (drifted,) = [item for item in await plan(bus) if item.state == "drift"]
    assert drifted.drift == {"max_bytes": (-1, 10_000), "allow_atomic": (True, None)}
    await apply(bus)
    assert set((await states(bus)).values()) == {"same"}
    assert (await bus.api("STREAM.INFO.intake"))["state"]["messages"] == 1


@pytest.mark.parametrize(("name", "stream"), DURABLES)
async def test_a_changed_durable_is_mended_where_it_stands(bus, name, stream):
    info = await bus.api(f"CONSUMER.INFO.{stream}.{name}")
    changed = {**info["config"], "filter_subjects": [f"{stream}.nothing.>"], "max_deliver": 3}
    request = {"stream_name": stream, "config": changed, "action": "update"}
    await bus.api(f"CONSUMER.CREATE.{stream}.{name}", request)
    (drifted,) = [item for item in await plan(bus) if item.state == "drift"]
    assert set(drifted.drift) == {"filter_subjects", "max_deliver"}
    await apply(bus)
    mended = await bus.api(f"CONSUMER.INFO.{stream}.{name}")
    assert mended["config"]["filter_subjects"] == info["config"]["filter_subjects"]
    assert mended["created"] == info["created"]


async def test_where_a_listener_begins_is_no_drift(bus):
    config = (await bus.api("CONSUMER.INFO.grid.intake-grid"))["config"]
    await bus.api("CONSUMER.DELETE.grid.intake-grid")
    begin = {**config, "deliver_policy": "by_start_sequence", "opt_start_seq": 5}
    request = {"stream_name": "grid", "config": begin, "action": "create"}
    await bus.api("CONSUMER.CREATE.grid.intake-grid", request)
    assert set((await states(bus)).values()) == {"same"}


async def test_what_the_catalogue_does_not_know_is_left_alone(bus):
    await bus.api("STREAM.CREATE.elsewhere", {"name": "elsewhere", "subjects": ["elsewhere.>"]})
    await apply(bus)
    assert (await bus.api("STREAM.INFO.elsewhere"))["config"]["name"] == "elsewhere"
