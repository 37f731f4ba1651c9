"""What the routes of volunteer share: who acts for whom, which codes there are, how pages go."""

from datetime import UTC, datetime
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Request

from chassis.access import Caller, Forbidden, allow, public
from chassis.db import Db
from chassis.sealed.vault import Vault
from contracts.fields import Code
from volunteer.catalogue import Catalogue, Title
from volunteer.tables import areas

router = APIRouter(prefix="/v1", tags=["catalogue"])

Shown = TypeVar("Shown")


def _vault(request: Request) -> Vault:
    vault: Vault = request.app.state.vault
    return vault


def _catalogue(request: Request) -> Catalogue:
    catalogue: Catalogue = request.app.state.catalogue
    return catalogue


InVault = Annotated[Vault, Depends(_vault)]
Lists = Annotated[Catalogue, Depends(_catalogue)]

REGISTRARS = ("registrar", "admin")
DESK = ("dispatcher", *REGISTRARS)

Registrar = Annotated[Caller, allow(*REGISTRARS)]
Organiser = Annotated[Caller, allow("grid_worker", "department", *REGISTRARS)]
"""Schedules activities and records what came of them."""
Desk = Annotated[Caller, allow(*DESK)]
"""Sees who is there to help and who needs it."""
OwnOrRegistrar = Annotated[Caller, allow("volunteer", *REGISTRARS)]
"""A volunteer for themselves, or REGISTRARS for them: ask `is_own` which."""
OwnOrDesk = Annotated[Caller, allow("volunteer", *DESK)]
Reader = Annotated[
    Caller,
    allow("reader", "volunteer", "grid_worker", "department", *DESK),
]


@router.get("/catalogue", dependencies=[public])
async def show_catalogue(lists: Lists) -> Catalogue:
    """Skills, kinds of team and activity, and themes, with their titles."""
    return lists


def now() -> datetime:
    return datetime.now(UTC)


def is_own(caller: Caller, volunteer_id: UUID, *roles: str) -> bool:
    """Does the caller act as this very volunteer? A volunteer's token names their id as `sub`.

    False for a caller with one of these roles. Raises Forbidden for another volunteer.
    """
    if "volunteer" in caller.roles and caller.actor == str(volunteer_id):
        return True
    if caller.roles.isdisjoint(roles):
        raise Forbidden("Volunteers act for themselves alone: use the token of this volunteer.")
    return False


def must_list(titles: dict[Code, Title], what: str, *codes: str) -> None:
    """Raise a 422 for a code that is not in the list."""
    if not titles.keys() >= set(codes):
        raise HTTPException(422, f"There is no such {what}: choose from {', '.join(titles)}.")


async def must_know(db: Db, area: str) -> None:
    """Raise a 422 for a code of no area."""
    if not await areas.is_known(db, area):
        raise HTTPException(
            422, "No area of the register has this code: use the 12 digits of a known one."
        )


def there_is(row: Shown | None, what: str) -> Shown:
    """The row, or a 404."""
    if row is None:
        raise HTTPException(404, f"There is no {what} with this id, or no longer.")
    return row
