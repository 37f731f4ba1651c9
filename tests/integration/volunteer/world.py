"""Volunteer as its callers meet it, in a small part of Huainan."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID, uuid4

import httpx2
from asyncpg import Pool

from chassis.service import Service
from contracts.grid import AreaRegistered
from contracts.intake import CaseClosed, CaseDispatched, CaseWithdrawn
from liuchi.issuer import Issuer
from tests.integration.conversation import Conversation
from volunteer.domain.identity import check_character
from volunteer.settings import Settings

CITY, COUNTY, TOWNSHIP = "340400000000", "340402000000", "340402001000"
HERE, NEXT_DOOR = "340402001001", "340402001002"
NEXT_TOWN, NEXT_COUNTY = "340402002001", "340403001001"
OTHER_CITY = "340302001001"
AREAS = (CITY, COUNTY, TOWNSHIP, HERE, NEXT_DOOR, NEXT_TOWN, NEXT_COUNTY, OTHER_CITY)
UNKNOWN = "340402999999"
PROVINCE = "340000000000"

_people = count(1)


def identity_number():
    """Of somebody new, with its check digit."""
    digits = f"34040219800101{next(_people):03d}"
    return digits + check_character(digits)


def an_hour_ago():
    return (datetime.now(UTC) - timedelta(hours=1)).isoformat()


def now():
    return datetime.now(UTC)


def dispatched(case_id=None, area=HERE, to="volunteers", skill="repair", urgency="normal"):
    return CaseDispatched(
        area=area,
        time=now(),
        case_id=case_id or uuid4(),
        kind="request",
        step="dispatched",
        category="home_repair",
        to=to,
        skill=skill if to == "volunteers" else None,
        urgency=urgency,
    )


def withdrawn(case):
    return CaseWithdrawn(
        area=case.area, time=now(), case_id=case.case_id, kind="request", step="withdrawn"
    )


def closed(case):
    return CaseClosed(
        area=case.area,
        time=now(),
        case_id=case.case_id,
        kind="request",
        step="closed",
        outcome="settled",
        open_seconds=1,
    )


@dataclass
class Town:
    """A client of volunteer who has any role it asks for, and the conversation around it."""

    http: httpx2.AsyncClient
    issuer: Issuer
    pool: Pool
    talk: Conversation
    settings: Settings
    service: Service

    async def send(
        self, method, path, body=None, *, role="registrar", area=PROVINCE, actor="staff-1", **more
    ):
        """`more` are headers, `idempotency_key="…"` for instance."""
        token = self.issuer.token(str(actor), [role] if isinstance(role, str) else role, area)
        headers = {"authorization": f"Bearer {token}"}
        headers |= {name.replace("_", "-"): value for name, value in more.items()}
        return await self.http.request(method, path, headers=headers, json=body)

    async def post(self, path, body=None, **more):
        return await self.send("POST", path, body, **more)

    async def get(self, path, **more):
        return await self.send("GET", path, **more)

    async def does(self, method, path, body=None, **more):
        """What must succeed. Returns what it answers."""
        answer = await self.send(method, path, body, **more)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def knows_areas(self, *codes):
        for code in codes:
            area = AreaRegistered(
                area=code, time=now(), level="village", parent=None, name="龙泉社区", is_urban=True
            )
            await self.talk.hears(area, stream=f"area-{code}")
        await self.talk.settles()

    def person(self, area=HERE, skills=("repair",), number=None, **more):
        return {
            "identity_number": number or identity_number(),
            "name": "王小明",
            "phone": "13800138000",
            "area": area,
            "skills": list(skills),
            **more,
        }

    async def registers(self, area=HERE, skills=("repair",), **more):
        answer = await self.does("POST", "/v1/volunteers", self.person(area, skills, **more))
        return UUID(answer["volunteer_id"])

    async def forms_team(self, area=HERE, kind="general", name="邻里帮帮队"):
        body = {"name": name, "kind": kind, "area": area}
        return (await self.does("POST", "/v1/teams", body))["team_id"]

    async def schedules(self, team_id=None, places=2, starts_at=None):
        body = {
            "team_id": team_id or await self.forms_team(),
            "kind": "service",
            "theme": "health",
            "area": HERE,
            "starts_at": starts_at or an_hour_ago(),
            "places": places,
        }
        return (await self.does("POST", "/v1/activities", body))["activity_id"]

    async def hears(self, event, **more):
        """Something about a case, until it is dealt with."""
        heard = await self.talk.hears(event, stream=f"case-{event.case_id}", **more)
        await self.talk.settles()
        return heard

    async def demands(self, *states):
        listed = await self.does("GET", "/v1/demands", role="dispatcher")
        return [one for one in listed["items"] if not states or one["state"] in states]

    async def said(self, *kinds):
        await self.talk.settles()
        heard = [envelope.event for envelope in await self.talk.all_said("volunteer")]
        return [event for event in heard if not kinds or isinstance(event, kinds)]
