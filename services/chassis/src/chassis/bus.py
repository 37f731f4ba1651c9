"""The connection to NATS: it lives as long as the service and survives the server."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from nats.aio.client import Client
from nats.errors import Error as NatsError

from chassis.telemetry import log

API = "$JS.API."
DELIVERY = b"$JS.ACK."
ANSWER_SECONDS = 5.0
RETRY_SECONDS = 0.5


class BusRefused(Exception):  # noqa: N818 - JetStream's answer to a request
    """JetStream answered with an error. `code` is its `err_code`."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(f"JetStream refused ({code}): {description}")
        self.code = code


class _Client(Client):
    """nats-py reads headers letter by letter, which takes longer than all else about a message.

    Those of a JetStream delivery only repeat what its body says, so they stay unread.
    """

    async def _process_msg(
        self, sid: int, subject: bytes, reply: bytes, data: bytes, headers: bytes
    ) -> None:
        unread = reply.startswith(DELIVERY)
        await super()._process_msg(sid, subject, reply, data, b"" if unread else headers)


class Bus:
    """A NATS client that is connected, or trying to be."""

    def __init__(self, url: str, service: str) -> None:
        self._url = url
        self._service = service
        self.client: Client = _Client()
        self.connected = asyncio.Event()
        self._on_reconnect: set[Callable[[], None]] = set()

    async def connect(self) -> None:
        """Returns once connected; keeps trying until then. Later losses are mended by nats-py."""
        while not self.connected.is_set():
            try:
                self.client = await self._opened()
                self.connected.set()
            except (OSError, NatsError, TimeoutError) as fault:
                log.warning("bus_unreachable", fault=type(fault).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    async def close(self) -> None:
        if self.connected.is_set() and not self.client.is_closed:
            await _close(self.client)

    @property
    def is_up(self) -> bool:
        return self.client.is_connected

    def on_reconnect(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back whenever requests under way may have been lost. Returns its undoing."""
        self._on_reconnect.add(callback)
        return lambda: self._on_reconnect.discard(callback)

    async def api(self, subject: str, request: dict[str, Any] | None = None) -> dict[str, Any]:
        """One JetStream API call, without the `$JS.API.` in front. Raises BusRefused."""
        payload = json.dumps(request).encode() if request else b""
        answer = await self.client.request(API + subject, payload, timeout=ANSWER_SECONDS)
        return accepted(answer.data)

    async def _opened(self) -> Client:
        """A connected client. Whoever gives up before it is one leaves no half of it behind."""
        client = _Client()
        try:
            await client.connect(
                self._url,
                name=self._service,
                inbox_prefix=f"_INBOX.{self._service}".encode(),
                max_reconnect_attempts=-1,
                reconnect_time_wait=RETRY_SECONDS,  # type: ignore[arg-type] # any number
                allow_reconnect=True,
                connect_timeout=2,
                reconnected_cb=self._reconnected,
                error_cb=self._failed,
            )
        except asyncio.CancelledError:
            await _close(client)
            raise
        return client

    async def _reconnected(self) -> None:
        log.info("bus_reconnected")
        for callback in tuple(self._on_reconnect):
            callback()

    async def _failed(self, fault: Exception) -> None:
        log.warning("bus_fault", fault=type(fault).__name__, detail=str(fault))


async def _close(client: Client) -> None:
    with suppress(OSError):  # a server that is away cannot be taken leave of
        await client.close()


def accepted(answer: bytes) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(answer)
    if error := body.get("error"):
        raise BusRefused(error.get("err_code", 0), error.get("description", ""))
    return body
