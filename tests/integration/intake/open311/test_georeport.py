"""The client `georeport` of others reads what is served here, over a real socket."""

import asyncio

import pytest
import uvicorn
from georeport import GeoReport

from tests.integration.intake.open311.served import CITY
from tests.integration.intake.town import VILLAGE
from tests.servers import free_port


@pytest.fixture
async def address(served):
    """Where the town answers, until the test ends."""
    port = free_port()
    config = uvicorn.Config(served.town.app, port=port, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{port}/open311/v2"
    server.should_exit = True
    await serving


@pytest.mark.parametrize("output_format", ["json", "xml"])
async def test_it_reads_services_their_definitions_and_requests(served, address, output_format):
    client = GeoReport(address, jurisdiction=CITY, output_format=output_format)
    lamp, well = await served.files(), await served.files(service_code="request.safety")
    await served.town.takes(lamp, "withdrawn")

    services = await asyncio.to_thread(client.get_service_list)
    assert {"request.environment", "request.safety"} <= {one["service_code"] for one in services}
    definition = await asyncio.to_thread(client.get_service_definition, "request.safety")
    assert definition["service_code"] == "request.safety"

    both = await asyncio.to_thread(client.get_service_requests)
    assert [(one["service_request_id"], one["status"]) for one in both] == [
        (well, "open"),
        (lamp, "closed"),
    ]
    shown = await asyncio.to_thread(client.get_service_request, well)
    assert (shown["service_name"], shown["address_id"]) == ("公共安全", VILLAGE)
    assert shown["description"] is None
