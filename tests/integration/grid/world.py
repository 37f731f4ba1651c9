"""Grid as its callers meet it, and a county of Huainan to try it on."""

from dataclasses import dataclass
from pathlib import Path

import httpx2
from asyncpg import Pool
from fastapi import FastAPI

from liuchi.issuer import Issuer
from tests.integration.conversation import Conversation

AREAS = (Path(__file__).parents[3] / "deploy/src/liuchi/data/areas.csv").read_text("utf-8")
HEADER = "code,name,level,parent\n"
ANHUI, HUAINAN, DATONG = "340000000000", "340400000000", "340402000000"
TOWN, OTHER_TOWN = "340402001000", "340402100000"
VILLAGE = "340402001001"

SMALL = HEADER + "".join(
    line + "\n"
    for line in AREAS.splitlines()
    if line.startswith((ANHUI, HUAINAN, "340402", "340403000000"))
)
"""Datong county of Huainan with all its townships and villages."""


@dataclass
class Grid:
    """A client of grid who has any role it asks for."""

    app: FastAPI
    http: httpx2.AsyncClient
    issuer: Issuer
    pool: Pool
    talk: Conversation

    async def send(
        self, method, path, body=None, *, role="registrar", area=ANHUI, actor="staff-1", **more
    ):
        """`more` are headers, `idempotency_key="…"` for instance."""
        token = self.issuer.token(actor, [role], area)
        headers = {"authorization": f"Bearer {token}"}
        headers |= {name.replace("_", "-"): value for name, value in more.items()}
        content = {"content": body} if isinstance(body, str | bytes) else {"json": body}
        return await self.http.request(method, path, headers=headers, **content)

    async def post(self, path, body=None, **more):
        return await self.send("POST", path, body, **more)

    async def get(self, path, **more):
        return await self.send("GET", path, **more)

    async def makes(self, path, body, **more):
        """Post what must succeed. Returns what was made."""
        answer = await self.post(path, body, **more)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def imports(self, text, **more):
        answer = await self.post("/v1/areas/import", text, **more)
        assert answer.status_code == 200, answer.text
        return answer

    async def imports_part(self, text, area, keep=()):
        """The part of the file in one area, by who rules there; `keep`: of these codes alone."""
        if keep:
            rows = text.splitlines(keepends=True)
            text = "".join([HEADER, *(row for row in rows if row.startswith(keep))])
        answer = await self.post(f"/v1/areas/import?area={area}", text, area=area)
        assert answer.status_code == 200, answer.text
        return answer

    async def events(self):
        return await self.pool.fetchval("SELECT count(*) FROM events")
