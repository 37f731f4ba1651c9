"""docker-compose.yml: accepted by Debian's docker-compose, shut to the world, each secret apart."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from contracts import SERVICES

ROOT = Path(__file__).parents[2]
JOBS = ("bus", "issuer", *(f"migrate-{service}" for service in SERVICES))

needs_docker_compose = pytest.mark.skipif(
    shutil.which("docker-compose") is None, reason="apt-get install docker-compose"
)


@pytest.fixture(scope="module")
def composed():
    """The file as docker-compose understands it."""
    done = subprocess.run(
        [str(shutil.which("docker-compose")), "--profile", "tools", "config"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return yaml.safe_load(done.stdout)["services"]


@needs_docker_compose
def test_it_has_two_servers_four_services_and_their_jobs(composed):
    assert set(composed) == {"nats", "postgres", "operator", *SERVICES, *JOBS}


@needs_docker_compose
def test_every_port_is_bound_to_this_machine_alone(composed):
    ports = [port for service in composed.values() for port in service.get("ports", ())]
    assert len(ports) == 2 + len(SERVICES)
    assert all(port.startswith("127.0.0.1:") for port in ports)


@needs_docker_compose
@pytest.mark.parametrize("service", SERVICES)
def test_a_service_waits_for_its_jobs_and_they_for_healthy_servers(composed, service):
    waits = {name: how["condition"] for name, how in composed[service]["depends_on"].items()}
    jobs = ("bus", "issuer", f"migrate-{service}")
    assert waits == dict.fromkeys(jobs, "service_completed_successfully")
    for job, server in (("bus", "nats"), (f"migrate-{service}", "postgres")):
        assert composed[job]["depends_on"] == {server: {"condition": "service_healthy"}}


@needs_docker_compose
@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_given_its_own_secrets_only(composed, service):
    text = str(composed[service]["environment"])
    assert f"{service}-development" in text
    others = {*SERVICES, "operator", "postgres"} - {service}
    assert not [other for other in others if f"{other}-development" in text]


@pytest.mark.parametrize("lines", [["USER 10001:10001"], ["HEALTHCHECK", "/health/ready"]])
def test_the_image_runs_as_nobody_special_and_tells_its_health(lines):
    text = (ROOT / "deploy" / "service.Dockerfile").read_text()
    assert all(line in text for line in lines)


def test_what_a_container_installs_is_what_was_tested():
    """Every version with every hash: deploy/runtime.lock is a part of requirements.lock."""
    tested, installed = (
        set(re.findall(r"^\S+==[^\s;]+|--hash=\S+", (ROOT / name).read_text(), re.MULTILINE))
        for name in ("requirements.lock", "deploy/runtime.lock")
    )
    assert installed <= tested, "run `make lock`"
