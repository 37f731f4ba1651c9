"""The same Idempotency-Key is the same command: it runs once, and a retry gets the first answer.

The answer is stored in the command's transaction, sealed by the key that only the client has,
for it may hold a receipt code. A refusal stores nothing.
"""

import os
import re
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Annotated, Protocol, TypeVar

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from fastapi import Depends, Header, HTTPException, Request, Response
from msgspec import msgpack

from chassis.access import caller_of
from chassis.db import Connected, Db, write

# The last that a command writes. A second one with the same key waits here until the first commits.
CLAIM = """
    claimed AS (INSERT INTO idempotency (key, request, answer) VALUES ($1, $2, $3))
"""

FIRST = "SELECT request, answer FROM idempotency WHERE key = $1"

PRUNE = "DELETE FROM idempotency WHERE answered_at < now() - interval '1 day'"

Result = TypeVar("Result")

KEPT_HEADERS = ("content-type", "etag", "location")
NONCE_BYTES = 12

WELL_MADE = re.compile(r"[!-~]{16,128}")
"""A key: long enough that nobody else chooses the same."""


@dataclass(frozen=True, slots=True)
class Once:
    """The Idempotency-Key of a request; without one every request is a command of its own."""

    request: Request
    text: str | None
    headers: tuple[str, ...] = ()
    """Those that belong to what is asked, as its query and its body do."""

    def with_header(self, name: str) -> "Once":
        """For a route that is told by a header what the command is about."""
        return replace(self, headers=(*self.headers, name))


KeyHeader = Annotated[
    str | None,
    Header(
        alias="idempotency-key",
        description="Chosen anew for each command; a retry sends it again.",
    ),
]


def key_in(request: Request, header: str | None) -> Once:
    """Raises a 422 for a key that somebody else might choose, too."""
    if header is not None and not WELL_MADE.fullmatch(header):
        sentence = "Idempotency-Key is 16 to 128 characters without spaces: a new UUID will do."
        raise HTTPException(422, sentence)
    return Once(request, header)


async def _key(request: Request, idempotency_key: KeyHeader = None) -> Once:
    return key_in(request, idempotency_key)


Key = Annotated[Once, Depends(_key)]
"""A route's parameter: `key: Key`."""


class Reused(HTTPException):
    """A 422: the key was used for another request."""

    def __init__(self) -> None:
        super().__init__(
            422, "This Idempotency-Key was used for another request: choose a new one."
        )


class Running(Protocol):
    """As `Service` is: a connection to read on, and work in a transaction of its own."""

    def connection(self) -> AbstractAsyncContextManager[Connected]: ...

    async def transact(self, work: Callable[[Db], Awaitable[Result]]) -> Result: ...


async def once(here: Running, key: Once, run: Callable[[Db], Awaitable[Response]]) -> Response:
    """Run the command in a transaction, or give the first answer.

    A retry runs again, fails at the latest where the key is claimed, and only then finds what was
    answered: so the key costs a command no round trip of its own. Raises Reused when it was used
    with another request.
    """
    if key.text is None:
        return await here.transact(run)
    scope = _scope(key)
    name = _name(scope)
    secret = blake2b(scope, person=b"secret", digest_size=32).digest()
    asked = blake2b(await _asked(key), key=secret, digest_size=32).digest()

    async def run_and_claim(db: Db) -> Response:
        answer = await run(db)
        await write(db, CLAIM, name, asked, _seal(secret, answer))
        return answer

    try:
        return await here.transact(run_and_claim)
    except TimeoutError:
        raise  # whoever waited that long for a connection need not wait for another
    except Exception:
        async with here.connection() as db:
            first = await db.fetchrow(FIRST, name)
        if first is None:
            raise
        if first["request"] != asked:
            raise Reused from None
        return _open(secret, first["answer"])


async def is_answered(db: Db, key: Once) -> bool:
    """Whether a command with this key has run: what its caller sees may be its own doing."""
    return key.text is not None and await db.fetchrow(FIRST, _name(_scope(key))) is not None


def _scope(key: Once) -> bytes:
    # Only now is it certain that `allow` has run, whatever the order of the route's parameters.
    caller = caller_of(key.request)
    route = f"{key.request.method} {key.request.scope['path']}"
    return "\n".join((route, caller.actor if caller else "", key.text or "")).encode()


async def _asked(key: Once) -> bytes:
    headers = [f"{name}: {key.request.headers.get(name, '')}" for name in key.headers]
    asked = "\n".join((*headers, "")).encode()
    query: bytes = key.request.scope["query_string"]
    return b"\n".join((query, asked + await key.request.body()))


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
