"""Splitting cases: parts that are waited for, matters that lead on, copies that are forgotten."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from chassis.execute import EVERYWHERE, NOBODY
from intake import handlers
from intake.domain.commands import FileCase
from intake.handlers.links import SplitOff
from tests.integration.intake.test_links import ends, follows, links, splits
from tests.integration.intake.town import VILLAGE

PART = {"kind": "part", "relation": "has_part", "department": "housing"}


async def takes(town, case_id, step, role="window", status=200, **fields):
    answer = await town.takes(case_id, step, role, **fields)
    assert answer.status_code == status, answer.text
    return answer


async def texts(town, case_id, role="window"):
    answer = await town.client.get(
        f"/v1/cases/{case_id}/texts?purpose=handling", headers=town.as_(role)
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
async def at_window(town):
    """A request that a window took and is splitting: (case id, receipt)."""
    answer = await town.client.post(
        "/v1/cases/on-behalf",
        json={
            "kind": "window",
            "area": VILLAGE,
            "text": "办理低保和公租房",
            "name": "方小六",
            "phone": "13955412345",
            "source": "window",
            "on_behalf": "self",
        },
        headers=town.as_("window"),
    )
    assert answer.status_code == 201, answer.text
    case_id = answer.json()["case_id"]
    await takes(town, case_id, "split")
    return case_id, answer.json()["receipt"]


async def test_a_part_goes_to_its_office_with_the_words_but_not_the_person(town, at_window):
    case_id, _ = at_window
    answer = await splits(town, case_id, "window", **PART)
    assert answer.status_code == 201, answer.text
    part = answer.json()["case_id"]
    assert answer.headers["location"] == f"/v1/cases/{part}"
    told = await texts(town, part, "department")
    assert (told["text"], told["name"], told["phone"]) == ("办理低保和公租房", None, None)
    (link,) = await links(town, part, "department")
    assert (link["relation"], link["to_case"]) == ("part_of", case_id)


async def offered(town, case_id):
    seen = await town.client.get(f"/v1/cases/{case_id}", headers=town.as_("window"))
    return [choice["step"] for choice in seen.json()["allowed"]]


async def test_the_step_that_waits_for_all_parts_says_how_many_are_open(town, at_window):
    case_id, _ = at_window
    parts = [(await splits(town, case_id, "window", **PART)).json()["case_id"] for _ in range(2)]
    answer = await takes(town, case_id, "gathered", status=409)
    assert "still open: 2" in answer.json()["detail"]
    await takes(town, parts[0], "answered", "department")
    answer = await takes(town, case_id, "gathered", status=409)
    assert "still open: 1" in answer.json()["detail"]
    assert "gathered" not in await offered(town, case_id)
    await takes(town, parts[1], "answered", "department")
    assert "gathered" in await offered(town, case_id)
    assert [one["outcome"] for one in await links(town, case_id, "window")] == ["answered"] * 2
    await takes(town, case_id, "gathered")


async def test_only_open_cases_are_split(town, at_window):
    case_id, _ = at_window
    await takes(town, case_id, "withdrawn")
    before = await town.counts("cases", "links", "vault_keys")
    answer = await splits(town, case_id, "window", **PART)
    assert answer.status_code == 409
    assert "has ended with withdrawn" in answer.json()["detail"]
    assert await town.counts("cases", "links", "vault_keys") == before


async def test_a_part_needs_what_its_kind_needs(town, at_window):
    answer = await splits(town, at_window[0], "window", kind="part", relation="has_part")
    assert answer.status_code == 409
    assert "ssigned needs department" in answer.json()["detail"]


async def test_a_suggestion_that_leads_to_a_deliberation_learns_its_outcome(town):
    suggestion, receipt = await town.files(
        kind="suggestion", category="environment", text="建议修一条步道"
    )
    answer = await splits(
        town,
        suggestion,
        "suggestion_desk",
        kind="deliberation",
        source="suggestion",
        category="facilities",
        relation="leads_to",
        text="步道修在哪里",
    )
    assert answer.status_code == 201, answer.text
    deliberation = answer.json()["case_id"]
    assert (await texts(town, deliberation, "host"))["text"] == "步道修在哪里"
    withdrawn = await town.takes(deliberation, "withdrawn", "host")
    assert withdrawn.status_code == 200, withdrawn.text
    (link,) = await links(town, suggestion, "suggestion_desk")
    assert (link["relation"], link["outcome"]) == ("leads_to", "withdrawn")
    assert (await town.client.get(
        f"/v1/cases/{suggestion}", headers=town.as_("suggestion_desk")
    )).json()["is_open"]  # fmt: skip
    said = [one["words"]["zh"] for one in (await follows(town, receipt))["told"]]
    assert any("转为“" in words for words in said)
    assert any("有了结果：" in words for words in said)


async def test_a_case_may_lead_to_one_that_there_is(town):
    (case_id, receipt), (to_case, _) = [await town.files(category="other") for _ in range(2)]
    answer = await town.client.post(
        f"/v1/cases/{case_id}/links", json={"to_case": to_case}, headers=town.as_("dispatcher")
    )
    assert answer.status_code == 204, answer.text
    await ends(town, to_case)
    await takes(town, to_case, "revisited", "dispatcher", satisfaction=1)
    (link,) = await links(town, case_id)
    assert (link["relation"], link["outcome"]) == ("leads_to", None), "it was reopened"
    assert (await town.happened(case_id)).count("linked") == 3
    told = [one["words"]["zh"] for one in (await follows(town, receipt))["told"]]
    assert told[1:] == [
        "您反映的事项已转为“群众急难愁盼诉求”办理。",
        "由您反映的事项转出的“群众急难愁盼诉求”有了结果：已办结。",
        "由您反映的事项转出的“群众急难愁盼诉求”已重新办理。",
    ]


def part_of(case_id):
    """A part that is split off with the words of the whole."""
    at = datetime.now(UTC)
    filing = FileCase(
        uuid4(), "part", VILLAGE, "window", frozenset({"window"}), at,
        fields={"department": "housing"},
    )  # fmt: skip
    return UUID(case_id), SplitOff(filing, "has_part", joins=False, text=None)


async def test_a_copy_that_is_made_meanwhile_is_forgotten_too(town, at_window):
    case_id, off = part_of(at_window[0])
    async with town.pool.acquire() as db, db.transaction():
        await handlers.links.split(
            db, town.desk, case_id, off, "anna", origin=NOBODY, within=EVERYWHERE
        )
        forgetting = asyncio.ensure_future(
            town.client.delete(f"/v1/cases/{case_id}/texts", headers=town.as_("registrar"))
        )
        await town.until_it_waits(forgetting)
    assert (await forgetting).status_code == 204
    told = await texts(town, off.filing.case_id, "department")
    assert (told["text"], bool(told["forgotten_at"])) == (None, True)


async def test_nothing_is_copied_that_is_forgotten_meanwhile(town, at_window):
    case_id = at_window[0]
    before = await town.counts("cases", "links")
    async with town.pool.acquire() as db, db.transaction():
        await handlers.links.forget(db, town.desk, UUID(case_id))
        splitting = asyncio.ensure_future(splits(town, case_id, "window", **PART))
        await town.until_it_waits(splitting)
    answer = await splitting
    assert (answer.status_code, "is forgotten" in answer.text) == (409, True), answer.text
    assert await town.counts("cases", "links") == before


async def test_no_step_waits_for_whoever_copies(town, at_window):
    """Each would wait for the other: the one holds a row that the other's step writes last."""
    async with town.pool.acquire() as db, db.transaction(), asyncio.timeout(20):
        await town.desk.vault.hold(db, [UUID(at_window[0])])
        await takes(town, at_window[0], "withdrawn", note="走了")


async def test_forgetting_one_forgets_the_copies(town, at_window):
    case_id, _ = at_window
    part = (await splits(town, case_id, "window", **PART)).json()["case_id"]
    other = (await splits(town, case_id, "window", **PART, text="公租房")).json()["case_id"]
    answer = await town.client.delete(f"/v1/cases/{part}/texts", headers=town.as_("registrar"))
    assert answer.status_code == 204, answer.text
    for forgotten in (part, case_id):
        told = await texts(town, forgotten)
        assert (told["text"], bool(told["forgotten_at"])) == (None, True)
    assert (await texts(town, other))["text"] == "公租房"
    answer = await splits(town, case_id, "window", **PART)
    assert answer.status_code == 409
    assert "is forgotten" in answer.json()["detail"]
