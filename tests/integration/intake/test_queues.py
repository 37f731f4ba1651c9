"""Queues: what is mine to do next, soonest due first, and what nobody may take any further."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from tests.integration.intake.town import ELSEWHERE, OTHER_VILLAGE, VILLAGE, running_town

ENDLESS = """
kind = "errand"
title = { zh = "代办", en = "Errand" }
source = "a test"
[[step]]
name = "asked"
title = { zh = "已提出", en = "Asked" }
by = ["resident"]
next = ["done"]
[[step]]
name = "done"
title = { zh = "已办", en = "Done" }
by = ["runner"]
within = "1 day"
next = []
[field.source.resident]
title = { zh = "群众", en = "Resident" }
[field.urgency.normal]
title = { zh = "一般", en = "Normal" }
"""


async def queue(
    town, name="mine", role="dispatcher", actor="staff-1", area="340402000000", **asked
):
    answer = await town.client.get(
        "/v1/cases",
        params={"queue": name, **asked},
        headers=town.as_(role, actor=actor, area=area),
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def in_queue(town, *args, **asked):
    return [item["case_id"] for item in (await queue(town, *args, **asked))["items"]]


async def test_a_case_is_in_the_queue_of_whoever_takes_its_next_step(town):
    case_id, _ = await town.files()
    assert await in_queue(town) == [case_id]
    assert await in_queue(town, role="department") == []
    await town.takes(case_id, "classified", category="property")
    await town.takes(case_id, "dispatched", to="department", department="housing")
    assert await in_queue(town) == []
    assert await in_queue(town, role="department") == [case_id]
    assert await in_queue(town, role="grid_worker") == []


async def test_soonest_due_comes_first_page_by_page(town):
    cases = [(await town.files())[0] for _ in range(5)]
    now = datetime.now(UTC)
    for case_id, days in zip(cases, (3, 1, None, 2, 1), strict=True):
        due_at = None if days is None else now + timedelta(days=days)
        await town.pool.execute("UPDATE cases SET due_at = $2 WHERE case_id = $1", case_id, due_at)
    expected = [cases[place] for place in (1, 4, 3, 0, 2)]
    seen, cursor = [], {}
    while True:
        page = await queue(town, limit=2, **cursor)
        seen += [item["case_id"] for item in page["items"]]
        if not page.get("next"):
            break
        cursor = {"cursor": page["next"]}
    assert seen == expected


async def test_a_grid_worker_sees_what_lies_with_their_own_post(town):
    person, colleague = uuid4(), uuid4()
    await town.has_on_duty(VILLAGE, person)
    await town.has_on_duty(OTHER_VILLAGE, colleague)
    mine, _ = await town.files(category="environment")
    other, _ = await town.files(category="environment", area=OTHER_VILLAGE)
    for who, case_id in ((person, mine), (colleague, other)):
        assert await in_queue(town, role="grid_worker", actor=str(who)) == [case_id]
    assert await in_queue(town, role="grid_worker") == []


async def test_whoever_is_called_when_it_is_late_has_it_in_the_queue_from_then_on(town):
    await town.files()
    assert await in_queue(town, role="admin") == []
    await town.sweeps(datetime.now(UTC) + timedelta(days=12))
    assert len(await in_queue(town, role="admin")) == 1
    assert len(await in_queue(town)) == 1


async def test_ended_and_joined_cases_are_in_no_queue(town):
    withdrawn, _ = await town.files()
    await town.takes(withdrawn, "withdrawn")
    case_id, into = (await town.files())[0], (await town.files())[0]
    await town.client.post(
        f"/v1/cases/{case_id}/joins", json={"into": into}, headers=town.as_("dispatcher")
    )
    assert await in_queue(town) == [into]
    assert await in_queue(town, "stuck") == []


async def test_the_queue_keeps_to_the_territory_and_to_what_is_asked(town):
    here, _ = await town.files()
    await town.files(area=ELSEWHERE)
    assert await in_queue(town) == [here]
    assert await in_queue(town, area=OTHER_VILLAGE) == []
    assert await in_queue(town, step="classified") == []
    assert await in_queue(town, kind="request", step="filed") == [here]


@pytest.fixture
async def endless(servers, database, bus, issuer, town, tmp_path):
    """The town again, with a kind whose steps only one role may take, and nobody is called."""
    (tmp_path / "errand.toml").write_text(ENDLESS, encoding="utf-8")
    async with running_town(servers, town.pool, bus, issuer, kinds_folder=tmp_path) as town:
        yield town


async def test_what_is_late_with_nobody_above_called_is_stuck(endless):
    errand, _ = await endless.files(kind="errand")
    request, _ = await endless.files()
    assert await in_queue(endless, "stuck") == []
    await endless.sweeps(datetime.now(UTC) + timedelta(days=12))
    assert await in_queue(endless, "stuck", role="admin") == [errand]
    assert await in_queue(endless, "stuck", role="grid_worker") == []  # nothing to do with errands
    assert request in await in_queue(endless, role="admin")


async def test_what_its_file_no_longer_knows_how_to_take_further_is_stuck(
    servers, bus, issuer, endless, tmp_path
):
    errand, _ = await endless.files(kind="errand")
    changed = ENDLESS.replace('"asked"', '"begun"').replace('next = ["done"]', 'next = ["done"]')
    (tmp_path / "errand.toml").write_text(changed, encoding="utf-8")
    await endless.pool.execute("UPDATE cases SET announce_at = now()")
    async with running_town(servers, endless.pool, bus, issuer, kinds_folder=tmp_path) as later:
        await later.sweeps(datetime.now(UTC))
        assert await in_queue(later, "stuck", role="admin") == [errand]
