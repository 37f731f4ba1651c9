"""Checklists: published, filled, worked off; their wording stays here."""

from contracts.grid import (
    ChecklistItemAdded,
    ChecklistItemDone,
    ChecklistItemRemoved,
    ChecklistItemUpdated,
    ChecklistPublished,
)
from tests.integration.grid.world import DATONG, HUAINAN, VILLAGE

CARE = {"kind": "care_items", "area": HUAINAN, "title": "关爱三十项实事"}
ITEM = {"text": "为骑手增设休息座椅", "category": "rest", "due_on": "2026-06-30"}


async def publish(grid, **other):
    made = await grid.makes("/v1/checklists", {**CARE, **other})
    return f"/v1/checklists/{made['checklist_id']}"


async def add(grid, path, **other):
    made = await grid.makes(f"{path}/items", {**ITEM, **other})
    return f"{path}/items/{made['item_id']}"


async def test_the_life_of_an_item_is_said_without_its_words(city):
    path = await publish(city)
    item = await add(city, path)
    moved = await city.send("PUT", item, {**ITEM, "category": "health", "text": "免费体检"})
    assert (moved.status_code, moved.json()["text"]) == (200, "免费体检")
    done = await city.post(f"{item}/done", role="grid_worker", area=HUAINAN)
    assert (done.json()["state"], done.headers["etag"]) == ("done", '"4"')
    removed = await city.send("DELETE", item, role="department")
    assert removed.json()["state"] == "removed"

    assert (await city.talk.says(ChecklistPublished)).kind == "care_items"
    added = await city.talk.says(ChecklistItemAdded)
    assert (added.category, str(added.due_on)) == ("rest", "2026-06-30")
    updated = await city.talk.says(ChecklistItemUpdated)
    assert (updated.category, updated.category_before, updated.is_done) == ("health", "rest", False)
    assert (await city.talk.says(ChecklistItemDone)).category == "health"
    assert (await city.talk.says(ChecklistItemRemoved)).was_done
    bodies = await city.pool.fetchval("SELECT string_agg(body, '') FROM events")
    assert not any(words in bodies for words in ("骑手", "体检", "三十项"))


async def test_new_words_alone_are_said_and_the_same_words_are_not(city):
    path = await publish(city)
    item = await add(city, path)
    before = await city.events()
    await city.send("PUT", item, ITEM)
    assert await city.events() == before
    await city.send("PUT", item, {**ITEM, "text": "为骑手增设饮水点"})
    assert await city.events() == before + 1


async def test_what_is_done_or_removed_twice_changes_nothing(city):
    path = await publish(city)
    item = await add(city, path)
    for verb, where in (("POST", f"{item}/done"), ("DELETE", item)):
        first = await city.send(verb, where)
        again = await city.send(verb, where)
        assert (again.status_code, again.headers["etag"]) == (200, first.headers["etag"])
    late = await city.send("PUT", item, {**ITEM, "text": "另一项"})
    assert (late.status_code, "was removed" in late.json()["detail"]) == (409, True)


async def test_items_are_counted_and_found_by_state_and_category(city):
    path = await publish(city)
    one, two, three = [await add(city, path, category=each) for each in ("rest", "rest", "food")]
    await city.post(f"{one}/done")
    await city.send("DELETE", two)
    shown = (await city.get(path)).json()
    assert (shown["open"], shown["done"], shown["title"]) == (1, 1, "关爱三十项实事")

    async def found(query):
        items = (await city.get(f"{path}/items?{query}")).json()["items"]
        return [f"{path}/items/{item['item_id']}" for item in items]

    assert await found("state=open") == [three]
    assert await found("state=removed") == [two]
    assert await found("category=rest") == [one, two]


async def test_items_of_a_standing_list_are_removed_and_not_done(city):
    path = await publish(city, kind="not_to_undertake", title="不应由村（社区）承担工作事项")
    item = await add(city, path, category="inspection")
    answer = await city.post(f"{item}/done")
    assert (answer.status_code, "remove the item" in answer.json()["detail"]) == (409, True)


async def test_a_kind_may_bind_its_categories(city):
    path = await publish(city, kind="street_powers", title="街道权力和责任清单")
    answer = await city.post(f"{path}/items", {**ITEM, "category": "rest"})
    assert (answer.status_code, "duty or power" in answer.json()["detail"]) == (409, True)
    await add(city, path, category="power")


async def test_an_unknown_kind_is_answered_with_those_there_are(city):
    answer = await city.post("/v1/checklists", {**CARE, "kind": "shopping"})
    assert (answer.status_code, "no_certificate" in answer.json()["detail"]) == (422, True)
    kinds = (await city.get("/v1/checklist-kinds", role="grid_worker")).json()
    assert kinds["no_certificate"]["title"]["zh"] == "不应出具证明事项清单"


async def test_whoever_is_below_reads_a_list_that_binds_them_but_does_not_change_it(city):
    path = await publish(city)
    item = await add(city, path)
    below = {"area": VILLAGE, "role": "grid_worker"}
    listed = (await city.get("/v1/checklists", **below)).json()["items"]
    assert [each["title"] for each in listed] == ["关爱三十项实事"]
    assert (await city.get(path, **below)).status_code == 200
    assert (await city.get(f"{path}/items", **below)).status_code == 200
    assert (await city.post(f"{item}/done", **below)).status_code == 403


async def test_a_list_of_another_area_is_neither_shown_nor_changed(city):
    path = await publish(city, area=DATONG)
    item = await add(city, path)
    foreign = {"area": "340403000000"}
    before = await city.events()
    answers = [
        await city.get(path, **foreign),
        await city.get(f"{path}/items", **foreign),
        await city.get(item, **foreign),
        await city.post(f"{path}/items", ITEM, **foreign),
        await city.send("PUT", item, {**ITEM, "text": "另一项"}, **foreign),
        await city.post(f"{item}/done", **foreign),
        await city.send("DELETE", item, **foreign),
        await city.post("/v1/checklists", {**CARE, "area": DATONG}, **foreign),
    ]
    assert [answer.status_code for answer in answers] == [403] * len(answers)
    assert (await city.get("/v1/checklists", **foreign)).json()["items"] == []
    assert await city.events() == before
    assert (await city.get(item)).json()["text"] == ITEM["text"]


async def test_what_is_not_there_is_404_and_an_old_version_412(city):
    path = await publish(city)
    item = await add(city, path)
    other = await publish(city, kind="key_tasks")
    assert (await city.post(f"{other}/items/{item.rpartition('/')[2]}/done")).status_code == 404
    assert (await city.get(f"{path[:-4]}0000")).status_code == 404
    assert (await city.post(f"{item}/done", if_match='"1"')).status_code == 412
