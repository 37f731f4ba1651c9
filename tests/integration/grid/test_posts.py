"""Posts: who works where is said on the bus, who they are is not."""

import asyncio
from uuid import uuid4

import pytest

from contracts.grid import PostAssigned, PostReleased
from tests.integration.grid.world import DATONG, TOWN, VILLAGE

WORKER = {"role": "grid_worker", "way": "recruited", "engagement": "part_time"}
PERSON = {"name": "张晓明", "phone": "13900001234"}
ELSEWHERE = "340403000000"


@pytest.fixture
async def place(city):
    """A grid somebody can work in."""
    return await city.makes("/v1/grids", {"level": "township", "area": TOWN})


async def contact(grid, post, **more):
    return await grid.get(f"/v1/posts/{post['post_id']}/contact?purpose=dispatch", **more)


async def test_a_grid_worker_is_said_without_name_and_phone(city, place):
    made = await city.makes("/v1/posts", {**WORKER, "grid_id": place["grid_id"], **PERSON})
    said = await city.talk.says(PostAssigned)
    assert (str(said.post_id), str(said.grid_id), said.area) == (
        made["post_id"],
        place["grid_id"],
        TOWN,
    )
    assert (said.role, said.engagement, said.way) == ("grid_worker", "part_time", "recruited")
    for table in ("events", "posts", "vault_texts", "idempotency"):
        rows = await city.pool.fetchval(f"SELECT string_agg(t::text, ' ') FROM {table} t")  # noqa: S608 - our own names
        assert "张晓明" not in (rows or "")
        assert "13900001234" not in (rows or "")


async def test_a_post_is_released_once(city, place):
    post = await city.makes("/v1/posts", {**WORKER, "grid_id": place["grid_id"]})
    path = f"/v1/posts/{post['post_id']}/release"
    first = await city.post(path, {"way": "promoted"}, if_match='"1"')
    assert (first.status_code, first.headers["etag"]) == (200, '"2"')
    said = await city.talk.says(PostReleased)
    assert (said.way, said.engagement, said.role) == ("promoted", "part_time", "grid_worker")
    again = await city.post(path, {"way": "recalled"})
    assert (again.status_code, again.json()["way_out"]) == (200, "promoted")
    assert (await city.get("/v1/posts")).json()["items"] == []
    assert len((await city.get("/v1/posts?is_held=false")).json()["items"]) == 1


async def test_posts_are_found_by_area_role_grid_and_person(city, place):
    worker = await city.makes("/v1/posts", {**WORKER, "grid_id": place["grid_id"]})
    leader = {**WORKER, "role": "neighbour_leader", "area": VILLAGE}
    leader = await city.makes("/v1/posts", {**leader, "person_id": worker["person_id"]})

    async def found(query):
        items = (await city.get(f"/v1/posts?{query}")).json()["items"]
        return [item["post_id"] for item in items]

    assert await found("role=neighbour_leader") == [leader["post_id"]]
    assert await found(f"grid_id={place['grid_id']}") == [worker["post_id"]]
    assert await found(f"area={VILLAGE}") == [leader["post_id"]]
    assert await found(f"person_id={worker['person_id']}") == [worker["post_id"], leader["post_id"]]


async def test_a_post_that_breaks_the_rules_is_refused(city, place):
    person = str(uuid4())
    await city.makes("/v1/posts", {**WORKER, "grid_id": place["grid_id"], "person_id": person})
    village_role = {**WORKER, "role": "community_secretary"}
    answers = {
        "name the grid": await city.post("/v1/posts", {**WORKER, "area": VILLAGE}),
        "There is no grid": await city.post("/v1/posts", {**WORKER, "grid_id": str(uuid4())}),
        "is held in a village": await city.post("/v1/posts", {**village_role, "area": DATONG}),
        "no area of the register": await city.post(
            "/v1/posts", {**village_role, "area": "340402001999"}
        ),
        "is grid_worker there already": await city.post(
            "/v1/posts", {**WORKER, "grid_id": place["grid_id"], "person_id": person}
        ),
    }
    for words, answer in answers.items():
        assert (answer.status_code, words in answer.json()["detail"]) == (409, True), answer.text


async def test_an_unknown_role_is_answered_with_those_there_are(city, place):
    body = {**WORKER, "role": "king", "grid_id": place["grid_id"]}
    answer = await city.post("/v1/posts", body)
    assert (answer.status_code, "grid_worker" in answer.json()["detail"]) == (422, True)
    assert "community_secretary" in (await city.get("/v1/post-roles", role="reader")).json()


async def test_a_post_has_one_place(city, place):
    answer = await city.post("/v1/posts", {**WORKER, "grid_id": place["grid_id"], "area": TOWN})
    assert (answer.status_code, "grid_id or area" in answer.json()["detail"]) == (422, True)


async def test_a_person_is_assigned_once_however_often_at_once(city, place):
    body = {**WORKER, "grid_id": place["grid_id"], "person_id": str(uuid4())}
    answers = await asyncio.gather(*(city.post("/v1/posts", body) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7


async def test_reading_who_it_is_is_written_down_with_its_purpose(city, place):
    post = await city.makes("/v1/posts", {**WORKER, "grid_id": place["grid_id"], **PERSON})
    answer = await contact(city, post, role="dispatcher", actor="staff-9")
    assert (answer.json()["name"], answer.json()["phone"]) == tuple(PERSON.values())
    read = await city.pool.fetchrow("SELECT actor, purpose, person::text FROM vault_reads")
    assert tuple(read) == ("staff-9", "dispatch", post["person_id"])
    assert (await contact(city, post, role="reader")).status_code == 403
    assert (await contact(city, post, area=ELSEWHERE)).status_code == 403
    assert (await city.get(f"/v1/posts/{post['post_id']}/contact")).status_code == 422
    assert await city.pool.fetchval("SELECT count(*) FROM vault_reads") == 1


async def test_a_person_is_forgotten_when_they_hold_no_post(city, place):
    post = await city.makes("/v1/posts", {**WORKER, "grid_id": place["grid_id"], **PERSON})
    path = f"/v1/persons/{post['person_id']}"
    assert (await city.send("DELETE", path)).status_code == 409
    await city.post(f"/v1/posts/{post['post_id']}/release", {"way": "released"})
    assert (await city.send("DELETE", path, area=ELSEWHERE)).status_code == 403
    assert (await city.send("DELETE", path)).status_code == 204
    forgotten = (await contact(city, post)).json()
    assert (forgotten["name"], forgotten["forgotten_at"] is not None) == (None, True)
    assert (await city.send("DELETE", f"/v1/persons/{uuid4()}")).status_code == 404


async def test_nobody_renames_a_person_of_another_area(city, place):
    post = await city.makes("/v1/posts", {**WORKER, "grid_id": place["grid_id"], **PERSON})
    secretary = {"role": "instructor", "way": "appointed", "engagement": "full_time"}
    body = {**secretary, "area": ELSEWHERE, "person_id": post["person_id"], "name": "李四"}
    answer = await city.post("/v1/posts", body, area=ELSEWHERE)
    assert (answer.status_code, "leave out name" in answer.json()["detail"]) == (409, True)
    assert (await contact(city, post)).json()["name"] == "张晓明"
