"""Who is calling, and may they: roles and territories, asked for at the route."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase

if TYPE_CHECKING:
    from chassis.web.tokens import Tokens


class Unauthorised(Exception):  # noqa: N818 - an answer (401), not an error
    """No token, or one that is not valid here."""


class Forbidden(Exception):  # noqa: N818 - an answer (403), not an error
    """A valid token without any of the roles this asks for."""


class OutsideArea(Exception):  # noqa: N818 - an answer (403), not an error
    """The place is not in the caller's territory, a prefix of area codes. It is not named."""

    def __init__(self, within: str) -> None:
        super().__init__(f"This lies outside yours, where all area codes begin with {within}.")


@dataclass(frozen=True, slots=True)
class Caller:
    actor: str
    """Opaque id; never a name."""
    roles: frozenset[str]
    territory: str
    """Prefix of the 12-digit area codes the caller may see and change."""

    def covers(self, area: str) -> bool:
        return area.startswith(self.territory)

    def keep_to(self, area: str) -> None:
        """Raise OutsideArea unless `area`, a code or a prefix of codes, is the caller's."""
        if not self.covers(area):
            raise OutsideArea(self.territory)


def territory(area: str) -> str:
    """The code without its trailing zero groups: 340402000000, a county, is 340402.

    Raises ValueError for anything but 12 digits that name at least a province (GB/T 2260).
    """
    if not (len(area) == 12 and area.isascii() and area.isdigit()) or area.startswith("00"):
        raise ValueError("an area code is 12 digits and begins with a province")
    for start, end in ((9, 12), (6, 9), (4, 6), (2, 4)):
        if int(area[start:end]):
            return area[:end]
    return area[:2]


class Allow(SecurityBase):
    """Lets these roles in. Stands in the route's dependencies, where `entrances` finds it."""

    def __init__(self, *roles: str) -> None:
        self.roles = roles
        self.model = HTTPBearer(bearerFormat="JWT")
        self.scheme_name = "token"

    async def __call__(self, request: Request) -> Caller:
        tokens: Tokens = request.app.state.tokens
        caller = await tokens.caller(request.headers.get("authorization"))
        if caller.roles.isdisjoint(self.roles):
            raise Forbidden(f"This is for the role {' or '.join(self.roles)}.")
        request.state.caller = caller
        return caller


def allow(*roles: str) -> Any:
    """`caller: Annotated[Caller, allow("dispatcher")]`; admin is not magic, name every role."""
    return Depends(Allow(*roles))


async def known(request: Request) -> Caller:
    """Whom the `allow` among the router's own dependencies let in: those run first."""
    caller: Caller = request.state.caller
    return caller


Known = Annotated[Caller, Depends(known)]
"""A route's parameter, where the roles are known only when the router is made."""


async def anyone() -> None:
    """What a public route depends on, so that it cannot be public by oversight."""


public = Depends(anyone)


def caller_of(request: Request) -> Caller | None:
    """Who `allow` let in on this request; None on a public route."""
    caller: Caller | None = getattr(request.state, "caller", None)
    return caller
