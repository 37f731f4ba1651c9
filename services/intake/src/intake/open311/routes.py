"""Everything under /open311/v2 put together, and the two lists that need no cases."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response

from chassis.service import Here
from intake.api.reading import limited_reads, open_to_all
from intake.desk import AtDesk
from intake.open311 import jurisdictions, reports, requests
from intake.open311.answers import MEDIA, RESPONSES, Asked, Content, Standard, answer
from intake.open311.language import Say
from intake.open311.provider import ProviderFile
from intake.open311.requests import Jurisdiction
from intake.open311.services import definition, listed, request_types
from intake.settings import Settings
from intake.tables import areas

PREFIX = "/open311/v2"
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"


def routes(settings: Settings) -> APIRouter:
    """Raises ProviderRefused when the operator's file cannot be used."""
    file = ProviderFile.opened(settings.open311_file)
    router = APIRouter(prefix=PREFIX, tags=["open311"], responses=RESPONSES)
    router.include_router(_services(file))
    router.include_router(requests.routes(settings, [limited_reads]))
    router.include_router(reports.routes(settings, file))
    return router


def _services(file: ProviderFile) -> APIRouter:
    router = APIRouter(route_class=Standard, dependencies=open_to_all)
    started_at = datetime.now(UTC).isoformat(timespec="seconds")

    @router.get("/discovery.{format}")
    async def discover(format: Asked, request: Request) -> Response:
        """Where all this is. Kinds are read at the start, so the last change is no later."""
        provider = file.now()
        endpoint: Content = {
            "specification": SPECIFICATION,
            "url": f"{str(request.base_url).rstrip('/')}{PREFIX}",
            "changeset": started_at,
            "type": provider.type,
            "formats": [media.partition(";")[0] for media in MEDIA.values()],
        }
        discovery: Content = {
            "changeset": started_at,
            "contact": provider.contact,
            "key_service": provider.key_service,
            "endpoints": [endpoint],
        }
        return answer(format, "discovery", discovery)

    @router.get("/services.{format}")
    async def list_services(
        format: Asked, here: Here, desk: AtDesk, say: Say, asked: Annotated[Jurisdiction, Query()]
    ) -> Response:
        async with here.connection() as db:
            await jurisdictions.served(db, asked.jurisdiction_id)
        found = [listed(each, say) for each in request_types(desk.kinds).values()]
        return answer(format, "services", found)

    @router.get("/services/{service_code}.{format}")
    async def show_service(
        format: Asked,
        here: Here,
        desk: AtDesk,
        say: Say,
        service_code: str,
        asked: Annotated[Jurisdiction, Query()],
    ) -> Response:
        found = request_types(desk.kinds).get(service_code)
        async with here.connection() as db:
            city = await jurisdictions.served(db, asked.jurisdiction_id)
            names = await areas.within(db, city) if found else {}
        if found is None:
            raise HTTPException(404, "service_code was not found: ask for the list of services.")
        return answer(format, "service_definition", definition(found, _places(names), say))

    return router


def _places(names: dict[str, str]) -> list[tuple[str, str]]:
    """Villages and townships, each with what it lies in, from the widest down."""
    return [
        (
            code,
            " ".join(names[each] for each in reversed(jurisdictions.around(code)) if each in names),
        )
        for code in names
        if code[6:9] != "000"
    ]
