"""The menu from which parties choose whom they trust; who it is stays sealed until it is asked."""

import pytest

from contracts.intake import MediatorEnrolled, MediatorLeft
from tests.integration.intake.test_channels import NOBODY
from tests.integration.intake.town import COUNTY, ELSEWHERE, OTHER_VILLAGE, VILLAGE

CITY = "340400000000"

TALKER = {
    "area": VILLAGE,
    "kind": "good_talker",
    "form": "person",
    "brand": "fan_jiuping",
    "name": "樊九平",
    "phone": "13800000002",
    "skills": ["neighbours", "land"],
}
WOMEN = {"area": COUNTY, "kind": "women", "form": "group", "brand": "xinhe", "name": "“馨和”小组"}
CHAMBER = {"area": COUNTY, "kind": "chamber", "form": "organisation", "name": "江西商会"}


async def enrols(town, what=TALKER, headers=None, role="registrar", **changes):
    return await town.client.post(
        "/v1/mediators", json={**what, **changes}, headers={**town.as_(role), **(headers or {})}
    )


async def enrolled(town, what=TALKER, headers=None, **changes):
    answer = await enrols(town, what, headers, **changes)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def leaves(town, mediator_id, headers=None, role="registrar"):
    return await town.client.post(
        f"/v1/mediators/{mediator_id}/departure", headers={**town.as_(role), **(headers or {})}
    )


async def menu(town, role="mediator", **asked):
    answer = await town.client.get("/v1/mediators", params=asked, headers=town.as_(role))
    assert answer.status_code == 200, answer.text
    return [item["mediator_id"] for item in answer.json()["items"]]


async def contact(town, mediator_id, role="dispatcher", purpose="choice"):
    return await town.client.get(
        f"/v1/mediators/{mediator_id}/contact",
        params={"purpose": purpose},
        headers=town.as_(role),
    )


async def test_an_enrolment_is_announced_without_a_name(town):
    mediator = await enrolled(town)
    said = await town.talk.says(MediatorEnrolled)
    assert said.model_dump(mode="json", exclude={"time"}) == {
        "mediator_id": mediator["mediator_id"],
        **{name: TALKER[name] for name in ("area", "kind", "form", "brand")},
    }
    assert (mediator["name"], mediator["skills"]) == (None, ["land", "neighbours"])
    shown = await town.client.get(
        f"/v1/mediators/{mediator['mediator_id']}", headers=town.as_("reader")
    )
    assert (shown.headers["etag"], shown.json()) == ('"1"', mediator)
    for table in ("events", "mediators", "outbox"):
        rows = await town.pool.fetch(f"SELECT t::text AS text FROM {table} t")  # noqa: S608 - names of ours
        assert not any("樊九平" in row["text"] or "138000" in row["text"] for row in rows)


async def test_who_it_is_is_read_for_a_purpose_and_written_down(town):
    mediator = await enrolled(town)
    read = await contact(town, mediator["mediator_id"])
    assert read.json() == {"name": "樊九平", "phone": "13800000002", "forgotten_at": None}
    (line,) = await town.pool.fetch("SELECT actor, purpose, person FROM vault_reads")
    assert (line["actor"], line["purpose"]) == ("staff-1", "choice")
    assert str(line["person"]) == mediator["mediator_id"]
    assert (await contact(town, mediator["mediator_id"], role="reader")).status_code == 403
    assert (await contact(town, mediator["mediator_id"], purpose="fun")).status_code == 422


async def test_the_name_of_an_organisation_is_public_and_that_of_a_group_is_not(town):
    chamber, women = await enrolled(town, CHAMBER), await enrolled(town, WOMEN)
    assert (chamber["name"], women["name"]) == (CHAMBER["name"], None)
    names = [(await contact(town, one["mediator_id"])).json()["name"] for one in (chamber, women)]
    assert names == [CHAMBER["name"], WOMEN["name"]]


async def test_the_menu_is_asked_by_place_kind_form_brand_and_skill(town):
    talker = (await enrolled(town))["mediator_id"]
    women = (await enrolled(town, WOMEN))["mediator_id"]
    chamber = (await enrolled(town, CHAMBER))["mediator_id"]
    assert await menu(town) == [talker, women, chamber]
    assert await menu(town, area=VILLAGE) == [talker]
    assert await menu(town, around=VILLAGE) == [talker, women, chamber]
    assert await menu(town, around=OTHER_VILLAGE) == [women, chamber]
    assert await menu(town, around=OTHER_VILLAGE, area=VILLAGE) == []
    assert await menu(town, kind="women") == [women]
    assert await menu(town, form="organisation") == [chamber]
    assert await menu(town, brand="fan_jiuping") == [talker]
    assert await menu(town, skill="land") == [talker]
    assert await menu(town, skill="law") == []


async def test_those_of_the_city_are_on_the_menu_of_its_places(town):
    by_city = town.as_("registrar", area=CITY)
    await town.pool.execute("INSERT INTO areas (code, name) VALUES ($1, '淮南市')", CITY)
    expert = await enrolled(town, TALKER, by_city, area=CITY, kind="expert")
    next_door = await enrolled(town, TALKER, by_city, area=ELSEWHERE)
    assert await menu(town) == []
    assert await menu(town, around=VILLAGE) == [expert["mediator_id"]]
    assert (await contact(town, expert["mediator_id"])).status_code == 200
    assert (await contact(town, next_door["mediator_id"])).status_code == 403
    for mediator, status in ((expert, 200), (next_door, 403)):
        path = f"/v1/mediators/{mediator['mediator_id']}"
        shown = await town.client.get(path, headers=town.as_("mediator"))
        assert shown.status_code == status
    foreign = await town.client.get(
        "/v1/mediators", params={"around": ELSEWHERE}, headers=town.as_("mediator")
    )
    assert foreign.status_code == 403
    taken_off = await leaves(town, expert["mediator_id"])
    assert taken_off.json()["type"] == "urn:liuchi:problem:outside-area"


async def test_the_menu_comes_in_pages(town):
    made = [(await enrolled(town))["mediator_id"] for _ in range(3)]
    headers = town.as_("petition_office")
    first = await town.client.get("/v1/mediators", params={"limit": 2}, headers=headers)
    asked = {"limit": 2, "cursor": first.json()["next"]}
    rest = await town.client.get("/v1/mediators", params=asked, headers=headers)
    seen = [*first.json()["items"], *rest.json()["items"]]
    assert [one["mediator_id"] for one in seen] == made


async def test_who_left_is_announced_once_and_can_be_forgotten(town):
    mediator = (await enrolled(town))["mediator_id"]
    path = f"/v1/mediators/{mediator}/contact"
    early = await town.client.delete(path, headers=town.as_("registrar"))
    assert (early.status_code, "take them off it first" in early.text) == (409, True)
    assert (await leaves(town, mediator, {"if-match": '"7"'})).status_code == 412
    left = await leaves(town, mediator, {"if-match": '"1"'})
    assert (left.status_code, left.headers["etag"]) == (200, '"2"')
    assert (await leaves(town, mediator)).json() == left.json()
    assert (await town.talk.says(MediatorLeft)).brand == "fan_jiuping"
    assert await menu(town) == []
    assert await menu(town, is_open=False) == [mediator]
    assert (await town.client.delete(path, headers=town.as_("registrar"))).status_code == 204
    forgotten = (await contact(town, mediator)).json()
    assert (forgotten["name"], forgotten["phone"]) == (None, None)
    assert forgotten["forgotten_at"]
    await town.talk.settles()
    assert len(await town.talk.all_said("intake")) == 2


async def test_the_same_key_enrols_one(town):
    key = {"idempotency-key": "mediator-0123456789abcdef"}
    answers = [await enrols(town, headers=key) for _ in range(3)]
    assert len({answer.text for answer in answers}) == 1
    assert await town.counts("mediators", "events") == [1, 1]


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        pytest.param({"kind": "oracle"}, 409, "there are good_talker", id="no kind"),
        pytest.param({"brand": "none_such"}, 409, "no brand none_such; there are", id="no brand"),
        pytest.param({"skills": ["magic"]}, 409, "no skill magic; there are", id="no skill"),
        pytest.param({"kind": "chamber"}, 409, "possible: organisation", id="no chamber"),
        pytest.param({"area": "340402999000"}, 409, "no area of the register", id="no area"),
        pytest.param({"area": ELSEWHERE}, 403, "outside", id="another county's"),
        pytest.param({"name": ""}, 422, "#/name", id="no name"),
        pytest.param({"form": "ghost"}, 422, "#/form", id="no form"),
    ],
)
async def test_what_is_refused_says_what_is_allowed_and_stores_nothing(
    town, changes, status, sentence
):
    answer = await enrols(town, **changes)
    assert (answer.status_code, sentence in answer.text) == (status, True), answer.text
    assert await town.counts("mediators", "vault_keys", "events", "outbox") == [0, 0, 0, 0]


async def test_only_registrars_enrol_and_take_off_and_only_what_is_theirs(town):
    mediator = (await enrolled(town))["mediator_id"]
    for role in ("mediator", "dispatcher", "petition_office", "reader"):
        assert (await enrols(town, role=role)).status_code == 403
        assert (await leaves(town, mediator, role=role)).status_code == 403
    answer = await leaves(town, mediator, town.as_("registrar", area=ELSEWHERE))
    assert answer.json()["type"] == "urn:liuchi:problem:outside-area"
    assert (await leaves(town, NOBODY)).status_code == 404
    assert (await town.client.get("/v1/mediators")).status_code == 401
