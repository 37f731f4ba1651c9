"""A process that files over HTTP, carries the trace as the bus would, and handles what it hears."""

import asyncio
import sys

import httpx2
from fastapi import APIRouter, FastAPI

from chassis import telemetry
from chassis.access import public
from chassis.web.edge import Observed

router = APIRouter(prefix="/v1")
said = []


@router.post("/cases/{receipt}", dependencies=[public])
async def file_case(receipt: str) -> None:
    said.append(telemetry.traceparent())


async def main(endpoint, share, *traceparents):
    telemetry.start("traced", endpoint=endpoint or None, share=float(share))
    app = FastAPI(telemetry={"tracing": False, "metrics": False, "logs": False})
    app.include_router(router)
    app.add_middleware(Observed)
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://traced") as client:
        for traceparent in traceparents or (None,):
            headers = {"traceparent": traceparent} if traceparent else {}
            await client.post("/v1/cases/SECRET?phone=13800001111", headers=headers)
    for header in list(said):
        with telemetry.continued(header, "policy intake.case.filed.v1"):
            said.append(telemetry.traceparent())
    sys.stdout.write("\n".join(said))


asyncio.run(main(*sys.argv[1:]))
