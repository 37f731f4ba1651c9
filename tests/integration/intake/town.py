"""Intake as a running app with real servers, and those who talk to it."""

import asyncio
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from uuid import uuid4

import httpx2
from asyncpg import Pool

from chassis.leader import TAKE
from contracts import Envelope, nats_subject
from contracts.grid import AreaRegistered, PostAssigned, PostReleased
from contracts.volunteer import DemandExpired, DemandFulfilled, DemandMatched
from intake import sweep
from intake.app import make_app
from intake.settings import Settings
from liuchi.issuer import Issuer
from tests.integration.conversation import Conversation

WAITS = """
    SELECT EXISTS (SELECT FROM pg_stat_activity
                    WHERE datname = current_database() AND wait_event_type = 'Lock')
"""

UNLIMITED = 10**6

COUNTY = "340402000000"
TOWNSHIP = "340402001000"
VILLAGE = "340402001001"
OTHER_VILLAGE = "340402001002"
ELSEWHERE = "340403001001"
AREAS = {
    COUNTY: ("county", "大通区"),
    TOWNSHIP: ("township", "大通街道"),
    VILLAGE: ("village", "居仁社区"),
    OTHER_VILLAGE: ("village", "站北社区"),
    ELSEWHERE: ("village", "田东社区"),
}


@dataclass
class Town:
    """One running intake, its database and what is said on the bus."""

    app: object
    client: httpx2.AsyncClient
    pool: Pool
    talk: Conversation
    issuer: Issuer

    @property
    def service(self):
        return self.app.state.service

    @property
    def desk(self):
        return self.app.state.desk

    def as_(self, *roles, area=COUNTY, actor="staff-1"):
        return {"authorization": f"Bearer {self.issuer.token(actor, list(roles), area)}"}

    async def files(self, **what):
        """A case filed by a resident: (case id, receipt)."""
        what = {"area": VILLAGE, "text": "楼道灯坏了", **what}
        answer = await self.client.post("/v1/cases", json=what)
        assert answer.status_code == 201, answer.text
        return answer.json()["case_id"], answer.json()["receipt"]

    async def takes(self, case_id, step, role="dispatcher", headers=None, **fields):
        return await self.client.post(
            f"/v1/cases/{case_id}/steps",
            json={"step": step, **fields},
            headers={**self.as_(role), **(headers or {})},
        )

    async def sees(self, case_id):
        answer = await self.client.get(f"/v1/cases/{case_id}", headers=self.as_("dispatcher"))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def lists(self, **asked):
        asked = {name: str(value).lower() for name, value in asked.items()}
        answer = await self.client.get("/v1/cases", params=asked, headers=self.as_("dispatcher"))
        assert answer.status_code == 200, answer.text
        return [item["case_id"] for item in answer.json()["items"]]

    async def happened(self, case_id, role="dispatcher"):
        """The steps and announcements of a case, by the last word of their types."""
        answer = await self.client.get(f"/v1/cases/{case_id}/history", headers=self.as_(role))
        return [each["type"].split(".")[2] for each in answer.json()]

    async def hears(self, event):
        await self.talk.hears(event, stream=f"said-{uuid4()}")
        await self.talk.settles()

    async def has_on_duty(self, area=VILLAGE, person_id=None):
        """A grid worker comes on duty; returns the post."""
        post_id = uuid4()
        await self.hears(
            PostAssigned(
                area=area,
                time=datetime.now(UTC),
                post_id=post_id,
                person_id=person_id or uuid4(),
                role="grid_worker",
                way="recruited",
                engagement="full_time",
            )
        )
        return post_id

    async def releases(self, post_id, area=VILLAGE):
        await self.hears(
            PostReleased(
                area=area,
                time=datetime.now(UTC),
                post_id=post_id,
                person_id=uuid4(),
                role="grid_worker",
                way="released",
                engagement="full_time",
            )
        )

    async def matches(self, case_id):
        await self.hears(
            DemandMatched(**_demand(case_id), volunteer_id=uuid4(), distance="village")
        )

    async def fulfils(self, case_id):
        await self.hears(DemandFulfilled(**_demand(case_id), volunteer_id=uuid4()))

    async def expires(self, case_id, causation_id=None):
        event = DemandExpired(**_demand(case_id), volunteer_id=None, reason="withdrawn")
        expired = Envelope(uuid4(), f"demand-{event.demand_id}", 2, event, None, causation_id)
        await self.talk.puts(nats_subject(event), expired.to_json())
        await self.talk.settles()

    async def sweeps(self, now):
        async with self.pool.acquire() as db:
            await sweep.sweep(db, self.service, self.desk, now)

    async def until_it_waits(self, task):
        """Until it is done, or waits for what somebody else holds."""
        while not (task.done() or await self.pool.fetchval(WAITS)):
            await asyncio.sleep(0.01)

    async def counts(self, *tables):
        return [await self.pool.fetchval(f"SELECT count(*) FROM {table}") for table in tables]  # noqa: S608 - names of ours


@asynccontextmanager
async def running_town(servers, pool, bus, issuer, **settings):
    """Sweeps by itself only where `sweep_seconds` says how often; else a test has it `sweeps`."""
    database = await pool.fetchval("SELECT current_database()")
    urls = (
        servers.database_url("intake", database),
        servers.nats_url("intake"),
        issuer.jwks_url,
    )
    app = _made(*urls, **settings) if settings else _app(*urls)
    async with (
        nullcontext() if "sweep_seconds" in settings else _another_sweeper(pool),
        app.router.lifespan_context(app),
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=app), base_url="http://intake"
        ) as client,
    ):
        yield Town(app, client, pool, Conversation(bus, {"intake": pool}), issuer)


@asynccontextmanager
async def _another_sweeper(pool):
    """Holds the duty, or a town beside it does."""
    async with pool.acquire() as db:
        await db.fetchval(TAKE, "sweep")
        yield


def _made(database_url, nats_url, jwks_url, **settings):
    return make_app(
        Settings(
            **{
                "database_url": database_url,
                "nats_url": nats_url,
                "port": 0,
                "jwks_url": jwks_url,
                "vault_key": b"v" * 32,
                "filings_a_minute": UNLIMITED,
                "lookups_a_minute": UNLIMITED,
                "reads_a_minute": UNLIMITED,
                **settings,
            }
        )
    )


_app = cache(_made)
"""Of one without settings of its own: making it takes longer than most tests."""


async def register_areas(pool):
    await pool.executemany(
        "INSERT INTO areas (code, name) VALUES ($1, $2)",
        [(code, name) for code, (_, name) in AREAS.items()],
    )


def registered(code):
    level, name = AREAS[code]
    return AreaRegistered(
        area=code, time=datetime.now(UTC), level=level, parent=None, name=name, is_urban=True
    )


def _demand(case_id):
    return {
        "area": VILLAGE,
        "time": datetime.now(UTC),
        "demand_id": uuid4(),
        "case_id": case_id,
    }
