"""Commands on mediators. Each runs in the caller's transaction."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.db import Db
from chassis.decider import Refused
from chassis.event_log import Origin
from chassis.execute import EVERYWHERE, NOBODY, execute
from chassis.sealed.vault import Vault
from intake.domain import mediator
from intake.handlers.places import check_registered
from intake.tables import mediators


@dataclass(frozen=True)
class Described:
    """Who it is, and what for."""

    name: str
    phone: str | None
    skills: frozenset[str]


async def enrol_mediator(
    db: Db,
    vault: Vault,
    command: mediator.EnrolMediator,
    described: Described,
    *,
    origin: Origin = NOBODY,
    within: str = EVERYWHERE,
) -> None:
    """The name of an organisation is public; all else goes to the vault.

    Raises Refused for a place that is not in the register, too.
    """
    await check_registered(db, command.area)
    await _change(db, command.mediator_id, command, origin, within)
    is_public = command.form == "organisation"
    name = described.name if is_public else None
    await mediators.describe(db, command.mediator_id, name, sorted(described.skills))
    told = {"name": None if is_public else described.name, "phone": described.phone}
    if texts := {field: text for field, text in told.items() if text}:
        await vault.put(db, {command.mediator_id: texts})


async def leave_menu(
    db: Db,
    mediator_id: UUID,
    at: datetime,
    *,
    origin: Origin = NOBODY,
    within: str = EVERYWHERE,
) -> None:
    await _change(db, mediator_id, mediator.LeaveMenu(at), origin, within)


async def forget_mediator(db: Db, vault: Vault, row: mediators.Mediator) -> None:
    """Destroy what the vault has of a mediator who left."""
    if row.is_open:
        raise Refused("this mediator is on the menu still; take them off it first")
    await vault.forget(db, [row.mediator_id])


async def _change(
    db: Db, mediator_id: UUID, command: mediator.Command, origin: Origin, within: str
) -> None:
    await execute(
        db,
        mediator.decider,
        f"mediator-{mediator_id}",
        command,
        project=mediators.project,
        origin=origin,
        within=within,
    )
