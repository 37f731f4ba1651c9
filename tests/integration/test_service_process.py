"""A service as a process of its own: it starts, or says why not."""

import socket
from base64 import b64encode

import pytest

from liuchi.processes import StackError
from liuchi.service_process import ServiceProcess


@pytest.fixture
def grid(tmp_path):
    """Without its database and bus: it starts all the same, and waits for them."""
    environment = {
        "GRID_DATABASE_URL": "postgresql://grid@127.0.0.1:1/grid",
        "GRID_NATS_URL": "nats://grid@127.0.0.1:1",
        "GRID_JWKS_URL": "file:///nowhere",
        "GRID_VAULT_KEY": b64encode(bytes(32)).decode(),
    }

    def make(port, **more):
        url = f"http://127.0.0.1:{port}"
        return ServiceProcess(
            "grid", url, tmp_path, {**environment, **more, "GRID_PORT": str(port)}
        )

    return make


def test_whoever_answers_at_its_port_already_is_not_taken_for_it(grid):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        service = grid(taken.getsockname()[1])
        with pytest.raises(StackError, match="in use by another program"):
            service.start()
    assert service.program.pid() is None


def test_a_missing_setting_is_told_in_a_sentence(grid):
    service = grid(1, GRID_VAULT_KEY="too short")
    service.start()
    with pytest.raises(StackError, match="GRID_VAULT_KEY is not right"):
        service.await_ready()


def test_a_service_without_its_database_runs_and_says_what_it_lacks(grid):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    service = grid(port)
    service.start()
    try:
        with pytest.raises(StackError, match=r"grid is not ready .*database"):
            service.await_ready(within=15)
    finally:
        service.stop()
    assert service.program.pid() is None
