"""The development issuer: signs tokens with a key of its own. A city uses its OIDC issuer."""

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization import load_pem_private_key as load_key

KEY_ID = "development"
NAME = "liuchi"
AUDIENCE = "liuchi"


@dataclass(frozen=True)
class Issuer:
    folder: Path

    @property
    def jwks_url(self) -> str:
        """Where services read the public key: a file: URL."""
        return (self.folder / "jwks.json").absolute().as_uri()

    def make(self) -> None:
        """Make the key pair unless there is one."""
        if self._private.exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        key = Ed25519PrivateKey.generate()
        public = jwt.algorithms.OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)
        published = {**public, "kid": KEY_ID, "use": "sig", "alg": "EdDSA"}
        (self.folder / "jwks.json").write_text(json.dumps({"keys": [published]}, indent=2))
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        with open(os.open(self._private, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.write(pem)

    def token(self, actor: str, roles: list[str], area: str, hours: float = 12) -> str:
        """A signed JWT. `area` is a 12-digit code; trailing zeros make it a wider territory."""
        now = int(time.time())
        claims = {
            "iss": NAME,
            "aud": AUDIENCE,
            "sub": actor,
            "roles": roles,
            "area": area,
            "iat": now,
            "exp": now + int(hours * 3600),
        }
        key = load_key(self._private.read_bytes(), password=None)
        assert isinstance(key, Ed25519PrivateKey)  # noqa: S101 - we made it; for the type checker
        return jwt.encode(claims, key, algorithm="EdDSA", headers={"kid": KEY_ID})

    @property
    def _private(self) -> Path:
        return self.folder / "private.pem"
