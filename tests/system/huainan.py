"""The running city, asked as its people ask it: by HTTP, with tokens of any role and area."""

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import Any, Self
from uuid import uuid4

import httpx2
from asyncpg import Pool

from contracts import Envelope, decode
from liuchi.connections import database, operator_bus
from liuchi.processes import wait_until
from liuchi.stack import Stack
from liuchi.status import status
from tests.system.records import set_up

CITY = "340400000000"
ELSEWHERE = "341300000000"
"""Suzhou in Anhui, another city: nothing here lies there."""
IN_HUAINAN = re.compile(r"\b3404[0-9]{8}\b")

PAPER = b"%PDF-1.7"
"""The beginning of one, which is all that is looked at."""

SECONDS = 60
"""How long a condition may be waited for."""

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"

Rows = dict[str, Counter[str]]
"""Every row of every table, as text."""


@dataclass
class Huainan:
    stack: Stack
    http: httpx2.Client
    _runner: asyncio.Runner
    _opened: AsyncExitStack
    _pools: dict[str, Pool] = field(default_factory=dict)
    _addresses: Iterator[int] = field(default_factory=lambda: count(1))

    @classmethod
    @contextmanager
    def visited(cls, stack: Stack) -> Iterator[Self]:
        """Connections that were opened are closed in the end."""
        with httpx2.Client(timeout=SECONDS) as http, asyncio.Runner() as runner:
            opened = AsyncExitStack()
            yield cls(stack, http, runner, opened)
            runner.run(opened.aclose())

    def send(
        self, service: str, method: str, path: str, role: str | None = None, **more: Any
    ) -> httpx2.Response:
        """`area` and `actor` are the token's, whose roles have spaces between them.

        Without a role there is none.
        """
        with self.stream(service, method, path, role, **more) as answer:
            answer.read()
        return answer

    @contextmanager
    def stream(
        self,
        service: str,
        method: str,
        path: str,
        role: str | None = None,
        *,
        area: str = CITY,
        actor: str = "somebody",
        headers: dict[str, str] | None = None,
        **request: Any,
    ) -> Iterator[httpx2.Response]:
        # Each request from an address of its own, for public routes count by address.
        sent = {"x-forwarded-for": f"2001:db8:{next(self._addresses):x}::1"} | (headers or {})
        if role:
            sent["authorization"] = f"Bearer {self.stack.issuer.token(actor, role.split(), area)}"
        with self.http.stream(
            method, self._urls[service] + path, headers=sent, **request
        ) as answer:
            yield answer

    def get(self, service: str, path: str, role: str = "dispatcher", **more: Any) -> Any:
        answer = self.send(service, "GET", path, role, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(
        self, service: str, path: str, body: object = None, role: str | None = None, **more: Any
    ) -> Any:
        """A command that is accepted. Twice, by the way: the second time changes nothing."""
        more["headers"] = {"idempotency-key": str(uuid4())} | more.get("headers", {})
        first, again = (self.send(service, "POST", path, role, json=body, **more) for _ in range(2))
        assert first.is_success, first.text
        assert (again.status_code, again.content) == (first.status_code, first.content)
        return first.json() if first.content else None

    def settles(self) -> None:
        """Return when nothing waits anywhere, twice in a row."""
        self._runner.run(self._settles())

    def rows(self, service: str) -> Rows:
        return self._runner.run(self._rows(service))

    def said(self, stream: str, sequence: int) -> bytes:
        """A message of the bus, as it lies there."""
        return self._runner.run(self._said(stream, sequence))

    def all_said(self, stream: str, after: int = 0) -> list[Envelope]:
        """`after`: the sequence number in the stream that is known already."""
        return self._runner.run(self._all_said(stream, after))

    @cached_property
    def things(self) -> dict[str, str]:
        """Something of every sort that there is in Huainan, by the name that addresses have."""

        def first(service: str, path: str, **asked: str) -> Any:
            return self.get(service, path, "registrar", params=asked)["items"][0]

        grid = first("grid", "/v1/grids", level="community")
        post = first("grid", "/v1/posts", role="grid_worker")
        listed = first("grid", "/v1/checklists", kind="system_tasks")
        items = f"/v1/checklists/{listed['checklist_id']}/items"
        filing = {"area": grid["area"], "category": "safety", "text": "the kerb is broken"}
        filed, other = (self.post("intake", "/v1/cases", filing) for _ in range(2))
        idea = {"kind": "suggestion", "area": grid["area"], "category": "safety", "text": "a kerb"}
        self.post("intake", "/v1/cases", idea)
        told = self.get("intake", "/v1/notices", "notifier")["items"][0]
        attachments = f"/v1/cases/{filed['case_id']}/attachments"
        paper = self.send("intake", "POST", attachments, "dispatcher", content=PAPER).json()
        return {
            "code": grid["area"],
            "grid_id": grid["grid_id"],
            "post_id": post["post_id"],
            "person_id": post["person_id"],
            "list_id": listed["checklist_id"],
            "item_id": first("grid", items)["item_id"],
            "case_id": filed["case_id"],
            "other_case_id": other["case_id"],
            "notice_id": told["notice_id"],
            "attachment_id": paper["attachment_id"],
            "volunteer_id": first("volunteer", "/v1/volunteers")["volunteer_id"],
            "team_id": first("volunteer", "/v1/teams")["team_id"],
            "activity_id": first("volunteer", "/v1/activities")["activity_id"],
            "demand_id": first("volunteer", "/v1/demands")["demand_id"],
            "metric_id": "cases_filed",
            "kind": "request",
            "letter_id": "1",
            "receipt": filed["receipt"],
            "format": "json",
            "service_code": "request.safety",
            "service_request_id": filed["case_id"],
            "token": "a" * 40,
            **set_up(self, grid["area"]),
        }

    @cached_property
    def _urls(self) -> dict[str, str]:
        return {service.name: service.url for service in self.stack.services}

    async def _settles(self) -> None:
        quiet = 0
        async with asyncio.timeout(SECONDS):
            while quiet < 2:
                services = (await status(self.stack)).services
                waits = [
                    one.backlog is None or one.backlog + sum(one.lag.values()) for one in services
                ]
                quiet = 0 if any(waits) else quiet + 1
                await asyncio.sleep(0.05)

    async def _rows(self, service: str) -> Rows:
        if service not in self._pools:
            opening = database(self.stack, service)
            self._pools[service] = await self._opened.enter_async_context(opening)
        pool = self._pools[service]
        tables = [row["tablename"] for row in await pool.fetch(TABLES)]
        every = (f"SELECT '{one}' AS of, t::text AS text FROM {one} t" for one in tables)  # noqa: S608 - names from the catalogue
        found: Rows = {table: Counter() for table in tables}
        for row in await pool.fetch(" UNION ALL ".join(every)):
            found[row["of"]][row["text"]] += 1
        return found

    async def _said(self, stream: str, sequence: int) -> bytes:
        async with operator_bus(self.stack) as bus:
            message = await bus.client.jetstream().get_msg(stream, sequence, direct=True)
        return bytes(message.data or b"")

    async def _all_said(self, stream: str, after: int) -> list[Envelope]:
        async with operator_bus(self.stack) as bus:
            last = (await bus.api(f"STREAM.INFO.{stream}"))["state"]["last_seq"]
            messages = bus.client.jetstream()
            numbers = range(after + 1, last + 1)
            found = [await messages.get_msg(stream, number, direct=True) for number in numbers]
        return [decode(message.data or b"") for message in found]


def eventually(holds: Callable[[], object], what: str) -> None:
    wait_until(lambda: bool(holds()), SECONDS, lambda: f"not within {SECONDS} s: {what}")
