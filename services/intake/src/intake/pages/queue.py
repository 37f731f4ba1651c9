"""What waits for those who work here: cases, filtered, a page at a time."""

from dataclasses import asdict, dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from chassis.access import Caller, Known, territory
from chassis.pages.rendering import Spoken, page
from chassis.pages.signing_in import AllowByCookie
from chassis.pages.speech import Say
from chassis.service import Here
from chassis.web.asked import Place
from contracts.fields import Code
from intake.api.cases import Asked, listed
from intake.desk import AtDesk, Desk
from intake.domain.divisions import around
from intake.domain.titles import step_title, value_title
from intake.tables import areas

ROWS = 25

Queue = Literal["mine", "open", "overdue", "undispatched", "stuck", "all"]

QUEUES: dict[Queue, dict[str, object]] = {
    "mine": {"queue": "mine"},
    "open": {"is_open": True},
    "overdue": {"overdue": True},
    "undispatched": {"queue": "undispatched"},
    "stuck": {"queue": "stuck"},
    "all": {},
}
"""What the list of cases is asked for."""


@dataclass(frozen=True)
class Choice:
    """The filters, as the address has them."""

    queue: Queue = "mine"
    area: str | None = None
    kind: str | None = None
    step: str | None = None

    def link(self, **changed: str | None) -> str:
        asked = asdict(self) | changed
        return "/queue?" + urlencode({name: value for name, value in asked.items() if value})


def _choice(
    queue: Queue = "mine",
    area: Annotated[Place | Literal[""], Query()] = "",
    kind: Annotated[Code | Literal[""], Query()] = "",
    step: Annotated[Code | Literal[""], Query()] = "",
) -> Choice:
    return Choice(queue, area or None, kind or None, (step or None) if kind else None)


def routes(desk: Desk) -> APIRouter:
    router = APIRouter(route_class=Spoken, include_in_schema=False)
    guard = Depends(AllowByCookie(*sorted(desk.roles)))
    router.get("/queue", dependencies=[guard])(show)
    return router


async def show(
    request: Request,
    here: Here,
    desk: AtDesk,
    caller: Known,
    say: Say,
    choice: Annotated[Choice, Depends(_choice)],
    cursor: str | None = None,
) -> Response:
    asked = Asked(
        area=choice.area,
        kind=choice.kind,
        step=choice.step,
        cursor=cursor,
        limit=ROWS,
        **QUEUES[choice.queue],
    )
    found = await listed(here, desk, caller, asked)
    code = choice.area or caller.territory.ljust(12, "0")
    async with here.connection() as db:
        names = await areas.names(db, around(code))
        below = await areas.below(db, code)
    seen = desk.seen_by(caller.roles)
    return page(
        request, "queue.html", say,
        choice=choice, queues=list(QUEUES), items=found.items, next=found.next, cursor=cursor,
        path=[areas.Area(one, names.get(one, one)) for one in _path(caller, code)], below=below,
        value_title=value_title, step_title=step_title,
        kinds={name: one for name, one in desk.kinds.items() if seen is None or name in seen},
    )  # fmt: skip


def _path(caller: Caller, code: str) -> list[str]:
    """From the widest division the caller may see."""
    return [one for one in reversed(around(code)) if caller.covers(territory(one))]
