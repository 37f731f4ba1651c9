"""What is answered in the format that was asked for, refusals too: the standard's array of errors.

The JSON is the XML with every list's name for its items left out (the Spark convention).
"""

import json
from collections.abc import Callable, Coroutine, Mapping
from typing import Annotated, Any, Literal, TypeAlias
from xml.etree.ElementTree import Element, SubElement, tostring

from fastapi import Depends, HTTPException, Path, Request, Response
from fastapi.routing import APIRoute

Format: TypeAlias = Literal["xml", "json"]
Content: TypeAlias = "str | int | float | bool | Mapping[str, Content] | list[Content] | None"

MEDIA: dict[Format, str] = {
    "xml": "text/xml; charset=utf-8",
    "json": "application/json; charset=utf-8",
}

ITEMS = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "endpoints": "endpoint",
    "formats": "format",
    "errors": "error",
}
"""What the items of each list are called in XML."""

ERRORS = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"code": {"type": "integer"}, "description": {"type": "string"}},
    },
}
RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/xml": {}, "application/json": {}}},
    **{
        status: {
            "description": "refused, with the reason",
            "content": {"text/xml": {}, "application/json": {"schema": ERRORS}},
        }
        for status in ("4XX", "5XX")
    },
}
"""For OpenAPI."""

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

REFUSED = 400
AS_THEY_ARE = frozenset({403, 404, 413, 429, 500, 503})
"""Statuses that stay; the standard answers 400 to whatever else cannot be done as asked."""


class Standard(APIRoute):
    """A route whose problems are told as the standard tells them; bugs stay bugs."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def answering(request: Request) -> Response:
            try:
                return await handle(request)
            except Exception as fault:
                explain = _explainer(request, fault)
                if explain is None:
                    raise
                return _errors(request, await explain(request, fault))

        return answering


async def _format(
    format: Annotated[str, Path(description="xml or json", json_schema_extra={"example": "xml"})],
) -> Format:
    match format:
        case "xml" | "json":
            return format
    raise HTTPException(404, "There is no such format: end the address with .xml or .json.")


Asked = Annotated[Format, Depends(_format)]
"""A route's parameter, by the ending of its address."""


def answer(
    format: Format,
    root: str,
    content: Content,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """`root` names the outermost element, which JSON leaves out."""
    if format == "json":
        body = json.dumps(content, ensure_ascii=False).encode()
    else:
        body = tostring(_filled(Element(root), content), "utf-8", xml_declaration=True)
    return Response(body, status, headers, MEDIA[format])


def _filled(element: Element, content: Content) -> Element:
    match content:
        case None:
            pass
        case bool():
            element.text = "true" if content else "false"
        case list():
            for item in content:
                _filled(SubElement(element, ITEMS[element.tag]), item)
        case Mapping():
            for name, value in content.items():
                _filled(SubElement(element, name), value)
        case _:
            element.text = str(content)
    return element


def _explainer(request: Request, fault: Exception) -> Any:
    """What makes a problem of the fault everywhere else."""
    known = request.app.exception_handlers
    return next((known[kind] for kind in type(fault).__mro__ if kind in known), None)


def _errors(request: Request, problem: Response) -> Response:
    told = json.loads(bytes(problem.body))
    status = told["status"] if told["status"] in AS_THEY_ARE else REFUSED
    sentences = [
        f"{fault.get('parameter') or fault.get('pointer')}: {fault['detail']}."
        for fault in told.get("faults", ())
    ]
    errors: list[Content] = [
        {"code": status, "description": sentence} for sentence in sentences or [told["detail"]]
    ]
    kept = {name: value for name, value in problem.headers.items() if name == "retry-after"}
    format: Format = "json" if request.path_params.get("format") == "json" else "xml"
    return answer(format, "errors", errors, status, kept)
