"""What routes ask of whoever calls: bodies, places, pages."""

from typing import Annotated

from fastapi import Query
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from chassis.access import Caller, territory
from contracts.fields import AreaCode

Limit = Annotated[int, Query(ge=1, le=500, description="Items on a page.")]


def _place(code: str) -> str:
    territory(code)
    return code


Place = Annotated[AreaCode, AfterValidator(_place)]
"""A code that could be registered."""

Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\x00-\x1f\x7f]*$")
]
"""One line that somebody wrote. Give it a `max_length`, and to Words."""

Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\x00-\x08\x0e-\x1f]*$")
]
"""One or several lines."""

Phone = Annotated[str, StringConstraints(pattern=r"^[0-9+() -]{3,30}$")]


class Body(BaseModel):
    """Base of request bodies: a field nobody knows is a slip of the sender."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def within(caller: Caller, area: str | None) -> str:
    """The prefix of codes a list is about: the asked area, or all that is the caller's.

    Raises OutsideArea for an area that is not the caller's.
    """
    if area is None:
        return caller.territory
    caller.keep_to(territory(area))
    return territory(area)
