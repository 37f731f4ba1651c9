"""What an operator does with a running system: watch events, look after dead letters."""

import asyncio
import json
import shutil
import signal
from uuid import uuid4

import httpx2
import pytest

from chassis.dead_letters import bury
from chassis.event_log import Origin, append, next_in
from chassis.pull import Message
from contracts import durable, nats_subject
from contracts.intake import CaseWithdrawn
from contracts.volunteer import TeamFormed
from liuchi.connections import database, operator_bus
from liuchi.processes import end, wait_until

TEAM = TeamFormed(
    area="340402001002",
    time="2024-03-04T05:06:07Z",
    team_id="018e0a5e-0000-7000-8000-000000000001",
    kind="community",
)
WITHDRAWN = CaseWithdrawn(
    area="340402001002",
    time="2024-03-04T05:06:07Z",
    case_id="018e0a5e-0000-7000-8000-000000000002",
    kind="request",
    step="withdrawn",
)
STREAM = f"team-{TEAM.team_id}"


async def say(system, envelope):
    async with database(system, "volunteer") as pool, pool.acquire() as db:
        await append(db, [envelope])
    async with operator_bus(system) as bus:
        await bus.client.publish("kick.volunteer")


def test_an_event_is_shown_as_the_cloud_event_it_is(stack):
    (envelope,) = next_in(STREAM, 0, [TEAM], Origin())
    asyncio.run(say(stack.stack, envelope))
    words = ("events", "tail", "--no-follow", "--json", "--type", "volunteer.team")
    wait_until(lambda: STREAM in stack(*words).stdout, 60, lambda: "the event was not said")
    (line,) = stack(*words).stdout.splitlines()
    assert json.loads(line)["id"] == str(envelope.id)


def test_a_bus_that_came_back_empty_is_told_and_refilled_under_running_services(stack):
    (envelope,) = next_in(f"team-{uuid4()}", 0, [TEAM], Origin())
    asyncio.run(say(stack.stack, envelope))
    words = ("events", "tail", "--no-follow", "--json", "--type", "volunteer")
    wait_until(lambda: str(envelope.id) in stack(*words).stdout, 60, lambda: "it was not said")
    before = stack(*words).stdout
    nats = stack.stack.nats
    end(nats.program.pid(), signal.SIGKILL)
    shutil.rmtree(nats.store)
    assert stack("up", "--no-demo").returncode == 0
    assert "run `liuchi bus restore`" in stack("status").stdout
    assert stack("bus", "restore").returncode == 0
    assert stack(*words).stdout == before


def test_a_filter_that_cannot_be_is_refused_in_a_sentence(stack):
    done = stack("events", "tail", "--area", "3404")
    assert done.returncode == 1
    assert done.stderr.startswith("3404 is no area")


def test_an_app_is_given_a_key_that_holds_at_once(stack):
    url = f"{stack.stack.settings.url('intake')}/open311/v2/requests.json"
    done = stack("open311-key", "lamp_app")
    assert done.returncode == 0, done.stderr
    form = {"api_key": done.stdout.strip(), "service_code": "no_such"}
    assert httpx2.post(url, data=form).status_code == 404
    assert httpx2.post(url, data={**form, "api_key": "another"}).status_code == 403
    refused = stack("open311-key", "Li Lei")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "a name in small letters" in refused.stderr


@pytest.fixture
def letter(stack):
    """Bury a message volunteer could not handle; returns its id as the command line takes it."""

    async def bury_one(body):
        async with database(stack.stack, "volunteer") as pool, pool.acquire() as db:
            sequence = 1_000_000 + uuid4().int % 1_000_000
            message = Message(sequence, nats_subject(WITHDRAWN), body, "")
            name = durable("volunteer", "intake")
            await bury(db, name, message, ValueError("never shown: it may quote a person"), 5)
            return str(await db.fetchval("SELECT max(id) FROM dead_letters"))

    return bury_one


async def test_a_dead_letter_is_told_listed_shown_and_dropped(stack, letter):
    number = await letter(b"poison")
    assert "volunteer: dead letters" in stack("status").stdout
    assert "ValueError" in stack("dead-letters", "list").stdout
    assert "body: poison" in stack("dead-letters", "show", "volunteer", number).stdout
    failed_again = stack("dead-letters", "replay", "volunteer", number)
    assert failed_again.returncode == 1
    assert stack("dead-letters", "drop", "volunteer", number).returncode == 0
    gone = stack("dead-letters", "drop", "volunteer", number)
    assert f"There is no dead letter {number}" in gone.stderr


async def test_a_dead_letter_that_can_be_handled_now_is_replayed(stack, letter):
    (envelope,) = next_in(f"case-{WITHDRAWN.case_id}", 0, [WITHDRAWN], Origin())
    number = await letter(envelope.to_json())
    done = stack("dead-letters", "replay", "volunteer", number)
    assert done.returncode == 0, done.stderr
    assert "no dead letters" in stack("dead-letters", "list", "--service", "volunteer").stdout
