"""ETag and If-Match: an aggregate's version, so that nobody overwrites what they have not seen."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel


class Moved(Exception):  # noqa: N818 - an answer (412), not an error
    """The caller decided on a version that is not the latest any more."""

    def __init__(self, version: int) -> None:
        super().__init__(f"It has changed meanwhile: look at version {version} and decide again.")


def etag(version: int) -> str:
    return f'"{version}"'


@dataclass(frozen=True, slots=True)
class Seen:
    """The versions an If-Match header names; without the header every version will do."""

    tags: frozenset[str] | None

    def check(self, version: int) -> None:
        """Raise Moved unless the caller has seen `version`. Ask in the command that appends."""
        if self.tags is not None and etag(version) not in self.tags:
            raise Moved(version)


IfMatchHeader = Annotated[str | None, Header(alias="if-match")]


def seen_in(if_match: str | None) -> Seen:
    if if_match is None or if_match.strip() == "*":
        return Seen(None)
    return Seen(frozenset(tag.strip() for tag in if_match.split(",")))


async def _seen(if_match: IfMatchHeader = None) -> Seen:
    return seen_in(if_match)


IfMatch = Annotated[Seen, Depends(_seen)]
"""A route's parameter: `seen: IfMatch`."""


def tagged(
    request: Request,
    body: BaseModel,
    version: int,
    status: int = 200,
    *,
    is_all_of_it: bool = True,
) -> Response:
    """The body with its ETag, or 304 when the caller has this very version (If-None-Match).

    `is_all_of_it`: nothing but the version decides what the body says. Where the day or a file
    decides too, there is no 304.
    """
    headers = {"etag": etag(version)}
    known = request.headers.get("if-none-match", "") if is_all_of_it else ""
    if request.method == "GET" and etag(version) in (tag.strip() for tag in known.split(",")):
        return Response(status_code=304, headers=headers)
    return Response(body.model_dump_json(), status, headers, "application/json")
