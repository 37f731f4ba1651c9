"""Intake as a server, and those who come to it: residents, and staff with a token."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
from fastapi import FastAPI

from intake.app import make_app
from intake.settings import Settings
from liuchi.issuer import Issuer
from tests.web.city import CITY, VILLAGE
from tests.web.served import Served

STAFF = ("dispatcher", "department")


class Hall(Served):
    def __init__(self, database_url: str, nats_url: str, folder: Path, **settings: Any) -> None:
        self._issuer = Issuer(folder / "issuer")
        self._issuer.make()

        def make(port: int) -> FastAPI:
            own = {
                "database_url": database_url,
                "nats_url": nats_url,
                "port": port,
                "jwks_url": self._issuer.jwks_url,
                "vault_key": b"v" * 32,
                "accepts_past": True,
            }
            return make_app(Settings(**{**own, **settings}))

        super().__init__(make)

    def cookie(self, *roles: str, area: str = CITY) -> Any:
        token = self._issuer.token("staff-1", list(roles or STAFF), area)
        return {"name": "liuchi_token", "value": token, "url": self.url}

    def files(self, **what: object) -> tuple[str, str]:
        """A request of a resident: (case id, receipt)."""
        body = {"area": VILLAGE, "text": "井盖松动", "category": "facilities", **what}
        return self._posted("/v1/cases", body)

    def filed_long_ago(self) -> str:
        """One that nobody has seen to; the case id."""
        at = (datetime.now(UTC) - timedelta(days=30)).isoformat()
        body = {"area": VILLAGE, "text": "路灯不亮", "source": "hotline", "at": at, "steps": []}
        return self._posted("/v1/cases/records", body, "registrar")[0]

    def _posted(self, path: str, body: object, role: str | None = None) -> tuple[str, str]:
        token = self._issuer.token("staff-1", [role], CITY) if role else None
        headers = {"authorization": f"Bearer {token}"} if token else {}
        answer = httpx2.post(self.url + path, json=body, headers=headers, timeout=60)
        assert answer.status_code == 201, answer.text
        return answer.json()["case_id"], answer.json()["receipt"]
