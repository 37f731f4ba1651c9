"""Secrets planted wherever somebody could type one: accepted, refused, and when things break."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

from asyncpg import Pool

from chassis.dead_letters import bury
from chassis.pull import Message
from contracts import durable
from liuchi.connections import database
from tests.system.huainan import Huainan
from tests.system.routes import ROUTES, Route, Schema
from tests.system.valid import body, identity_number, with_bodies

SECRETS = [
    re.compile(one)
    for one in (rb"zq7secret[0-9]{4}", rb"1390777[0-9]{4}", rb"3404021949[0-9]{7}[0-9X]")
]
"""Words, phone numbers and identity numbers that are planted."""

HEX = re.compile(r"\\x([0-9a-f]+)")

SAMPLES = ("秘 zq7secret0000", "13907770000")
"""A field that takes one of these takes whatever a person likes to type."""

LOOKED_UP = {"code", "by"}
"""Fields whose text is looked up or read, where a secret is nothing that could be found."""

BREAKING = (
    ("intake", "vault_texts", "intake POST /v1/cases"),
    ("grid", "texts", "grid POST /v1/checklists"),
    ("volunteer", "teams", "volunteer POST /v1/teams"),
    ("volunteer", "identities", "volunteer POST /v1/registrations"),
)
"""Service, table, and the route that fails when the table takes no more rows."""


LETTER = "type of an event"
"""Where the secret comes from that stands in the body of a dead letter."""


class Plants:
    """One secret after the other, and where each was planted."""

    def __init__(self) -> None:
        self.places: dict[bytes, str] = {}
        self.receipts: list[bytes] = []

    def plant(self, where: str) -> str:
        """A new one, of the sort that a field of this name takes."""
        number = len(self.places) + 1
        name = where.rpartition(" ")[2]
        made = {"phone": f"1390777{number:04}", "identity_number": identity_number()}
        secret = made.get(name, f"zq7secret{number:04}")
        self.places[secret.encode()] = where
        return secret if name in made else f"秘 {secret}"

    def plant_plain(self, where: str) -> str:
        """As a header takes it."""
        return self.plant(where).removeprefix("秘 ")

    def found(self, content: bytes | str) -> set[str]:
        """Where the secrets come from that stand in it; in the text of a row, in its bytes too."""
        if isinstance(content, str):
            raw = (bytes.fromhex(one) for one in HEX.findall(content) if len(one) % 2 == 0)
            content = b" ".join([content.encode(), *raw])
        seen = {one for secret in SECRETS for one in secret.findall(content)}
        seen |= {one for one in self.receipts if one in content}
        return {self.places[one] for one in seen if one in self.places}


def free_fields(route: Route) -> Iterator[str]:
    """What takes whatever a person types: text without a list of values or a narrow pattern."""
    for name, schema in (route.body or {}).get("properties", {}).items():
        if _is_free(schema):
            yield name


def _is_free(schema: Schema) -> bool:
    if "anyOf" in schema:
        return any(_is_free(one) for one in schema["anyOf"])
    is_text = schema.get("type") == "string" and not {"enum", "const", "format"} & schema.keys()
    return is_text and any(re.search(schema.get("pattern", ""), one) for one in SAMPLES)


def plant_everywhere(huainan: Huainan, plants: Plants) -> None:
    """Accepted ones, refused ones, and some that are in hand when something breaks."""
    things = dict(huainan.things)
    for route in with_bodies():
        if names := set(free_fields(route)) - LOOKED_UP:
            _learn(things, plants, _send_valid(huainan, plants, route, things, names))
    for route in ROUTES:
        for sent in _spoilt(plants, route, things):
            _is_not_repeated(huainan, plants, route, things, sent)
    asyncio.run(_break(huainan, plants, things))
    huainan.settles()


def _send_valid(
    huainan: Huainan, plants: Plants, route: Route, things: dict[str, str], names: set[str]
) -> Any:
    typed = {name: plants.plant(f"{route} {name}") for name in names}
    answer = huainan.send(
        route.service,
        route.method,
        route.path.format(**things),
        route.role if route.roles else None,
        json=_valid(route, things) | typed,
        headers={"idempotency-key": f"{plants.plant_plain(f'{route} idempotency-key')}-0001"},
    )
    assert answer.is_success, (str(route), answer.text)
    return answer.json()


def _learn(things: dict[str, str], plants: Plants, made: Any) -> None:
    """What was made is what the next request is about; a receipt code is a secret too."""
    if not isinstance(made, dict):
        return
    names = {"case_id": "case_id", "checklist_id": "list_id", "item_id": "item_id"}
    things |= {name: made[one] for one, name in names.items() if made.get(one)}
    if "receipt" in made:
        things["receipt"] = made["receipt"]
        plants.receipts.append(made["receipt"].encode())
        plants.places[plants.receipts[-1]] = "receipt code"


def _spoilt(plants: Plants, route: Route, things: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Requests with a secret where none belongs: of a field, a parameter, an address, a cookie."""
    at = {"path": route.path.format(**things), "params": route.query}
    free = set(free_fields(route)) - LOOKED_UP
    for name, schema in (route.body or {}).get("properties", {}).items():
        if name not in free and schema.get("type") != "array":
            sent = _valid(route, things) | {name: plants.plant(f"{route} wrongly as {name}")}
            yield at | {"json": sent}
    for parameter in route.parameters:
        name = parameter["name"]
        where = f"{route} parameter {name}"
        match parameter["in"]:
            case "query":
                yield at | {"params": route.query | {name: plants.plant(where)}}
            case "header":
                yield at | {"headers": {name: plants.plant_plain(where)}}
            case "path":
                changed = things | {name: plants.plant(where)}
                yield at | {"path": route.path.format(**changed)}
    yield at | {"path": f"/{plants.plant('an address of nothing')}"}
    if route.method == "GET":
        yield at | {"headers": {"cookie": f"liuchi_token={plants.plant_plain('a cookie')}"}}


def _is_not_repeated(
    huainan: Huainan, plants: Plants, route: Route, things: dict[str, str], sent: dict[str, Any]
) -> None:
    role = route.role if route.roles else None
    with huainan.stream(route.service, route.method, role=role, **sent) as answer:
        if answer.headers["content-type"].startswith("text/event-stream"):
            return
        text = answer.read().decode()
    assert answer.status_code < 500, (str(route), text)
    assert answer.is_success or not plants.found(text), (str(route), text)


async def _break(huainan: Huainan, plants: Plants, things: dict[str, str]) -> None:
    """Have a database refuse rows, and a listener a letter: both are told in the logs."""
    for service, table, name in BREAKING:
        (route,) = (one for one in ROUTES if str(one) == name)
        typed = {one: plants.plant(f"{route} failed {one}") for one in free_fields(route)}
        async with database(huainan.stack, service) as pool, _refusing(pool, table):
            answer = await asyncio.to_thread(
                huainan.send,
                service,
                route.method,
                route.path,
                route.role if route.roles else None,
                json=_valid(route, things) | typed,
            )
        assert (answer.status_code, plants.found(answer.text)) == (500, set()), answer.text
    async with database(huainan.stack, "volunteer") as pool, pool.acquire() as db:
        secret = plants.plant_plain(LETTER)
        content = f'{{"type": "{secret}"}}'.encode()
        message = Message(9_000_000 + len(plants.places), "intake.x", content, "")
        await bury(db, durable("volunteer", "intake"), message, KeyError(secret), 5)
        letter = await db.fetchval("SELECT max(id) FROM dead_letters")
    path = f"/v1/dead-letters/{letter}"
    try:
        _is_not_told(huainan, plants, path)
    finally:
        assert huainan.send("volunteer", "DELETE", path, "operator").status_code == 204


def _is_not_told(huainan: Huainan, plants: Plants, letter: str) -> None:
    told = huainan.get("volunteer", letter, "operator")
    assert plants.found(told.pop("body"))
    assert not plants.found(str(told)), told
    failed = huainan.send("volunteer", "POST", f"{letter}/replay", "operator")
    assert (failed.status_code, plants.found(failed.text)) == (500, set()), failed.text


@asynccontextmanager
async def _refusing(pool: Pool, table: str) -> AsyncIterator[None]:
    """PostgreSQL repeats the whole row when it refuses one."""
    await pool.execute(f"ALTER TABLE {table} ADD CONSTRAINT nothing CHECK (false) NOT VALID")
    try:
        yield
    finally:
        await pool.execute(f"ALTER TABLE {table} DROP CONSTRAINT nothing")


def _valid(route: Route, things: dict[str, str]) -> dict[str, Any]:
    return dict(body(route, things, route.role)["json"])
