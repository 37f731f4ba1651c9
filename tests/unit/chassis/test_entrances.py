"""A door without a guard cannot be built."""

from typing import Annotated

import pytest
from fastapi import APIRouter, FastAPI
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from chassis.access import Caller, allow, public
from chassis.web.app import make_app
from chassis.web.entrances import Entrance, Unguarded, entrances
from tests.unit.chassis.issuer import Issuer


async def nothing():
    return None


def test_every_route_says_who_may_call_it():
    inner = APIRouter()
    inner.add_api_route("/cases", nothing, methods=["POST"], dependencies=[public])

    @inner.get("/cases/{case_id}")
    async def case(caller: Annotated[Caller, allow("reader", "dispatcher")]) -> None: ...

    outer = APIRouter()
    outer.include_router(inner, prefix="/v1")
    app = FastAPI(openapi_url=None)
    app.include_router(outer)
    assert entrances(app) == [
        Entrance("POST", "/v1/cases", None),
        Entrance("GET", "/v1/cases/{case_id}", ("reader", "dispatcher")),
    ]


def route_without_a_guard(router):
    router.add_api_route("/v1/open", nothing)


def route_with_two_guards(router):
    router.add_api_route("/v1/open", nothing, dependencies=[public, allow("reader")])


def websocket_without_a_guard(router):
    router.add_api_websocket_route("/v1/open", nothing)


def plain_route(router):
    router.routes.append(Route("/v1/open", Response))


def mounted_app(router):
    router.routes.append(Mount("/v1/open", FastAPI()))


@pytest.mark.parametrize(
    "add",
    [
        route_without_a_guard,
        route_with_two_guards,
        websocket_without_a_guard,
        plain_route,
        mounted_app,
    ],
)
def test_no_app_is_made_with_a(add, tmp_path):
    router = APIRouter()
    add(router)
    with pytest.raises(Unguarded, match="/v1/open needs exactly one of"):
        make_app("test", [router], Issuer(tmp_path / "jwks.json").settings())


def test_static_files_need_no_guard(tmp_path):
    app = FastAPI(openapi_url=None)
    app.mount("/assets", StaticFiles(directory=tmp_path))
    assert entrances(app) == []
