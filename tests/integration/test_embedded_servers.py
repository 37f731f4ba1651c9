"""The embedded servers survive what happens on a machine: kills, leftovers, taken ports."""

import os
import signal
import socket

import asyncpg
import pytest

from chassis.bus import Bus
from liuchi import bus as topology
from liuchi.permissions import OPERATOR
from liuchi.processes import StackError, end
from tests.integration.conversation import Conversation
from tests.servers import Servers


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """Servers that a test may kill, and starts again."""
    servers = Servers.start(tmp_path_factory.mktemp("own"))
    yield servers
    servers.stop()


def kill(server):
    end(server.program.pid(), signal.SIGKILL)


async def test_postgres_keeps_what_was_committed_when_it_is_killed(own):
    connection = await asyncpg.connect(own.postgres.admin_url)
    await connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    kill(own.postgres)
    connection.terminate()
    own.postgres.start()
    connection = await asyncpg.connect(own.postgres.admin_url)
    assert await connection.fetchval("SELECT one FROM kept") == 1
    await connection.close()


async def test_the_bus_keeps_what_was_acknowledged_when_it_is_killed(own):
    bus = Bus(own.nats_url(OPERATOR), OPERATOR)
    await bus.connect()
    await topology.apply(bus)
    sequence = await Conversation(bus).puts("intake.case.filed.v1.34.04.02", b"{}")
    await bus.close()
    kill(own.nats)
    own.nats.start()
    bus = Bus(own.nats_url(OPERATOR), OPERATOR)
    await bus.connect()
    assert (await bus.api("STREAM.INFO.intake"))["state"]["last_seq"] == sequence
    await bus.close()


@pytest.mark.parametrize("name", ["nats", "postgres"])
def test_starting_twice_starts_once(own, name):
    server = getattr(own, name)
    pid = server.program.pid()
    server.start()
    assert server.program.pid() == pid


@pytest.mark.parametrize("name", ["nats", "postgres"])
def test_a_stranger_with_a_reused_pid_is_not_taken_for_the_server(own, name):
    server = getattr(own, name)
    server.stop()
    server.program.pid_file.write_text(f"{os.getpid()}\n")
    assert server.program.pid() is None
    server.start()
    assert server.program.pid() not in (None, os.getpid())


@pytest.mark.parametrize("name", ["nats", "postgres"])
def test_a_taken_port_is_told_in_a_sentence(own, name):
    server = getattr(own, name)
    server.stop()
    with (
        socket.create_server(("127.0.0.1", server.port)),
        pytest.raises(StackError, match="in use"),
    ):
        server.start(within=3)
    server.start()
