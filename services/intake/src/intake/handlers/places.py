"""The place of a record: one of the register."""

from chassis.db import Db
from chassis.decider import Refused
from intake.tables import areas


async def check_registered(db: Db, area: str) -> None:
    """Raises Refused for a code that is no area of the register."""
    if await areas.name_of(db, area) is None:
        raise Refused(f"{area} is no area of the register; give the 12-digit code of one that is")
