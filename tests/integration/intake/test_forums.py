"""Forums: established, listed, climbed and closed over HTTP."""

import asyncio
from uuid import uuid4

import pytest

from contracts.intake import ForumClosed, ForumEstablished
from tests.integration.intake.town import COUNTY, ELSEWHERE, OTHER_VILLAGE, VILLAGE

ELSEWHERE_COUNTY = "340403000000"


async def establishes(town, role="registrar", headers=None, **changes):
    return await town.client.post(
        "/v1/forums",
        json={"kind": "grid_pavilion", "area": VILLAGE, "name": "桂花树下", **changes},
        headers={**town.as_(role), **(headers or {})},
    )


async def listed(town, **asked):
    answer = await town.client.get("/v1/forums", params=asked)
    assert answer.status_code == 200, answer.text
    return [item["name"] for item in answer.json()["items"]]


async def closes(town, forum_id, **headers):
    return await town.client.post(
        f"/v1/forums/{forum_id}/closure", headers={**town.as_("registrar"), **headers}
    )


async def test_a_forum_is_announced_without_its_name_and_seen_by_everybody(town):
    grid_id = str(uuid4())
    made = await establishes(town, brand="liuxia_shuoshi", grid_id=grid_id)
    assert made.status_code == 201, made.text
    said = await town.talk.says_envelope(ForumEstablished)
    assert said.actor == "staff-1"
    assert (said.event.kind, said.event.brand, str(said.event.grid_id)) == (
        "grid_pavilion",
        "liuxia_shuoshi",
        grid_id,
    )
    assert "桂花树下" not in said.to_json().decode()
    shown = await town.client.get(made.headers["location"])
    assert shown.json() == made.json()
    assert (shown.json()["name"], shown.json()["is_open"]) == ("桂花树下", True)
    known = await town.client.get(
        made.headers["location"], headers={"if-none-match": shown.headers["etag"]}
    )
    assert known.status_code == 304


async def test_a_retry_establishes_one(town):
    key = {"idempotency-key": "forum-0123456789abcdef"}
    answers = [await establishes(town, headers=key) for _ in range(3)]
    assert len({answer.text for answer in answers}) == 1
    assert await town.counts("forums") == [1]


async def test_lists_keep_to_what_is_asked_for(town):
    for name, changes in {
        "a": {"brand": "laoniangjiu"},
        "b": {"area": OTHER_VILLAGE},
        "c": {"kind": "night_talk"},
    }.items():
        assert (await establishes(town, name=name, **changes)).status_code == 201
    gone = (await establishes(town, name="d")).json()["forum_id"]
    assert (await closes(town, gone)).json()["is_open"] is False
    assert await listed(town) == ["a", "b", "c", "d"]
    assert await listed(town, area=COUNTY) == ["a", "b", "c", "d"]
    assert await listed(town, area=VILLAGE) == ["a", "c", "d"]
    assert await listed(town, area=ELSEWHERE) == []
    assert await listed(town, kind="night_talk") == ["c"]
    assert await listed(town, brand="laoniangjiu") == ["a"]
    assert await listed(town, is_open=False) == ["d"]


async def test_pages_follow_one_another(town):
    for name in "abc":
        await establishes(town, name=name)
    first = (await town.client.get("/v1/forums", params={"limit": 2})).json()
    rest = await town.client.get("/v1/forums", params={"limit": 2, "cursor": first["next"]})
    names = [item["name"] for page in (first, rest.json()) for item in page["items"]]
    assert (names, rest.json()["next"]) == (["a", "b", "c"], None)


async def test_what_is_not_settled_goes_to_the_open_forums_one_rung_higher(town):
    corner = (await establishes(town, kind="building_corner", name="楼下")).json()["forum_id"]
    pavilion = (await establishes(town)).json()["forum_id"]
    gone = (await establishes(town)).json()["forum_id"]
    await closes(town, gone)
    await establishes(town, area=OTHER_VILLAGE)
    hall = (await establishes(town, kind="community_hall")).json()["forum_id"]

    async def above(forum_id):
        answer = await town.client.get(f"/v1/forums/{forum_id}/above")
        return [one["forum_id"] for one in answer.json()]

    assert [await above(each) for each in (corner, pavilion, hall)] == [[pavilion], [hall], []]


async def test_a_community_has_one_open_joint_council(town):
    first = (await establishes(town, kind="joint_council")).json()["forum_id"]
    second = await establishes(town, kind="joint_council")
    assert second.status_code == 409
    assert f"has a joint_council already, {first}" in second.json()["detail"]
    assert (await establishes(town, kind="joint_council", area=OTHER_VILLAGE)).status_code == 201
    await closes(town, first)
    assert (await establishes(town, kind="joint_council")).status_code == 201


async def test_of_many_who_establish_the_council_at_once_one_does(town):
    answers = await asyncio.gather(*(establishes(town, kind="joint_council") for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 7]
    assert await town.counts("forums") == [1]


async def test_closing_is_said_once_and_only_by_who_saw_the_latest(town):
    forum_id = (await establishes(town)).json()["forum_id"]
    stale = await closes(town, forum_id, **{"if-match": '"0"'})
    assert stale.status_code == 412
    for _ in range(2):
        answer = await closes(town, forum_id)
        assert (answer.status_code, answer.json()["version"]) == (200, 2)
    assert str((await town.talk.says(ForumClosed)).forum_id) == forum_id
    await town.talk.settles()
    assert len(await town.talk.all_said("intake")) == 2


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        pytest.param(
            {"kind": "picnic"}, 409, "There is no kind of forum picnic; there are", id="k"
        ),
        pytest.param({"brand": "acme"}, 409, "There is no brand acme; there are", id="brand"),
        pytest.param({"area": COUNTY}, 409, "is established in a village; 3404", id="level"),
        pytest.param({"area": ELSEWHERE}, 403, "outside yours", id="elsewhere"),
        pytest.param({"area": "340402009009"}, 409, "is no area of the register", id="no area"),
        pytest.param({"name": "\x00"}, 422, "#/name", id="name"),
        pytest.param({"nobody_knows": 1}, 422, "#/nobody_knows", id="unknown field"),
    ],
)
async def test_what_cannot_be_is_a_problem_and_stores_nothing(town, changes, status, sentence):
    answer = await establishes(town, **changes)
    assert answer.status_code == status, answer.text
    assert sentence in answer.json()["detail"]
    assert await town.counts("forums", "events", "idempotency") == [0, 0, 0]


async def test_only_registrars_of_the_place_change_forums(town):
    assert (await establishes(town, role="host")).status_code == 403
    forum_id = (await establishes(town)).json()["forum_id"]
    foreign = town.as_("registrar", area=ELSEWHERE_COUNTY)
    answer = await town.client.post(f"/v1/forums/{forum_id}/closure", headers=foreign)
    assert answer.status_code == 403
    assert (await closes(town, uuid4())).status_code == 404
