"""Cases that are likely about the same matter: where they stand, never what they say."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from asyncpg import Record
from fastapi import APIRouter
from pydantic import BaseModel

from chassis.access import Known, allow, public, territory
from chassis.db import Db
from chassis.service import Here, Service
from chassis.web.rate_limit import MINUTE, limited
from chassis.workflow.workdays import day_of
from intake.api.cases import found_for
from intake.api.filing import Filing
from intake.api.views import Bilingual
from intake.desk import AtDesk, Desk
from intake.domain.likeness import pieces
from intake.domain.titles import kind_title, step_title, value_title
from intake.handlers import places
from intake.settings import Settings
from intake.tables import likenesses
from intake.tables.likenesses import Sought

MOST = 5

TOWNSHIP = 9
"""Digits: a case filed at a village is compared with those of its township."""


class Alike(BaseModel):
    case_id: UUID
    kind_title: Bilingual
    category_title: Bilingual | None
    area_name: str | None
    filed_on: date
    step_title: Bilingual
    is_open: bool
    """Only an open one can be joined."""
    similarity: float


def routes(settings: Settings, desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/v1/cases", tags=["links"])
    limit = limited(settings.lookups_a_minute, MINUTE)

    @router.post("/duplicates", dependencies=[public, limit])
    async def find_duplicates(here: Here, desk: AtDesk, filing: Filing) -> list[Alike]:
        """What was likely filed already: the same body as to file it. Nothing is stored."""
        return await likely(here, desk, settings, filing)

    async def list_duplicates(
        here: Here, desk: AtDesk, caller: Known, case_id: UUID
    ) -> list[Alike]:
        """Other cases that are likely about the same matter."""
        async with here.connection() as db:
            case = (await found_for(db, desk, caller, case_id)).case
            within = max(_around(case.area), caller.territory, key=len)
            own = await likenesses.of(db, case_id)
            sought = Sought(own, within, case.kind, case.category, case_id)
            return await _alike(db, desk, settings, sought)

    seen = [allow(*sorted(desk.roles))]
    router.get("/{case_id}/duplicates", dependencies=seen)(list_duplicates)
    return router


async def likely(here: Service, desk: Desk, settings: Settings, filing: Filing) -> list[Alike]:
    """Nothing for a kind of which duplicates are not offered."""
    if filing.kind not in desk.duplicates_offered:
        return []
    numbered = desk.vault.keyring.keyed_number
    compared = [numbered(piece) for piece in pieces(filing.text)]
    async with here.connection() as db:
        await places.check_registered(db, filing.area)
        within = _around(filing.area)
        sought = Sought(compared, within, filing.kind, filing.category, None)
        return await _alike(db, desk, settings, sought)


def _around(area: str) -> str:
    return territory(area)[:TOWNSHIP]


async def _alike(db: Db, desk: Desk, settings: Settings, sought: Sought) -> list[Alike]:
    since = datetime.now(UTC) - timedelta(days=settings.duplicates_days)
    rows: Sequence[Record] = await likenesses.alike(
        db, sought, settings.duplicates_least, since, MOST
    )
    return [_view(desk, row) for row in rows]


def _view(desk: Desk, row: Record) -> Alike:
    kind, category = desk.kinds.get(row["kind"]), row["category"]
    return Alike(
        case_id=row["case_id"],
        kind_title=kind_title(kind, row["kind"]),
        category_title=value_title(kind, "category", category) if kind and category else None,
        area_name=row["area_name"],
        filed_on=day_of(row["filed_at"]),
        step_title=step_title(kind, row["step"]),
        is_open=row["is_open"],
        similarity=round(row["similarity"], 2),
    )
