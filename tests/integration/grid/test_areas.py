"""Areas and their numbers, as people read and set them."""

import pytest

from contracts.grid import AreaStatisticsSet
from tests.integration.grid.world import DATONG, HUAINAN, TOWN, VILLAGE

NUMBERS = {"year": 2024, "households": 1800, "population": 4741, "urban_residents": 4741}


async def codes(grid, query, **more):
    answer = await grid.get(f"/v1/areas?{query}", **more)
    assert answer.status_code == 200, answer.text
    return [item["code"] for item in answer.json()["items"]]


async def test_numbers_are_said_with_their_change(city):
    path = f"/v1/areas/{VILLAGE}/statistics"
    answer = await city.post(path, NUMBERS)
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    await city.post(path, {**NUMBERS, "year": 2025, "population": 4710, "urban_residents": 4700})
    await city.post(path, {**NUMBERS, "year": 2023})
    said = [await city.talk.says(AreaStatisticsSet) for _ in range(3)]
    assert [(each.year, each.population_change) for each in said] == [
        (2024, 4741),
        (2025, -31),
        (2023, 0),
    ]
    whole = (await city.get(f"/v1/areas/{VILLAGE}")).json()
    assert [year["year"] for year in whole["statistics"]] == [2025, 2024, 2023]


async def test_the_same_numbers_again_change_nothing(city):
    first = await city.post(f"/v1/areas/{VILLAGE}/statistics", NUMBERS)
    before = await city.events()
    second = await city.post(f"/v1/areas/{VILLAGE}/statistics", NUMBERS)
    assert (second.headers["etag"], await city.events()) == (first.headers["etag"], before)


async def test_numbers_decided_on_an_old_version_are_refused(city):
    path = f"/v1/areas/{VILLAGE}/statistics"
    await city.post(path, NUMBERS, if_match='"1"')
    answer = await city.post(path, {**NUMBERS, "population": 5000}, if_match='"1"')
    assert (answer.status_code, "version 2" in answer.json()["detail"]) == (412, True)


async def test_a_reader_who_has_this_version_gets_304(city):
    first = await city.get(f"/v1/areas/{VILLAGE}", role="reader")
    assert first.json()["is_urban"]
    again = await city.get(f"/v1/areas/{VILLAGE}", if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")


async def test_pages_together_show_each_area_once(city):
    found, cursor = [], ""
    while cursor is not None:
        answer = await city.get(f"/v1/areas?area={DATONG}&limit=7{cursor}")
        found += [item["code"] for item in answer.json()["items"]]
        cursor = f"&cursor={answer.json()['next']}" if answer.json().get("next") else None
    assert found == sorted(set(found))
    assert len(found) == await city.pool.fetchval(
        "SELECT count(*) FROM areas WHERE code LIKE '340402%'"
    )


async def test_areas_are_found_by_parent_level_name_and_kind(city):
    assert DATONG in await codes(city, f"parent={HUAINAN}")
    assert all(len(code.rstrip("0")) <= 9 for code in await codes(city, "level=township"))
    assert await codes(city, "name=大通区") == [DATONG]
    assert await codes(city, f"parent={TOWN}&is_urban=true&level=village&name=远望") == [VILLAGE]
    assert await codes(city, "name=%25") == []


async def test_a_caller_sees_no_more_than_the_own_area(city):
    assert await codes(city, "limit=500", area=VILLAGE) == [VILLAGE]
    assert (await city.get(f"/v1/areas?area={HUAINAN}", area=DATONG)).status_code == 403
    assert (await city.get(f"/v1/areas/{HUAINAN}", area=DATONG)).status_code == 403


@pytest.mark.parametrize(
    ("code", "body", "status", "sentence"),
    [
        pytest.param("340402999999", NUMBERS, 404, "no such area", id="no area of the register"),
        pytest.param("999", NUMBERS, 422, "code", id="no code at all"),
        pytest.param("000000000000", NUMBERS, 422, "province", id="a code of nowhere"),
        pytest.param(VILLAGE, {**NUMBERS, "urban_residents": 9999}, 409, "more urban", id="parts"),
        pytest.param(VILLAGE, {**NUMBERS, "year": 2150}, 409, "not over", id="a year to come"),
        pytest.param(VILLAGE, {**NUMBERS, "households": -1}, 422, "households", id="fewer than 0"),
        pytest.param(VILLAGE, {**NUMBERS, "cats": 3}, 422, "cats", id="a field nobody knows"),
        pytest.param(VILLAGE, "{", 400, "not JSON", id="no JSON"),
    ],
)
async def test_bad_numbers_are_refused_with_a_sentence(city, code, body, status, sentence):
    before = await city.events()
    more = {"content_type": "application/json"} if isinstance(body, str) else {}
    answer = await city.post(f"/v1/areas/{code}/statistics", body, **more)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert sentence in answer.json()["detail"]
    assert await city.events() == before
