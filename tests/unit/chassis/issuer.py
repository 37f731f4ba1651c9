"""A token issuer for tests: real keys, real signatures, its public keys in a file."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as new_ec_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as new_rsa_key
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from chassis.settings import Settings
from chassis.web.jwks import Keys
from chassis.web.tokens import Tokens

NEW_KEY = {
    "EdDSA": (Ed25519PrivateKey.generate, OKPAlgorithm),
    "ES256": (lambda: new_ec_key(SECP256R1()), ECAlgorithm),
    "RS256": (lambda: new_rsa_key(65537, 2048), RSAAlgorithm),
}


@dataclass
class Issuer:
    file: Path
    algorithm: str = "EdDSA"
    kid: str = "first"
    jwks: dict = field(default_factory=dict)

    def __post_init__(self):
        self.turn_to(self.kid)

    @property
    def url(self):
        return self.file.as_uri()

    def turn_to(self, kid):
        """Sign with a new key from now on, and publish that one alone."""
        self.kid = kid
        make, kind = NEW_KEY[self.algorithm]
        self.key = make()
        public = kind.to_jwk(self.key.public_key(), as_dict=True)
        self.jwks = {"keys": [{**public, "kid": kid, "alg": self.algorithm, "use": "sig"}]}
        self.file.write_text(json.dumps(self.jwks))

    def tokens(self, **how):
        return Tokens(Keys(self.url, **how), "liuchi", "liuchi")

    def settings(self, **more):
        unused = {"database_url": "postgresql://nowhere", "nats_url": "nats://nowhere", "port": 0}
        return Settings(**{**unused, "jwks_url": self.url, **more})

    def token(self, *roles, area="340402000000", without=(), **claims):
        all_claims = {
            "sub": "actor-1",
            "roles": list(roles),
            "area": area,
            "iss": "liuchi",
            "aud": "liuchi",
            "exp": datetime.now(UTC) + timedelta(minutes=5),
            **claims,
        }
        kept = {name: value for name, value in all_claims.items() if name not in without}
        return jwt.encode(kept, self.key, self.algorithm, headers={"kid": self.kid})

    def bearer(self, *roles, **claims):
        return {"authorization": f"Bearer {self.token(*roles, **claims)}"}
