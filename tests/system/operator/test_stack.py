"""`liuchi up`, `status` and `down` run the whole system on this machine."""

import re
import signal

import httpx2

from contracts import SERVICES
from liuchi.processes import end
from tests.system.operator.command_line import CommandLine


def test_up_starts_two_servers_and_four_services(stack):
    assert set(stack.processes()) == {*SERVICES, "nats", "postgres"}


def test_all_is_well_after_up(stack):
    done = stack("status")
    assert done.returncode == 0, done.stdout
    assert all(re.search(rf"{service} +ready", done.stdout) for service in SERVICES)


def test_a_second_up_changes_nothing(stack):
    processes, files = stack.processes(), stack.files()
    done = stack("up", "--no-demo")
    assert (stack.processes(), stack.files()) == (processes, files)
    assert not re.search("started|made|applied|mended|ready at", done.stdout)


def test_secrets_are_for_their_owner_alone(stack):
    for name in ("secrets", "issuer/private.pem"):
        assert (stack.home / name).stat().st_mode & 0o077 == 0


def test_the_ports_of_up_are_remembered(stack):
    forgetful = CommandLine(stack.home, {"LIUCHI_HOME": str(stack.home)})
    assert forgetful("status").returncode == 0


def test_a_token_of_the_development_issuer_is_believed(stack):
    token = stack("token", "--role", "operator").stdout.strip()
    for service in stack.stack.services:
        headers = {"Authorization": f"Bearer {token}"}
        answer = httpx2.get(f"{service.url}/v1/status", headers=headers)
        assert answer.status_code == 200, answer.text
        assert answer.json()["service"] == service.name


def test_what_was_killed_is_told_by_status_and_brought_back_by_up(stack):
    processes = stack.processes()
    for name in ("intake", "nats", "postgres"):
        end(processes[name], signal.SIGKILL)
    told = stack("status")
    assert told.returncode == 1
    assert "intake: no answer" in told.stdout
    assert stack("up", "--no-demo").returncode == 0
    assert set(stack.processes()) == set(processes)
    assert stack("status").returncode == 0


def test_the_bus_is_as_planned(stack):
    done = stack("bus", "plan")
    assert done.returncode == 0, done.stdout


def test_down_leaves_no_process_and_up_finds_the_data_again(stack):
    files = stack.files()
    assert stack("down").returncode == 0
    assert stack.processes() == {}
    done = stack("up", "--no-demo")
    assert done.returncode == 0, done.stderr
    assert "applied" not in done.stdout
    assert stack.files() == files
