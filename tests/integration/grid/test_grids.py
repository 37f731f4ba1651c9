"""Grids do not overlap, stand under one another, and are retired from below."""

import asyncio
from uuid import uuid4

from contracts.grid import GridDrawn, GridRetired
from tests.integration.grid.world import DATONG, OTHER_TOWN, TOWN, VILLAGE

FREE_VILLAGE = "340402001002"
WORKER = {"role": "grid_worker", "way": "recruited", "engagement": "full_time"}


async def draw(grid, level, area, parent=None, **more):
    body = {"level": level, "area": area, **({"parent_id": parent} if parent else {})}
    return await grid.post("/v1/grids", {**body, **more})


async def tree(grid):
    """A township grid, a community grid and an estate grid, each under the one before."""
    township = await grid.makes("/v1/grids", {"level": "township", "area": TOWN})
    body = {"level": "community", "area": VILLAGE, "parent_id": township["grid_id"]}
    community = await grid.makes("/v1/grids", body)
    body = {"level": "estate", "area": VILLAGE, "parent_id": community["grid_id"]}
    estate = await grid.makes("/v1/grids", {**body, "name": "一号网格"})
    return township, community, estate


async def test_a_grid_drawn_is_said_and_found(city):
    township, community, estate = await tree(city)
    said = [await city.talk.says(GridDrawn) for _ in range(3)]
    assert [(each.level, each.area, each.parent_id) for each in said] == [
        ("township", TOWN, None),
        ("community", VILLAGE, said[0].grid_id),
        ("estate", VILLAGE, said[1].grid_id),
    ]
    shown = await city.get(f"/v1/grids/{estate['grid_id']}", role="reader")
    assert (shown.json()["name"], shown.headers["etag"]) == ("一号网格", '"1"')
    below = (await city.get(f"/v1/grids?parent_id={township['grid_id']}")).json()["items"]
    assert [each["grid_id"] for each in below] == [community["grid_id"]]


async def test_the_name_of_a_grid_is_in_no_event(city):
    await tree(city)
    assert not await city.pool.fetchval("SELECT count(*) FROM events WHERE body LIKE '%一号网格%'")


async def test_a_grid_that_breaks_the_rules_is_refused(city):
    township, community, _ = await tree(city)
    answers = {
        "has a township grid": await draw(city, "township", TOWN),
        "has a community grid": await draw(city, "community", VILLAGE, township["grid_id"]),
        "drawn in a township": await draw(city, "township", DATONG),
        "is not in": await draw(city, "community", "340402100001", township["grid_id"]),
        "under a township grid: name": await draw(city, "community", FREE_VILLAGE),
        "under a township grid": await draw(city, "community", FREE_VILLAGE, community["grid_id"]),
        "There is no grid": await draw(city, "community", FREE_VILLAGE, str(uuid4())),
        "no area of the register": await draw(city, "township", "340402555000"),
    }
    for words, answer in answers.items():
        assert (answer.status_code, words in answer.json()["detail"]) == (409, True), answer.text


async def test_of_many_who_draw_the_same_township_one_succeeds(city):
    answers = await asyncio.gather(*(draw(city, "township", OTHER_TOWN) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9


async def test_a_grid_is_retired_when_nothing_builds_on_it(city):
    _, community, estate = await tree(city)
    above = await city.post(f"/v1/grids/{community['grid_id']}/retirement")
    assert (above.status_code, "1 grids stand under" in above.json()["detail"]) == (409, True)
    post = await city.makes("/v1/posts", {**WORKER, "grid_id": estate["grid_id"]})
    held = await city.post(f"/v1/grids/{estate['grid_id']}/retirement")
    assert (held.status_code, "1 posts are held" in held.json()["detail"]) == (409, True)
    await city.post(f"/v1/posts/{post['post_id']}/release", {"way": "released"})
    for each in (estate, community):
        answer = await city.post(f"/v1/grids/{each['grid_id']}/retirement")
        assert (answer.status_code, answer.headers["etag"]) == (200, '"2"'), answer.text
    assert str((await city.talk.says(GridRetired)).grid_id) == estate["grid_id"]
    again = await city.post(f"/v1/grids/{estate['grid_id']}/retirement")
    assert again.headers["etag"] == '"2"'
    assert (await draw(city, "community", VILLAGE, community["parent_id"])).status_code == 201


async def test_nobody_is_assigned_to_a_grid_while_it_is_retired(city):
    """Whichever comes first, never is a post held in a retired grid."""
    township, *_ = await tree(city)
    body = {"level": "community", "parent_id": township["grid_id"]}
    for number in range(2, 7):
        grid = await city.makes("/v1/grids", {**body, "area": f"34040200100{number}"})
        path = f"/v1/grids/{grid['grid_id']}/retirement"
        posts = (city.post("/v1/posts", {**WORKER, "grid_id": grid["grid_id"]}) for _ in range(5))
        await asyncio.gather(*posts, city.post(path), *posts)
    assert not await city.pool.fetchval(
        "SELECT count(*) FROM posts JOIN grids USING (grid_id)"
        " WHERE released_at IS NULL AND retired_at IS NOT NULL"
    )


async def test_grids_without_a_worker_are_found(city):
    township, _, estate = await tree(city)
    await city.makes("/v1/posts", {**WORKER, "grid_id": estate["grid_id"]})
    staffed = (await city.get("/v1/grids?is_staffed=true")).json()["items"]
    assert [(each["grid_id"], each["workers"]) for each in staffed] == [(estate["grid_id"], 1)]
    bare = (await city.get(f"/v1/grids?is_staffed=false&area={TOWN}")).json()["items"]
    assert township["grid_id"] in [each["grid_id"] for each in bare]


async def test_a_registrar_draws_and_reads_only_in_the_own_area(city):
    township, *_ = await tree(city)
    before = await city.events()
    path, foreign = f"/v1/grids/{township['grid_id']}", {"area": "340403000000"}
    answers = [
        await city.post("/v1/grids", {"level": "township", "area": OTHER_TOWN}, **foreign),
        await city.post(f"{path}/retirement", **foreign),
        await city.get(path, **foreign),
        await city.get(f"/v1/grids?area={TOWN}", **foreign),
    ]
    assert [answer.status_code for answer in answers] == [403] * 4
    assert (await city.get("/v1/grids", **foreign)).json()["items"] == []
    assert await city.events() == before


async def test_a_retry_with_the_same_key_draws_one_grid(city):
    body = {"level": "township", "area": TOWN}
    first = await city.post("/v1/grids", body, idempotency_key="draw-0123456789-abc")
    second = await city.post("/v1/grids", body, idempotency_key="draw-0123456789-abc")
    assert (first.status_code, first.text) == (second.status_code, second.text)
    assert first.headers["location"] == second.headers["location"]
