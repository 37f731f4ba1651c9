"""Speaks to the services as their users do, over HTTP, and again when one was away."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

import httpx2

from contracts import durable
from liuchi.demo.register import CITY
from liuchi.processes import StackError
from liuchi.stack import Stack

Item = TypeVar("Item")

AT_ONCE = 16
PATIENCE_SECONDS = 120
"""A service that is away for longer is given up."""
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 5.0
AWAY = {429, 502, 503, 504}
PAGE = 500


class Refused(StackError):  # noqa: N818 - an answer, not an error
    """A service said no; its sentence is the message."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Client:
    def __init__(self, stack: Stack, http: httpx2.AsyncClient, seed: int) -> None:
        self._stack = stack
        self._seed = seed
        self._http = http
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._urls = {service.name: service.url for service in stack.services}
        self.token = cache(self._token)

    async def post(
        self,
        service: str,
        path: str,
        body: object,
        key: str,
        role: str | None = "registrar",
        at: datetime | None = None,
    ) -> Any:
        """A command, once for its key. Raises Refused when the service says no.

        `at` is when it happened, if that was before. Without a role it is sent as a stranger.
        """
        headers = {"idempotency-key": f"demo-city-{self._seed}-{key}"}
        asked = {"at": at.isoformat()} if at else None
        answer = await self._send(
            "POST", service, path, role=role, headers=headers, json=body, params=asked
        )
        return answer.json()

    async def upload(self, service: str, path: str, text: str, area: str) -> str:
        """A CSV file, as the registrar of an area. Returns what is answered, as text."""
        headers = {"content-type": "text/csv"}
        answer = await self._send(
            "POST", service, path, area=area, headers=headers, content=text.encode()
        )
        return answer.text

    async def get(self, service: str, path: str, role: str = "registrar", **asked: Any) -> Any:
        return (await self._send("GET", service, path, role=role, params=asked)).json()

    async def all(
        self, service: str, path: str, role: str = "registrar", **asked: Any
    ) -> list[dict[str, Any]]:
        """Every item of a list, page by page."""
        items: list[dict[str, Any]] = []
        asked["limit"] = PAGE
        while True:
            page = await self.get(service, path, role, **asked)
            items += page["items"]
            if page["next"] is None:
                return items
            asked["cursor"] = page["next"]

    async def settles(self, speaker: str, *listeners: str) -> None:
        """Return when these have handled all that the speaker has said."""
        waiting = {durable(listener, speaker) for listener in listeners}
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (await self.get(speaker, "/v1/status", "operator"))["outbox"]:
            await _pause(deadline, f"{speaker} does not get its events onto the bus")
        for listener in listeners:
            while waiting & await self._behind(listener):
                await _pause(deadline, f"{listener} does not keep up with {speaker}")

    async def _behind(self, listener: str) -> set[str]:
        status = await self.get(listener, "/v1/status", "operator")
        return {one["durable"] for one in status["listeners"] if one["behind"] != 0}

    async def _send(
        self,
        method: str,
        service: str,
        path: str,
        *,
        role: str | None = "registrar",
        area: str = CITY,
        headers: dict[str, str] | None = None,
        **request: Any,
    ) -> httpx2.Response:
        headers = headers or {}
        if role:
            headers["authorization"] = f"Bearer {self.token(role, area)}"
        url = f"{self._urls[service]}{path}"
        answer = await self._insist(service, method, url, headers=headers, **request)
        if answer.is_error:
            raise Refused(answer.status_code, f"{service}: {sentence(answer)}")
        return answer

    async def _insist(self, service: str, method: str, url: str, **request: Any) -> httpx2.Response:
        """Again, with the same key, until there is an answer that counts."""
        deadline, pause = time.monotonic() + PATIENCE_SECONDS, FIRST_PAUSE
        while True:
            try:
                async with self._turns:
                    answer = await self._http.request(method, url, **request)
                if answer.status_code not in AWAY:
                    return answer
                why = sentence(answer)
            except httpx2.TransportError as fault:
                why = type(fault).__name__
            if time.monotonic() > deadline:
                raise StackError(f"{service} does not answer: {why}")
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _token(self, role: str, area: str) -> str:
        return self._stack.issuer.token(f"demo-{role}", [role], area)


@asynccontextmanager
async def connected(stack: Stack, seed: int) -> AsyncIterator[Client]:
    """`seed` tells the commands of one city from those of another. Raises StackError at once when a
    service is not ready.
    """
    for service in stack.services:
        if why := service.lacks():
            raise StackError(f"{service.name} is not ready ({why}): run `liuchi up` first.")
    async with httpx2.AsyncClient(timeout=PATIENCE_SECONDS) as http:
        yield Client(stack, http, seed)


async def each(items: Iterable[Item], work: Callable[[Item], Awaitable[object]]) -> None:
    """Work on all of them side by side. Raises the first fault, and then stops the others."""
    try:
        async with asyncio.TaskGroup() as group:
            for item in items:
                group.create_task(_awaited(work(item)))
    except ExceptionGroup as faults:
        raise faults.exceptions[0] from None


def sentence(answer: httpx2.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"HTTP {answer.status_code}"


async def _awaited(work: Awaitable[object]) -> None:
    await work


async def _pause(deadline: float, otherwise: str) -> None:
    if time.monotonic() > deadline:
        raise StackError(f"{otherwise}: see `liuchi status`.")
    await asyncio.sleep(FIRST_PAUSE)
