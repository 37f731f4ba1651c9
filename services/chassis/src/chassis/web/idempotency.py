"""The same Idempotency-Key is the same command: it runs once, and a retry gets the first answer.

The answer is stored in the command's transaction, sealed by the key that only the client has,
for it may hold a receipt code. A refusal stores nothing.
"""

import os
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Annotated

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from fastapi import Depends, Header, HTTPException, Request, Response
from msgspec import msgpack

from chassis.access import caller_of
from chassis.event_log import Db

# A second request with the same key waits here until the first commits, or takes its place.
CLAIM = """
    INSERT INTO idempotency (key, request, answer) VALUES ($1, $2, $3)
    ON CONFLICT DO NOTHING
    RETURNING true
"""

FIRST = "SELECT request, answer FROM idempotency WHERE key = $1"

REMEMBER = "UPDATE idempotency SET answer = $2 WHERE key = $1"

PRUNE = "DELETE FROM idempotency WHERE answered_at < now() - interval '1 day'"

KEPT_HEADERS = ("content-type", "etag", "location")
NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Once:
    """The Idempotency-Key of a request; without one every request is a command of its own."""

    request: Request
    text: str | None


async def _header(
    request: Request,
    idempotency_key: Annotated[
        str | None, Header(description="Chosen anew for each command; a retry sends it again.")
    ] = None,
) -> Once:
    if idempotency_key is not None and not re.fullmatch(r"[!-~]{16,128}", idempotency_key):
        sentence = "Idempotency-Key is 16 to 128 characters without spaces: a new UUID will do."
        raise HTTPException(422, sentence)
    return Once(request, idempotency_key)


Key = Annotated[Once, Depends(_header)]
"""A route's parameter: `key: Key`."""


async def once(db: Db, key: Once, run: Callable[[], Awaitable[Response]]) -> Response:
    """Run the command, or give the first answer. The caller owns the transaction.

    Two round trips beside the command's own. Raises a 422 when the key was used with another
    request.
    """
    return await _once(db, key, run, None)


async def once_with(
    db: Db, key: Once, answer: Response, run: Callable[[], Awaitable[object]]
) -> Response:
    """As `once` in one round trip, for a command whose answer is known before it runs."""

    async def run_and_answer() -> Response:
        await run()
        return answer

    return await _once(db, key, run_and_answer, answer)


async def is_answered(db: Db, key: Once) -> bool:
    """Whether a command with this key has run: what its caller sees may be its own doing."""
    return key.text is not None and await db.fetchrow(FIRST, _name(_scope(key))) is not None


async def _once(
    db: Db, key: Once, run: Callable[[], Awaitable[Response]], foretold: Response | None
) -> Response:
    if key.text is None:
        return await run()
    scope = _scope(key)
    name = _name(scope)
    secret = blake2b(scope, person=b"secret", digest_size=32).digest()
    asked = f"{key.request.url.query}\n".encode()
    asked = blake2b(asked + await key.request.body(), key=secret, digest_size=32).digest()

    if not await db.fetchval(CLAIM, name, asked, _seal(secret, foretold) if foretold else None):
        first = await db.fetchrow(FIRST, name)
        if first is None or first["request"] != asked or first["answer"] is None:
            sentence = "This Idempotency-Key was used for another request: choose a new one."
            raise HTTPException(422, sentence)
        return _open(secret, first["answer"])
    answer = await run()
    if foretold is None:
        await db.execute(REMEMBER, name, _seal(secret, answer))
    return answer


def _scope(key: Once) -> bytes:
    # Only now is it certain that `allow` has run, whatever the order of the route's parameters.
    caller = caller_of(key.request)
    route = f"{key.request.method} {key.request.url.path}"
    return "\n".join((route, caller.actor if caller else "", key.text or "")).encode()


def _name(scope: bytes) -> bytes:
    return blake2b(scope, person=b"name", digest_size=32).digest()


def _seal(secret: bytes, answer: Response) -> bytes:
    headers = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
    nonce = os.urandom(NONCE_BYTES)
    content = msgpack.encode((answer.status_code, headers, bytes(answer.body)))
    return nonce + AESGCM(secret).encrypt(nonce, content, None)


def _open(secret: bytes, sealed: bytes) -> Response:
    content = AESGCM(secret).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
    status, headers, body = msgpack.decode(content, type=tuple[int, dict[str, str], bytes])
    return Response(body, status, headers)
