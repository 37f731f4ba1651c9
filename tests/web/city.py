"""A small city for the dashboard: two counties, and a little of everything in them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from contracts import Event, grid, intake, volunteer
from tests.integration.conversation import Conversation

CITY, COUNTY, TOWNSHIP = "340400000000", "340403000000", "340403001000"

VILLAGE, OTHER_VILLAGE = "340403001001", "340402001001"

AREAS = (
    ("340000000000", "安徽省", "province", None),
    (CITY, "淮南市", "city", "340000000000"),
    ("340402000000", "大通区", "county", CITY),
    (COUNTY, "田家庵区", "county", CITY),
    ("340402001000", "大通街道", "township", "340402000000"),
    (TOWNSHIP, "田东街道", "township", COUNTY),
    (OTHER_VILLAGE, "民主社区", "village", "340402001000"),
    (VILLAGE, "向阳社区", "village", TOWNSHIP),
)


async def fill(talk: Conversation) -> None:
    now = datetime.now(UTC)
    for event in (*_areas(now), *_grids(now), *_volunteers(now), *_cases(now)):
        await talk.hears(event, "something-1")


def filed(area: str, at: datetime, case_id: UUID | None = None) -> intake.CaseFiled:
    return intake.CaseFiled(
        case_id=case_id or uuid4(),
        kind="request",
        step="filed",
        source="resident",
        area=area,
        time=at,
    )


def _areas(now: datetime) -> list[Event]:
    return [
        grid.AreaRegistered(
            area=code, time=now, level=level, parent=parent, name=name, is_urban=True
        )
        for code, name, level, parent in AREAS
    ]


def _grids(now: datetime) -> list[Event]:
    grids = [(uuid4(), area) for area in (VILLAGE, VILLAGE, OTHER_VILLAGE)]
    drawn = [
        grid.GridDrawn(area=area, time=now, grid_id=one, level="community", parent_id=None)
        for one, area in grids
    ]
    assigned = [
        grid.PostAssigned(
            area=area,
            time=now,
            post_id=uuid4(),
            person_id=uuid4(),
            role="grid_worker",
            way="recruited",
            engagement="full_time",
            grid_id=one,
        )
        for one, area in grids[1:]
    ]
    return [*drawn, *assigned]


def _volunteers(now: datetime) -> list[Event]:
    held = volunteer.ActivityHeld(
        area=VILLAGE,
        time=now,
        activity_id=uuid4(),
        team_id=uuid4(),
        kind="visit",
        theme="elderly",
        participants=1234,
        beneficiaries=40,
        hours=2,
    )
    return [
        *(
            volunteer.VolunteerRegistered(area=VILLAGE, time=now, volunteer_id=uuid4())
            for _ in "ab"
        ),
        volunteer.TeamFormed(area=VILLAGE, time=now, team_id=uuid4(), kind="community"),
        held,
    ]


def _cases(now: datetime) -> list[Event]:
    """Five filed, one of them closed after three days and found good."""
    ids = [uuid4() for _ in range(5)]
    days = [timedelta(days=ago) for ago in (6, 5, 3, 1, 0)]
    places = [VILLAGE, VILLAGE, VILLAGE, OTHER_VILLAGE, OTHER_VILLAGE]
    step = {"case_id": ids[0], "kind": "request", "area": VILLAGE}
    return [
        *(filed(*one) for one in zip(places, [now - ago for ago in days], ids, strict=True)),
        intake.CaseClosed(
            **step, time=now, step="closed", outcome="resolved", open_seconds=3 * 86400
        ),
        intake.CaseRevisited(**step, time=now, step="revisited", satisfaction=4),
    ]
