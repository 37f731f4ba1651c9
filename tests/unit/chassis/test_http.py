"""The door of every service: each refusal is a problem with a sentence, and nothing leaks."""

import asyncio
import json
from datetime import datetime
from typing import Annotated
from uuid import UUID

import httpx2
import pytest
from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, field_validator

from chassis.access import Caller, OutsideArea, allow, public
from chassis.db import HistoryMoved
from chassis.decider import Refused
from chassis.web.app import make_app
from chassis.web.etag import IfMatch, tagged
from chassis.web.rate_limit import limited
from tests.unit.chassis.issuer import Issuer

router = APIRouter(prefix="/v1")


class Parcel(BaseModel):
    model_config = ConfigDict(extra="forbid")

    weight: int
    sent_at: datetime
    labels: list[UUID] = []

    @field_validator("weight")
    @classmethod
    def _not_negative(cls, weight):
        if weight < 0:
            raise ValueError("a parcel weighs something")
        return weight


FAULTS = {
    "refused": Refused("it was sent already: call it back first."),
    "named": Refused("f7e83cf4-6307-4dec-a0fc-bba52a68a5ee was sent already"),
    "listed": Refused("one_key takes no letters"),
    "moved": HistoryMoved("parcel-1"),
    "outside": OutsideArea("340402"),
    "missing": HTTPException(404, "No parcel has this number: look at its label."),
    "away": ConnectionRefusedError(111, "nobody there"),
    "slow": TimeoutError(),
    "bug": RuntimeError("half of it is missing"),
}


@router.post("/parcels", dependencies=[public])
async def send(parcel: Parcel) -> Parcel:
    return parcel


@router.get("/parcels", dependencies=[public])
async def several(first: int = 0) -> int:
    return first


@router.get("/faults/{name}", dependencies=[public])
async def fault(name: str) -> None:
    raise FAULTS[name]


@router.get("/parcels/{number}", dependencies=[public])
async def parcel(number: int, request: Request) -> Parcel:
    return tagged(request, Parcel(weight=number, sent_at=datetime.fromtimestamp(0)), version=3)  # noqa: DTZ006


@router.put("/parcels/{number}", dependencies=[public])
async def change(number: int, seen: IfMatch) -> None:
    seen.check(3)


@router.get("/staff")
async def staff(caller: Annotated[Caller, allow("dispatcher", "operator")]) -> str:
    return caller.territory


@router.get("/broken", dependencies=[public])
async def broken() -> StreamingResponse:
    async def half():
        yield b"half"
        raise RuntimeError("the other half")

    return StreamingResponse(half())


@pytest.fixture
def issuer(tmp_path):
    return Issuer(tmp_path / "jwks.json")


def talking_to(app):
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://door")


@pytest.fixture
async def client(issuer):
    async with talking_to(make_app("door", [router], issuer.settings())) as client:
        yield client


def the_problem(answer):
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["detail"].endswith(".")
    return problem


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "said"),
    [
        ("POST", "/v1/parcels", b"{", 400, "not JSON: it breaks off at character 1"),
        ("POST", "/v1/parcels", b"", 422, "#: Field required"),
        ("POST", "/v1/parcels", b"[]", 422, "#: Input should be"),
        ("POST", "/v1/parcels", b"\xff\xff\xff", 400, "parsing"),
        ("GET", "/v1/parcels?first=x", None, 422, "first: Input should be a valid integer"),
        ("GET", "/v1/nothing", None, 404, "/openapi.json lists what there is"),
        ("DELETE", "/v1/parcels", None, 405, "DELETE is not possible here. Possible: POST"),
        ("GET", "/v1/faults/refused", None, 409, "It was sent already: call it back first."),
        ("GET", "/v1/faults/named", None, 409, "f7e83cf4-6307-4dec-a0fc-bba52a68a5ee was sent"),
        ("GET", "/v1/faults/listed", None, 409, "one_key takes no letters."),
        ("GET", "/v1/faults/moved", None, 503, "Nothing was stored; send it again"),
        ("GET", "/v1/faults/outside", None, 403, "This lies outside yours"),
        ("GET", "/v1/faults/missing", None, 404, "look at its label"),
        ("GET", "/v1/faults/away", None, 503, "with the same Idempotency-Key"),
        ("GET", "/v1/faults/slow", None, 503, "with the same Idempotency-Key"),
        ("GET", "/v1/faults/bug", None, 500, "Something went wrong on our side"),
        ("GET", "/v1/staff", None, 401, "send the header Authorization: Bearer"),
    ],
)
async def test_every_refusal_is_a_problem_with_a_sentence(client, method, path, body, status, said):
    headers = {"content-type": "application/json"}
    answer = await client.request(method, path, content=body, headers=headers)
    assert answer.status_code == status
    assert said in the_problem(answer)["detail"]


async def test_what_is_not_as_expected_is_pointed_at_and_not_repeated(client):
    parcel = {"weight": "heavy as 13800001111", "labels": ["name of somebody"], "~/x": 1}
    answer = await client.post("/v1/parcels", json=parcel)
    problem = the_problem(answer)
    pointers = {fault["pointer"] for fault in problem["faults"]}
    assert pointers == {"#/weight", "#/sent_at", "#/labels/0", "#/~0~1x"}
    assert "13800001111" not in answer.text
    assert "somebody" not in answer.text


async def test_our_own_checks_speak_their_own_sentence(client):
    parcel = {"weight": -1, "sent_at": "2026-01-01T00:00:00Z"}
    problem = the_problem(await client.post("/v1/parcels", json=parcel))
    assert problem["faults"] == [{"pointer": "#/weight", "detail": "a parcel weighs something"}]


@pytest.mark.parametrize("path", ["/v1/faults/moved", "/v1/faults/away"])
async def test_what_passes_says_when_to_come_back(client, path):
    assert int((await client.get(path)).headers["retry-after"]) > 0


async def test_a_fault_tells_the_caller_nothing_of_itself(client):
    answer = await client.get("/v1/faults/bug")
    assert "half of it" not in answer.text


async def test_an_answer_that_breaks_off_is_cut_and_not_passed_off_as_whole(client):
    with pytest.raises(RuntimeError, match="the other half"):
        await client.get("/v1/broken")


TWO_MEGABYTES = [b"[" * 100_000] * 20


@pytest.mark.parametrize("path", ["/v1/parcels", "/v1/nothing"])
async def test_a_long_body_is_refused_by_its_declared_length(client, path):
    answer = await client.post(path, content=b"".join(TWO_MEGABYTES))
    assert answer.status_code == 413
    assert "at most 1000000 bytes" in the_problem(answer)["detail"]


async def test_a_long_body_is_refused_when_it_declares_no_length(client):
    sent = []

    async def chunks():
        for chunk in TWO_MEGABYTES:
            sent.append(chunk)
            yield chunk

    headers = {"content-type": "application/json"}
    answer = await client.post("/v1/parcels", content=chunks(), headers=headers)
    assert answer.status_code == 413
    assert "at most 1000000 bytes" in the_problem(answer)["detail"]


@pytest.mark.parametrize(
    ("roles", "status"),
    [(["dispatcher"], 200), (["operator", "x"], 200), (["admin"], 403), ([], 403)],
)
async def test_only_the_roles_a_route_names_come_in(client, issuer, roles, status):
    answer = await client.get("/v1/staff", headers=issuer.bearer(*roles))
    assert answer.status_code == status
    if status == 403:
        assert the_problem(answer)["detail"] == "This is for the role dispatcher or operator."


async def test_a_missing_token_is_answered_before_a_wrong_parameter(client):
    answer = await client.get("/v1/staff?first=x")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("path", ["/v1/parcels", "/v1/nothing", "/v1/faults/bug", "/health/live"])
async def test_every_answer_is_hardened(client, path):
    headers = (await client.get(path)).headers
    assert "http" not in headers["content-security-policy"]
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "script-src" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == ("no-store" if path.startswith("/v1") else "no-cache")


async def test_who_has_the_version_is_told_so(client):
    answer = await client.get("/v1/parcels/7")
    assert (answer.headers["etag"], answer.json()["weight"]) == ('"3"', 7)
    again = await client.get("/v1/parcels/7", headers={"if-none-match": '"2", "3"'})
    assert (again.status_code, again.content) == (304, b"")
    newer = await client.get("/v1/parcels/7", headers={"if-none-match": '"2"'})
    assert newer.status_code == 200


@pytest.mark.parametrize(
    ("seen", "status"),
    [(None, 200), ("*", 200), ('"3"', 200), ('"2", "3"', 200), ('"2"', 412), ('W/"3"', 412)],
)
async def test_nobody_changes_what_they_have_not_seen(client, seen, status):
    answer = await client.put("/v1/parcels/7", headers={"if-match": seen} if seen else {})
    assert answer.status_code == status
    if status == 412:
        assert "look at version 3" in the_problem(answer)["detail"]


async def test_readiness_names_what_is_missing(issuer, monkeypatch):
    monkeypatch.setattr("chassis.web.app.READY_SECONDS", 0.05)

    async def fine():
        return True

    async def down():
        return False

    async def breaks():
        raise OSError

    async def hangs():
        await asyncio.Event().wait()
        return True

    checks = {"database": fine, "bus": down, "disk": breaks, "clock": hangs}
    async with talking_to(make_app("door", [], issuer.settings(), ready=checks)) as client:
        answer = await client.get("/health/ready")
        assert answer.status_code == 503
        assert the_problem(answer)["detail"] == "Not ready yet, for want of: bus, disk, clock."
        assert (await client.get("/health/live")).status_code == 200


async def test_the_description_is_openapi_3_1_and_tells_the_roles(client):
    document = (await client.get("/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    assert document["paths"]["/v1/staff"]["get"]["x-roles"] == ["dispatcher", "operator"]
    assert "application/problem+json" in json.dumps(document["paths"]["/v1/parcels"]["post"])
    assert "/health/live" not in document["paths"]


async def asking(settings, address, forwarded_for):
    """Two requests where one is allowed, each said to come from another address."""
    router = APIRouter()

    @router.get("/v1/once", dependencies=[public, limited(1, 60)])
    async def once() -> None: ...

    app = make_app("door", [router], settings)
    transport = httpx2.ASGITransport(app, client=(address, 1))
    async with httpx2.AsyncClient(transport=transport, base_url="http://door") as client:
        return [
            (await client.get("/v1/once", headers={"x-forwarded-for": origin})).status_code
            for origin in forwarded_for
        ]


async def test_a_client_cannot_invent_its_address(issuer):
    assert await asking(issuer.settings(), "127.0.0.1", ["1.1.1.1", "2.2.2.2"]) == [200, 429]


async def test_a_trusted_proxy_speaks_for_its_clients(issuer):
    settings = issuer.settings(trusted_proxies=("10.0.0.0/8",))
    assert await asking(settings, "10.0.0.9", ["1.1.1.1", "2.2.2.2"]) == [200, 200]
    assert await asking(settings, "10.0.0.9", ["9.9.9.9, 1.1.1.1", "8.8.8.8, 1.1.1.1"]) == [
        200,
        429,
    ]
    assert await asking(settings, "11.0.0.9", ["1.1.1.1", "2.2.2.2"]) == [200, 429]
