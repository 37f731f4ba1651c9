"""Tokens for clients that cannot wait for an id: each holds the case's id, and opens nothing else.

It is no receipt code: whoever has a receipt may withdraw a case, and no address may carry one.
"""

from base64 import b32decode, b32encode
from hmac import compare_digest
from uuid import UUID

from chassis.sealed.seal import Keyring

CHECK_BYTES = 9
"""With the 16 of the id they make 40 letters."""


def written(keyring: Keyring, case_id: UUID) -> str:
    return b32encode(case_id.bytes + _check(keyring, case_id)).decode().lower()


def read(keyring: Keyring, token: str) -> UUID | None:
    """None for what was not written here."""
    try:
        content = b32decode(token.upper())
        case_id = UUID(bytes=content[:16])
    except ValueError:
        return None
    return case_id if compare_digest(content[16:], _check(keyring, case_id)) else None


def _check(keyring: Keyring, case_id: UUID) -> bytes:
    return keyring.keyed_hash(f"open311 token {case_id}")[:CHECK_BYTES]
