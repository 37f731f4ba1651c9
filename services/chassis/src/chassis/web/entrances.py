"""Who may enter where: every route of an app with the roles it allows, read from the routes."""

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from chassis.access import Allow, anyone


@dataclass(frozen=True)
class Entrance:
    method: str
    path: str
    roles: tuple[str, ...] | None
    """None for a public route."""


class Unguarded(Exception):  # noqa: N818 - says what the route is
    """A route that says neither who may call it nor that anyone may, or says both."""


def entrances(app: FastAPI) -> list[Entrance]:
    """Every route but mounted static files. Raises Unguarded: forgetting must not open a door."""
    found = []
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, Mount) and isinstance(
            route.original_route.app, StaticFiles
        ):
            continue
        dependant = getattr(route, "dependant", None)
        guards = list(_guards(dependant)) if dependant else []
        if len(guards) != 1:
            raise Unguarded(
                f"{route.path} needs exactly one of allow(…) and public among its dependencies,"
                f" and has {len(guards)}."
            )
        found += [
            Entrance(method, route.path or "", guards[0]) for method in sorted(route.methods or ())
        ]
    return found


def _guards(dependant: Dependant) -> Iterator[tuple[str, ...] | None]:
    if isinstance(dependant.call, Allow):
        yield dependant.call.roles
    elif dependant.call is anyone:
        yield None
    for inner in dependant.dependencies:
        yield from _guards(inner)
