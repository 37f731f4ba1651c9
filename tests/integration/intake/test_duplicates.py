"""Likely duplicates: found by how they are worded, shown without a word, and forgotten."""

from datetime import UTC, datetime, timedelta

import pytest

from intake.domain.likeness import pieces
from intake.tables import likenesses
from tests.integration.intake.test_links import becomes_petition, joined_elsewhere, joins
from tests.integration.intake.town import COUNTY, ELSEWHERE, OTHER_VILLAGE, VILLAGE, running_town

LAMP = "三号楼二单元楼道灯坏了好几天，晚上上楼看不见"
SAME_LAMP = "我们三号楼二单元的楼道灯不亮，老人晚上上楼很危险，请来修"
BARBECUE = "楼下烧烤店每天油烟直排，熏得不敢开窗"


async def offered(town, text=SAME_LAMP, **filing):
    body = {"area": VILLAGE, "text": text, **filing}
    answer = await town.client.post("/v1/cases/duplicates", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def found(town, case_id, role="dispatcher", **who):
    answer = await town.client.get(f"/v1/cases/{case_id}/duplicates", headers=town.as_(role, **who))
    assert answer.status_code == 200, answer.text
    return [one["case_id"] for one in answer.json()]


async def test_what_is_worded_alike_is_offered_without_its_words(town):
    case_id, _ = await town.files(text=LAMP, category="facilities", area=OTHER_VILLAGE)
    await town.files(text=BARBECUE, category="facilities")
    kept = await town.pool.fetchval("SELECT pieces FROM likenesses WHERE case_id = $1", case_id)
    assert set(kept) == set(map(town.desk.vault.keyring.keyed_number, pieces(LAMP)))
    before = await town.counts("cases", "likenesses", "vault_keys", "events")
    (one,) = await offered(town, category="facilities")
    assert one.pop("similarity") >= 0.06
    today = one.pop("filed_on")
    assert today == str((datetime.now(UTC) + timedelta(hours=8)).date())
    assert one == {
        "case_id": case_id,
        "kind_title": {"zh": "群众急难愁盼诉求", "en": "Resident's request"},
        "category_title": {"zh": "公共设施", "en": "Public facilities"},
        "area_name": "站北社区",
        "step_title": {"zh": "已派发", "en": "Dispatched"},
        "is_open": True,
    }
    assert await town.counts("cases", "likenesses", "vault_keys", "events") == before


@pytest.mark.parametrize(
    "asked",
    [
        {"area": ELSEWHERE},
        {"kind": "suggestion", "category": "facilities"},
        {"category": "environment"},
        {"text": BARBECUE},
    ],
    ids=["elsewhere", "another kind", "another category", "other words"],
)
async def test_what_is_of_another_matter_is_not_offered(town, asked):
    await town.files(text=LAMP, category="facilities")
    assert await offered(town, **asked) == []


async def test_a_case_without_a_category_is_compared_with_all(town):
    case_id, _ = await town.files(text=LAMP)
    (one,) = await offered(town, category="facilities")
    assert one["case_id"] == case_id


async def test_what_is_filed_for_a_whole_county_is_compared_with_all_of_it(town):
    case_id, _ = await town.files(text=LAMP)
    (one,) = await offered(town, area=COUNTY)
    assert one["case_id"] == case_id


async def test_cases_that_joined_are_offered_as_the_one_that_stands_for_them(town):
    case_id, _ = await town.files(text=LAMP)
    into, _ = await town.files(text=BARBECUE)
    await joins(town, case_id, into)
    (one,) = await offered(town)
    assert one["case_id"] == into


@pytest.mark.parametrize("made", [becomes_petition, joined_elsewhere])
async def test_what_stands_for_one_is_not_offered_where_it_would_not_be_itself(town, made):
    await made(town, text=LAMP)
    other, _ = await town.files(text=SAME_LAMP)
    assert [one["case_id"] for one in await offered(town)] == [other]
    assert await found(town, other) == []


async def test_what_ended_is_offered_for_a_while_and_then_deleted(town):
    case_id, _ = await town.files(text=LAMP)
    await town.takes(case_id, "withdrawn")
    (one,) = await offered(town)
    assert (one["case_id"], one["is_open"]) == (case_id, False)
    await town.pool.execute("UPDATE cases SET closed_at = closed_at - interval '31 days'")
    assert await offered(town) == []
    async with town.pool.acquire() as db:
        await likenesses.delete_outdated(db, datetime.now(UTC) - timedelta(days=30))
    assert await town.counts("likenesses", "cases") == [0, 1]


async def test_what_is_open_stays_comparable_however_old(town):
    case_id, _ = await town.files(text=LAMP)
    async with town.pool.acquire() as db:
        await likenesses.delete_outdated(db, datetime.now(UTC) + timedelta(days=400))
    assert [one["case_id"] for one in await offered(town)] == [case_id]


async def test_staff_see_duplicates_of_a_case_in_their_territory(town):
    case_id, _ = await town.files(text=LAMP)
    other, _ = await town.files(text=SAME_LAMP, area=OTHER_VILLAGE)
    assert await found(town, case_id) == [other]
    assert await found(town, case_id, area=VILLAGE) == []
    await joins(town, case_id, other)
    assert await found(town, case_id) == [other]
    assert await found(town, other) == []


async def test_of_a_forgotten_text_nothing_is_left_to_compare(town):
    case_id, _ = await town.files(text=LAMP)
    answer = await town.client.delete(f"/v1/cases/{case_id}/texts", headers=town.as_("registrar"))
    assert answer.status_code == 204
    assert await offered(town) == []
    assert await town.counts("likenesses") == [0]


async def test_disputes_are_not_offered_to_anybody(town):
    dispute = {"kind": "dispute", "category": "neighbours", "source_class": "none"}
    await town.files(text=LAMP, **dispute)
    assert await town.counts("likenesses") == [1]
    assert await offered(town, LAMP, **dispute) == []


async def test_asking_is_limited_per_address(servers, database, bus, issuer, town):
    async with running_town(servers, town.pool, bus, issuer, lookups_a_minute=2) as town:
        body = {"area": VILLAGE, "text": LAMP}
        asked = [await town.client.post("/v1/cases/duplicates", json=body) for _ in range(3)]
        assert [answer.status_code for answer in asked] == [200, 200, 429]
