"""A town that serves Open311, asked as the standard has it asked."""

from xml.etree import ElementTree

from intake.open311.provider import new_key
from tests.integration.intake.town import COUNTY, VILLAGE

CITY = "340400000000"
IN_COUNTY = {"lat": "32.62", "long": "117.12"}
"""Well inside 大通区."""
ON_A_BORDER = {"lat": "32.6135", "long": "117.0415"}

STORED = ("events", "outbox", "cases", "receipts", "vault_keys", "idempotency")


class Served:
    def __init__(self, town, file):
        self.town, self.client, self.file = town, town.client, file
        self.key = self.gives("street_lamp_app", COUNTY)

    def gives(self, actor, area):
        api_key, lines = new_key(self.town.desk.vault.keyring, actor, area)
        self.file.write_text(lines + (self.file.read_text() if self.file.exists() else ""))
        return api_key

    async def gets(self, path, answered=200, headers=None, **asked):
        answer = await self.client.get(f"/open311/v2/{path}", params=asked, headers=headers)
        assert answer.status_code == answered, answer.text
        return answer

    async def json(self, path, answered=200, **more):
        answer = await self.gets(f"{path}.json", answered, **more)
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
        return answer.json()

    async def xml(self, path, answered=200, **more):
        answer = await self.gets(f"{path}.xml", answered, **more)
        assert answer.headers["content-type"] == "text/xml; charset=utf-8"
        assert answer.text.lower().startswith("<?xml version='1.0' encoding='utf-8'?>")
        return ElementTree.fromstring(answer.content)  # noqa: S314 - our own

    async def posts(self, format="json", headers=None, **form):
        form = {"api_key": self.key, "service_code": "request.environment", **form}
        if not form.keys() & {"lat", "address_string", "attribute[area]"}:
            form.setdefault("address_id", VILLAGE)
        return await self.client.post(
            f"/open311/v2/requests.{format}",
            data={name: value for name, value in form.items() if value is not None},
            headers=headers,
        )

    async def files(self, **form):
        answer = await self.posts(**form)
        assert answer.status_code == 201, answer.text
        (request,) = answer.json()
        return request["service_request_id"]
