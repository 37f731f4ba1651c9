"""The keys of the vault: sealing texts, wrapping the key they are sealed with, keyed hashes."""

import hmac
import os
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
REMEMBERED = 1 << 16


class Keyring:
    """The wrapping key, those before it, and the key of the keyed hashes. 32 bytes each.

    `hash_key` stays when the wrapping key is changed; left out, it is the oldest wrapping key.
    """

    def __init__(self, key: bytes, before: Sequence[bytes] = (), hash_key: bytes | None = None):
        oldest = (key, *before)[-1]
        self._hash_key = derive(hash_key or oldest, "keyed hash")
        self._numbers = blake2b(key=derive(self._hash_key, "keyed number"), digest_size=4)
        self.keyed_number = lru_cache(REMEMBERED)(self._keyed_number)
        """See there; most pieces of texts come again and again."""
        self._wrapping = {_name(each): AESGCM(derive(each, "wrap")) for each in (key, *before)}
        self.current = _name(key)

    @property
    def names(self) -> list[str]:
        """Of all wrapping keys at hand."""
        return list(self._wrapping)

    def wrap(self, person: UUID, key: bytes) -> bytes:
        return _encrypt(self._wrapping[self.current], key, person.bytes)

    def unwrap(self, person: UUID, wrapped: bytes, wrapped_by: str) -> bytes:
        """Raises KeyError when that wrapping key is not at hand, InvalidTag for a foreign key."""
        return _decrypt(self._wrapping[wrapped_by], wrapped, person.bytes)

    def keyed_hash(self, text: str) -> bytes:
        """32 bytes that tell equal texts and no more: for identity numbers and receipt codes."""
        return hmac.digest(self._hash_key, text.encode(), "sha256")

    def _keyed_number(self, piece: str) -> int:
        """A signed number of 32 bits that tells equal pieces of a text, for counting shared ones.

        Not for what must be told apart for sure: of 65,000 pieces two are likely to have the same.
        """
        numbers = self._numbers.copy()
        numbers.update(piece.encode())
        return int.from_bytes(numbers.digest(), signed=True)

    def fingerprint(self) -> bytes:
        """Of the key of the keyed hashes; tells nothing about it."""
        return derive(self._hash_key, "fingerprint")


def new_key() -> bytes:
    return os.urandom(32)


def seal(key: bytes, person: UUID, field: str, content: str | bytes) -> bytes:
    """Bound to person and field: moved to another row it does not open."""
    plain = content if isinstance(content, bytes) else content.encode()
    return _encrypt(AESGCM(key), plain, _place(person, field))


def unseal(key: bytes, person: UUID, field: str, sealed: bytes) -> bytes:
    """Raises cryptography's InvalidTag when anything was changed or moved."""
    return _decrypt(AESGCM(key), sealed, _place(person, field))


def derive(key: bytes, purpose: str) -> bytes:
    """A key of its own for each purpose (HKDF, RFC 5869)."""
    return HKDF(SHA256(), 32, salt=None, info=f"liuchi {purpose}".encode()).derive(key)


def _name(key: bytes) -> str:
    return derive(key, "name").hex()[:12]


def _place(person: UUID, field: str) -> bytes:
    return person.bytes + field.encode()


def _encrypt(cipher: AESGCM, content: bytes, place: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, content, place)


def _decrypt(cipher: AESGCM, sealed: bytes, place: bytes) -> bytes:
    return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place)
