"""People who go on filing and helping whatever happens, and remember what was accepted."""

import asyncio
from collections.abc import Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import httpx2

from liuchi.stack import Stack

CATEGORIES = ("environment", "elderly_care", "safety", "home_repair")
FILERS = 4
PAUSE_SECONDS = 0.02
CITY = "340400000000"


@dataclass
class Load:
    """`accepted`: idempotency key → case id, for every filing that was answered with 201."""

    stack: Stack
    areas: Sequence[str]
    accepted: dict[str, UUID] = field(default_factory=dict)
    fulfilled: set[UUID] = field(default_factory=set)

    @asynccontextmanager
    async def running(self):
        """File and help while the block runs. Afterwards every filing begun has been accepted."""
        ending = asyncio.Event()
        workers = [self._file(ending, number) for number in range(FILERS)] + [self._help(ending)]
        tasks = [asyncio.create_task(worker) for worker in workers]
        try:
            yield
        finally:
            ending.set()
            await asyncio.gather(*tasks)

    async def _file(self, ending, number):
        async with self._client("intake", "dispatcher") as intake:
            while not ending.is_set():
                count = len(self.accepted) + number
                filing = {
                    "area": self.areas[count % len(self.areas)],
                    "text": "the street lamp is out",
                    "category": CATEGORIES[count % len(CATEGORIES)],
                    "source": "hotline",
                }
                await self._file_until_accepted(intake, str(uuid4()), filing)
                await asyncio.sleep(PAUSE_SECONDS)

    async def _file_until_accepted(self, intake, key, filing):
        while True:
            try:
                answer = await intake.post(
                    "/v1/cases/on-behalf", json=filing, headers={"idempotency-key": key}
                )
            except httpx2.TransportError:
                await asyncio.sleep(0.1)
                continue
            if answer.status_code == httpx2.codes.CREATED:
                self.accepted[key] = UUID(answer.json()["case_id"])
                return
            assert answer.status_code >= 500, answer.text
            await asyncio.sleep(0.1)

    async def _help(self, ending):
        async with self._client("volunteer", "dispatcher") as volunteer:
            while not ending.is_set():
                try:
                    found = await volunteer.get("/v1/demands", params={"state": "matched"})
                    for demand in found.json().get("items", []) if found.is_success else []:
                        where = f"/v1/demands/{demand['demand_id']}/fulfilment"
                        if (await volunteer.post(where)).is_success:
                            self.fulfilled.add(UUID(demand["demand_id"]))
                except httpx2.TransportError:
                    pass  # killed under our hands: that is what this is about
                await asyncio.sleep(PAUSE_SECONDS * 5)

    def _client(self, service, role):
        token = self.stack.issuer.token("load", [role], CITY)
        (process,) = (one for one in self.stack.services if one.name == service)
        return httpx2.AsyncClient(
            base_url=process.url, headers={"authorization": f"Bearer {token}"}, timeout=10
        )
