"""Every refusal and fault as application/problem+json (RFC 9457), with a sentence to act on."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from chassis import telemetry
from chassis.access import Forbidden, OutsideArea, Unauthorised
from chassis.acquire import AWAY
from chassis.db import HistoryMoved
from chassis.decider import Refused
from chassis.logs import told
from chassis.refusals import as_sentence
from chassis.web.etag import Moved

TRY_AGAIN = {"retry-after": "2"}


class Problem(BaseModel):
    type: str
    title: str
    status: int
    detail: str
    faults: list[dict[str, str]] | None = None
    """One for each field that is not as expected: `detail`, and where it stands, either `pointer`
    (RFC 6901, into the body) or `parameter` (in the path, the query or the headers)."""


def problem(
    status: int,
    detail: str,
    *,
    kind: str | None = None,
    headers: Mapping[str, str] | None = None,
    faults: list[dict[str, str]] | None = None,
) -> JSONResponse:
    """`kind` tells programs apart what `status` alone does not: `urn:liuchi:problem:<kind>`."""
    body = Problem(
        type=f"urn:liuchi:problem:{kind}" if kind else "about:blank",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        faults=faults,
    )
    return JSONResponse(
        body.model_dump(exclude_none=True),
        status,
        headers,
        media_type="application/problem+json",
    )


def explain(app: FastAPI) -> None:
    """Teach the app to answer its exceptions with problems."""

    def answer(
        raised: type[Exception],
        status: int,
        kind: str,
        sentence: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        async def respond(_request: Request, fault: Exception) -> JSONResponse:
            return problem(status, sentence or as_sentence(str(fault)), kind=kind, headers=headers)

        app.add_exception_handler(raised, respond)

    answer(Refused, 409, "refused")
    answer(Unauthorised, 401, "unauthorised", headers={"www-authenticate": "Bearer"})
    answer(Forbidden, 403, "wrong-role")
    answer(OutsideArea, 403, "outside-area")
    answer(Moved, 412, "moved")
    answer(
        HistoryMoved,
        503,
        "history-moved",
        "Others were changing this at the same moment. Nothing was stored; send it again.",
        TRY_AGAIN,
    )
    for raised in AWAY:
        app.add_exception_handler(raised, _away)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _not_as_expected)


async def _away(_request: Request, fault: Exception) -> JSONResponse:
    telemetry.log.warning("database_away", fault=told(fault))
    detail = "The database does not answer. Send it again, with the same Idempotency-Key."
    return problem(503, detail, kind="database-away", headers=TRY_AGAIN)


async def _http(request: Request, fault: Exception) -> JSONResponse:
    """Those raised by a route carry a sentence; those of the framework only a phrase."""
    assert isinstance(fault, HTTPException)  # noqa: S101 - for the type checker
    detail = fault.detail
    if fault.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = (fault.headers or {}).get("Allow", "")
        detail = f"{request.method} is not possible here. Possible: {allowed}."
    elif detail == HTTPStatus.NOT_FOUND.phrase:
        detail = "There is nothing at this address; /openapi.json lists what there is."
    return problem(fault.status_code, detail.rstrip(".") + ".", headers=fault.headers)


async def _not_as_expected(_request: Request, invalid: Exception) -> JSONResponse:
    """400 for what is no JSON, 422 for the rest; values sent are never repeated."""
    assert isinstance(invalid, RequestValidationError)  # noqa: S101 - for the type checker
    errors = invalid.errors()
    if errors[0]["type"] == "json_invalid":
        place = errors[0]["loc"][-1]
        return problem(400, f"The body is not JSON: it breaks off at character {place}.")
    faults = [_fault(error) for error in errors]
    named = "; ".join(": ".join(fault.values()) for fault in faults)
    return problem(422, f"Not as expected: {named}.", kind="not-as-expected", faults=faults)


def _fault(error: Mapping[str, Any]) -> dict[str, str]:
    where, *path = error["loc"]
    detail = str(error["msg"]).removeprefix("Value error, ")
    if where == "body":
        steps = (str(step).replace("~", "~0").replace("/", "~1") for step in path)
        return {"pointer": "#" + "".join(f"/{step}" for step in steps), "detail": detail}
    return {"parameter": ".".join(map(str, path)), "detail": detail}
