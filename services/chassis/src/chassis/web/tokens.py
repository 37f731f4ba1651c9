"""From a bearer token to a Caller: JWTs checked against the issuer's published keys (RFC 7519)."""

from dataclasses import dataclass, field
from time import time
from typing import Any

import jwt

from chassis.access import Caller, Unauthorised, territory
from chassis.web.jwks import Keys

ALGORITHMS = ["ES256", "EdDSA", "RS256"]
LEEWAY_SECONDS = 10
TOKENS = 10_000
"""Remembered at most."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A token whose signature and claims held: checking costs more than many a request."""

    kid: str | None
    key: jwt.PyJWK
    caller: Caller
    expires_at: float


@dataclass(frozen=True)
class Tokens:
    keys: Keys
    issuer: str
    audience: str
    _checked: dict[str, Checked] = field(default_factory=dict)

    async def caller(self, authorization: str | None) -> Caller:
        """Who this header speaks for. Raises Unauthorised; its sentence never repeats the token."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthorised("This needs a token: send the header Authorization: Bearer <token>.")
        try:
            checked = self._checked.get(token) or await self._check(token)
            if checked.key is not await self.keys.find(checked.kid):  # fetched anew since
                checked = await self._check(token)
        except jwt.ExpiredSignatureError:
            raise Unauthorised("The token has expired: get a new one.") from None
        except (jwt.PyJWTError, KeyError, TypeError, ValueError):
            raise Unauthorised("The token is not valid here: get one from our issuer.") from None
        if checked.expires_at < time():
            raise Unauthorised("The token has expired: get a new one.")
        return checked.caller

    async def _check(self, token: str) -> Checked:
        kid = jwt.get_unverified_header(token).get("kid")
        key = await self.keys.find(kid)
        claims = jwt.decode(
            token,
            key,
            algorithms=ALGORITHMS,
            issuer=self.issuer,
            audience=self.audience,
            leeway=LEEWAY_SECONDS,
        )
        if len(self._checked) >= TOKENS:
            self._checked.clear()
        checked = Checked(kid, key, _caller(claims), claims["exp"] + LEEWAY_SECONDS)
        self._checked[token] = checked
        return checked


def _caller(claims: dict[str, Any]) -> Caller:
    roles = claims["roles"]
    if not isinstance(roles, list):
        raise TypeError("roles is a list of names")
    return Caller(claims["sub"], frozenset(map(str, roles)), territory(claims["area"]))
