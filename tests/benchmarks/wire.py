"""An HTTP client that costs little beside what it measures: one request at a time on each
connection, which is kept alive."""

import asyncio
from typing import NamedTuple

from httptools import HttpResponseParser

from liuchi.processes import HOST

ANSWER_SECONDS = 30.0


class Answer(NamedTuple):
    status: int
    body: bytes


class Wire(asyncio.Protocol):
    """One connection. Raises TimeoutError or ConnectionError when there is no answer."""

    def __init__(self) -> None:
        self._parser = HttpResponseParser(self)
        self._body: list[bytes] = []
        self._answer: asyncio.Future[Answer] | None = None
        self._transport: asyncio.Transport | None = None

    async def ask(self, method: str, path: str, head: str = "", body: bytes = b"") -> Answer:
        """`head`: further header lines, each with its CRLF."""
        if self._transport is None or not self.is_open:
            raise ConnectionResetError("the server closed the connection")
        self._answer = asyncio.get_running_loop().create_future()
        lines = f"{method} {path} HTTP/1.1\r\nHost: {HOST}\r\n{head}"
        if body:
            lines += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        self._transport.write(f"{lines}\r\n".encode() + body)
        async with asyncio.timeout(ANSWER_SECONDS):
            return await self._answer

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    def close(self) -> None:
        if self._transport:
            self._transport.close()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        answer = Answer(self._parser.get_status_code(), b"".join(self._body))
        self._body.clear()
        if self._answer and not self._answer.done():
            self._answer.set_result(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_exception(ConnectionResetError("the server closed the connection"))


async def connect(port: int) -> Wire:
    _, wire = await asyncio.get_running_loop().create_connection(Wire, HOST, port)
    return wire
