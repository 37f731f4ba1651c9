"""Matters of a session or a meeting: cases that take a step there."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from uuid import UUID

from chassis.access import Caller, territory
from chassis.db import Db
from chassis.decider import Refused
from chassis.event_log import Origin
from intake.desk import Desk
from intake.domain.case import Case
from intake.domain.commands import TakeStep
from intake.handlers.cases import change_known, look_back, look_up


async def settle(
    db: Db,
    desk: Desk,
    area: str,
    step: Callable[[Case], TakeStep],
    outcomes: Mapping[UUID, str],
    by: Caller,
) -> None:
    """Each case takes the step with its outcome. Raises Refused for one not of the area, too."""
    for case_id in sorted(outcomes):  # in one order, so that two of these never wait in a ring
        past = await look_back(db, desk, case_id)
        case = past.state
        if case is None:
            raise Refused(f"there is no case {case_id}; look for it in the list of cases")
        by.keep_to(case.area)
        if not case.area.startswith(territory(area)):
            raise Refused(
                f"case {case_id} is of {case.area}; what comes up here lies within {area}"
            )
        taken = await look_up(db, desk, case_id, case.area, step(case))
        await change_known(
            db,
            desk,
            case_id,
            past,
            replace(taken, outcome=outcomes[case_id]),
            origin=Origin(actor=by.actor),
            within=by.territory,
        )
