"""Commands on observers. Each runs in the caller's transaction."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from chassis.db import Db
from chassis.decider import Refused
from chassis.event_log import Origin
from chassis.execute import EVERYWHERE, NOBODY, execute
from chassis.sealed.vault import Vault
from intake.domain import observer
from intake.tables import observers


async def appoint_observer(
    db: Db,
    vault: Vault,
    command: observer.AppointObserver,
    told: Mapping[str, str],
    *,
    origin: Origin = NOBODY,
    within: str = EVERYWHERE,
) -> None:
    """Name and phone go to the vault. The caller holds the station (`channels.hold`)."""
    await _change(db, command.observer_id, command, origin, within)
    if told:
        await vault.put(db, {command.observer_id: told})


async def release_observer(
    db: Db,
    observer_id: UUID,
    at: datetime,
    *,
    origin: Origin = NOBODY,
    within: str = EVERYWHERE,
) -> None:
    await _change(db, observer_id, observer.ReleaseObserver(at), origin, within)


async def end_term(db: Db, observer_id: UUID, at: datetime) -> None:
    await _change(db, observer_id, observer.EndTerm(at), NOBODY, EVERYWHERE)


async def forget_observer(db: Db, vault: Vault, row: observers.Observer) -> None:
    """Destroy what the vault has of somebody who observes no more."""
    if row.is_open:
        raise Refused("this person observes still; release them first")
    await vault.forget(db, [row.observer_id])


async def _change(
    db: Db, observer_id: UUID, command: observer.Command, origin: Origin, within: str
) -> None:
    await execute(
        db,
        observer.decider,
        f"observer-{observer_id}",
        command,
        project=observers.project,
        origin=origin,
        within=within,
    )
