"""Commands on observations. Each runs in the caller's transaction."""

from chassis.db import Db
from chassis.decider import Refused
from chassis.event_log import Origin
from chassis.execute import EVERYWHERE, NOBODY, execute
from chassis.sealed.vault import Vault
from chassis.workflow.workdays import day_of
from intake.desk import Desk
from intake.domain import observation
from intake.domain.commands import FileCase
from intake.handlers.cases import file_case
from intake.handlers.places import check_registered
from intake.tables import observations
from intake.tables.observations import Observation
from intake.tables.observers import Observer


async def report_observation(
    db: Db, vault: Vault, by: Observer, row: Observation, text: str
) -> None:
    """Nothing is said until it is assessed. The caller holds the observer (`observers.hold`).

    Raises Refused for an observer whose term is over.
    """
    if not by.is_open or by.until <= day_of(row.reported_at):
        raise Refused("only who is appointed reports; this observer's term is over")
    await check_registered(db, row.area)
    await observations.add(db, row)
    await vault.put(db, {row.observation_id: {"text": text}})


async def assess_observation(
    db: Db,
    desk: Desk,
    command: observation.AssessObservation,
    case: FileCase | None,
    receipt: str,
    *,
    origin: Origin = NOBODY,
    within: str = EVERYWHERE,
) -> None:
    """A note, or the case filed with what the observer wrote; in the same transaction.

    Raises Refused when it was assessed before, for what the kind of case does not allow, and for a
    case when what was observed is forgotten.
    """
    await desk.vault.hold(db, [command.observation_id])
    await execute(
        db,
        observation.decider,
        f"observation-{command.observation_id}",
        command,
        project=observations.project,
        origin=origin,
        within=within,
    )
    if case is not None:
        people = await desk.vault.read(
            db,
            [command.observation_id],
            ["text"],
            purpose="assessment",
            actor=origin.actor or "intake",
        )
        told = people[command.observation_id]
        if told.forgotten_at:
            raise Refused("what was observed is forgotten; note it, or file the case anew")
        await file_case(db, desk, case, told.texts, receipt, origin=origin, within=within)
