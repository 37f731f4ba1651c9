"""Every route of every service, read from the apps: a new one is in every table here by itself."""

import base64
import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from chassis.web.entrances import entrances
from contracts import SERVICES

Schema = dict[str, Any]


@dataclass(frozen=True)
class Route:
    service: str
    method: str
    path: str
    roles: tuple[str, ...] | None
    """None for a public one."""
    operation: Mapping[str, Any] = field(compare=False, repr=False)
    """As OpenAPI has it, references filled in; empty for a page."""

    def __str__(self) -> str:
        return f"{self.service} {self.method} {self.path}"

    @property
    def role(self) -> str:
        """One that may, and for whom the valid request of the route is valid."""
        roles = self.roles or ("resident",)
        return next((one for one in ("dispatcher", "registrar") if one in roles), roles[0])

    @property
    def body(self) -> Schema | None:
        """The JSON it takes."""
        content = self.operation.get("requestBody", {}).get("content", {})
        return content.get("application/json", {}).get("schema")

    @property
    def parameters(self) -> list[Mapping[str, Any]]:
        return self.operation.get("parameters", [])

    @property
    def query(self) -> dict[str, str]:
        """What must be asked for, with a value that is right."""
        return {
            one["name"]: one["schema"]["enum"][0]
            for one in self.parameters
            if one["in"] == "query" and one.get("required")
        }

    @property
    def names_something(self) -> bool:
        """A thing or a place stands in its address."""
        return "{" in self.path and "metric_id" not in self.path


def _routes() -> Iterator[Route]:
    for service in SERVICES:
        app = _app(service)
        document = app.openapi()
        for entrance in entrances(app):
            operation = document["paths"].get(entrance.path, {}).get(entrance.method.lower(), {})
            yield Route(
                service,
                entrance.method,
                entrance.path,
                entrance.roles,
                _filled(operation, document),
            )


def _app(service: str) -> Any:
    """As it runs, but for its servers: nothing is asked of them before it starts."""
    settings = importlib.import_module(f"{service}.settings").Settings
    key = {"vault_key": base64.b64encode(bytes(32)).decode()}
    return importlib.import_module(f"{service}.app").make_app(
        settings(
            database_url="postgresql://nowhere",
            nats_url="nats://nowhere",
            port=0,
            jwks_url="file:///nowhere",
            **(key if "vault_key" in settings.model_fields else {}),
        )
    )


def _filled(schema: Any, document: Schema) -> Any:
    if isinstance(schema, list):
        return [_filled(one, document) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return _filled(document["components"]["schemas"][name], document)
    return {name: _filled(one, document) for name, one in schema.items()}


ROUTES = list(_routes())
ROLES = {"resident"}.union(*(route.roles or () for route in ROUTES))
"""All that are known anywhere."""
