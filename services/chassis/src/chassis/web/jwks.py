"""The token issuer's public keys, kept at hand and fetched anew when they may have changed."""

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import jwt

from chassis import telemetry

FETCH_SECONDS = 5
KEYS_SECONDS = 600
"""Keys older than this are fetched again with the next token: so long lives a withdrawn key."""


@dataclass
class Keys:
    """The issuer's keys, kept; an unknown kid has them fetched again, not oftener than `patience`.

    While the issuer is away the keys last seen go on serving.
    """

    url: str
    patience: float = 10.0
    """Seconds between two fetches, so that made-up kids do not become a flood at the issuer."""
    _known: dict[str | None, jwt.PyJWK] = field(default_factory=dict)
    _fetched_at: float = float("-inf")
    _fetching: asyncio.Lock = field(default_factory=asyncio.Lock)
    _refreshing: asyncio.Task[None] | None = None

    async def find(self, kid: str | None) -> jwt.PyJWK:
        """Raises KeyError for a kid the issuer does not publish."""
        if kid not in self._known:
            await self._fetch(self.patience)
        elif monotonic() - self._fetched_at > KEYS_SECONDS and not self._fetching.locked():
            # Nobody whose key is known waits for an issuer that is slow or away.
            self._refreshing = asyncio.create_task(self._fetch(KEYS_SECONDS))
        return self._known[kid]

    async def _fetch(self, older_than: float) -> None:
        async with self._fetching:
            if monotonic() - self._fetched_at <= older_than:
                return
            self._fetched_at = monotonic()
            try:
                document = await asyncio.to_thread(self._read)
                self._known = {key.key_id: key for key in jwt.PyJWKSet.from_dict(document)}
            except (OSError, ValueError, jwt.PyJWTError) as fault:
                telemetry.log.warning("issuer_keys_unreadable", fault=type(fault).__name__)

    def _read(self) -> Any:
        parts = urlsplit(self.url)
        if parts.scheme == "file":
            return json.loads(Path(url2pathname(parts.path)).read_bytes())
        client = jwt.PyJWKClient(self.url, cache_jwk_set=False, timeout=FETCH_SECONDS)
        return client.fetch_data()
