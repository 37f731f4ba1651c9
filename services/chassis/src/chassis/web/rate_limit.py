"""So many requests per client address within a moving window: for the routes anyone may call."""

from collections import OrderedDict, deque
from ipaddress import IPv6Address
from math import ceil
from time import monotonic
from typing import Any

from fastapi import Depends, HTTPException, Request

MINUTE = 60

ADDRESSES = 50_000
"""Remembered at most; beyond it the one longest silent is forgotten."""


class MovingWindow:
    """Counts in this process alone: with N replicas a client gets up to N times the limit."""

    def __init__(self, most: int, seconds: float) -> None:
        self.most = most
        self.seconds = seconds
        self._hits: OrderedDict[str, deque[float]] = OrderedDict()

    def hit(self, who: str, now: float) -> float:
        """0.0 and counted, or the seconds to wait and not counted."""
        hits = self._hits.setdefault(who, deque(maxlen=self.most))
        self._hits.move_to_end(who)
        if len(self._hits) > ADDRESSES:
            self._hits.popitem(last=False)
        if len(hits) == self.most and hits[0] + self.seconds > now:
            return hits[0] + self.seconds - now
        hits.append(now)
        return 0.0


class RateLimit:
    """A dependency: 429 with Retry-After beyond so many from one address, of all its routes."""

    def __init__(self, most: int, seconds: float) -> None:
        self._window = MovingWindow(most, seconds)

    async def __call__(self, request: Request) -> None:
        wait = ceil(self._window.hit(_address(request), monotonic()))
        if wait:
            sentence = f"Too many requests from your address: try again in {wait} seconds."
            raise HTTPException(429, sentence, {"retry-after": str(wait)})


def limited(most: int, seconds: float) -> Any:
    """`dependencies=[public, limited(20, 60)]`: 429 with Retry-After beyond 20 a minute."""
    return Depends(RateLimit(most, seconds))


def _address(request: Request) -> str:
    """An IPv6 client owns at least a /64, so that is what counts."""
    host = request.client.host if request.client else ""
    try:
        address = IPv6Address(host)
    except ValueError:
        return host
    return str(address.ipv4_mapped or address.packed[:8].hex())
