"""A stack that the tests of this folder may kill and stop: it holds nothing of anybody else's."""

import pytest

from contracts import SERVICES
from tests.servers import free_port
from tests.system.operator.command_line import CommandLine

PORTS = ("NATS", "POSTGRES", *(service.upper() for service in SERVICES))


@pytest.fixture(scope="package")
def stack(tmp_path_factory):
    """Up before the first test, without the demo city; every test leaves it up."""
    home = tmp_path_factory.mktemp("stack") / "home"
    ports = {f"LIUCHI_{name}_PORT": str(free_port()) for name in PORTS}
    command_line = CommandLine(home, {"LIUCHI_HOME": str(home), **ports})
    done = command_line("up", "--no-demo")
    try:
        assert done.returncode == 0, done.stderr
        yield command_line
    finally:
        command_line("down")
    assert command_line.processes() == {}
