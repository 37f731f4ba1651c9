"""One long command whose progress is heard while it runs: a line of JSON for each word, at last
the answer (application/x-ndjson)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

from fastapi import Response
from fastapi.responses import StreamingResponse
from pydantic_core import to_json

from chassis.telemetry import log

Told = TypeVar("Told")

LINES = "application/x-ndjson"

BROKEN = {"error": "It broke off. Nothing was stored; send it again."}


async def heard_along(run: Callable[[Callable[[object], None]], Awaitable[Response]]) -> Response:
    """`run` gets a function to tell its progress with; its answer is one line.

    What it raises before the first word is raised here and has its own status. Afterwards the
    status is sent, so the last line has to say it. Whoever goes away stops the command.
    """
    words: asyncio.Queue[object | None] = asyncio.Queue()
    running = asyncio.ensure_future(run(words.put_nowait))
    running.add_done_callback(lambda _: words.put_nowait(None))
    first = await words.get()
    if first is None:
        return await running

    async def lines() -> AsyncIterator[bytes]:
        try:
            word: object | None = first
            while word is not None:
                yield line(word)
                word = await words.get()
            yield await _last(running)
        finally:
            running.cancel()

    return StreamingResponse(lines(), media_type=LINES)


def line(word: object) -> bytes:
    return to_json(word) + b"\n"


async def _last(running: asyncio.Future[Response]) -> bytes:
    try:
        return bytes((await running).body)
    except Exception:
        log.exception("import_broke_off")
        return line(BROKEN)
