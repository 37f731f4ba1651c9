"""Registrars open and close channels; everybody sees which there are, staff where none is."""

import pytest

from contracts.intake import ChannelClosed, ChannelOpened
from tests.integration.intake.town import (
    COUNTY,
    ELSEWHERE,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    register_areas,
    running_town,
)

BOX = {
    "area": VILLAGE,
    "kind": "letter_box",
    "place": "school",
    "level": "county",
    "name": "第三小学信箱",
    "address": "民生路 3 号",
}
READING_ROOM = {
    "area": COUNTY,
    "kind": "reception_place",
    "level": "county",
    "name": "“揭社通”群众候访阅览室",
    "functions": ["waiting_and_reading_room", "staff_library", "public_reading_space"],
}
COLUMN = {"area": COUNTY, "kind": "online_column", "level": "county", "name": "建言献策"}
STATION = {"area": VILLAGE, "kind": "station", "level": "county", "name": "观察站"}

NOBODY = "019cac0e-6f00-7000-8000-000000000001"


async def opens(town, what=BOX, headers=None, role="registrar", **changes):
    return await town.client.post(
        "/v1/channels", json={**what, **changes}, headers={**town.as_(role), **(headers or {})}
    )


async def opened(town, what=BOX, **changes):
    answer = await opens(town, what, **changes)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def closes(town, channel_id, headers=None, role="registrar"):
    return await town.client.post(
        f"/v1/channels/{channel_id}/closure", headers={**town.as_(role), **(headers or {})}
    )


async def lists(town, **asked):
    answer = await town.client.get("/v1/channels", params=asked)
    assert answer.status_code == 200, answer.text
    return [item["channel_id"] for item in answer.json()["items"]]


async def empties(town, channel_id, letters, role="window", headers=None):
    return await town.client.post(
        f"/v1/channels/{channel_id}/openings",
        json={"letters": letters},
        headers={**town.as_(role, actor="clerk-1"), **(headers or {})},
    )


async def covers(town, role="reader", **asked):
    answer = await town.client.get("/v1/channels/coverage", params=asked, headers=town.as_(role))
    assert answer.status_code == 200, answer.text
    found = answer.json()
    channels = {item["area"]: item["channels"] for item in found["items"]}
    return channels, found["covered"], found["uncovered"]


async def test_what_is_opened_is_announced_and_everybody_reads_it(town):
    channel = await opened(town)
    said = await town.talk.says(ChannelOpened)
    assert said.model_dump(mode="json", exclude={"time"}) == {
        "channel_id": channel["channel_id"],
        **{name: BOX[name] for name in ("area", "kind", "place", "level")},
    }
    shown = await town.client.get(f"/v1/channels/{channel['channel_id']}")
    assert (shown.headers["etag"], shown.json()) == ('"1"', channel)
    assert (channel["name"], channel["address"]) == (BOX["name"], BOX["address"])
    (event,) = await town.pool.fetch("SELECT body FROM events")
    assert BOX["name"] not in event["body"]
    assert BOX["address"] not in event["body"]


async def test_a_reception_place_says_what_it_offers(town):
    room = await opened(town, READING_ROOM)
    assert room["functions"] == sorted(READING_ROOM["functions"])
    refused = await opens(town, READING_ROOM, functions=["cinema"])
    assert "no function cinema; there are waiting_and_reading_room" in refused.text


async def test_one_that_is_closed_is_announced_once_and_listed_no_more(town):
    channel = await opened(town)
    stale = await closes(town, channel["channel_id"], {"if-match": '"7"'})
    assert stale.status_code == 412
    closed = await closes(town, channel["channel_id"], {"if-match": '"1"'})
    assert (closed.status_code, closed.headers["etag"]) == (200, '"2"')
    assert (await closes(town, channel["channel_id"])).json() == closed.json()
    said = await town.talk.says(ChannelClosed)
    assert (said.kind, said.place, said.level) == ("letter_box", "school", "county")
    assert await lists(town) == []
    assert await lists(town, is_open=False) == [channel["channel_id"]]
    await town.talk.settles()
    assert len(await town.talk.all_said("intake")) == 2


async def test_the_list_is_asked_by_area_and_kind(town):
    box = (await opened(town))["channel_id"]
    column = (await opened(town, COLUMN))["channel_id"]
    station = (await opened(town, STATION, area=OTHER_VILLAGE))["channel_id"]
    assert await lists(town) == [box, column, station]
    assert await lists(town, area=VILLAGE) == [box]
    assert await lists(town, around=VILLAGE) == [box, column]
    assert await lists(town, area=ELSEWHERE) == []
    assert await lists(town, kind="station") == [station]
    assert await lists(town, place="school") == [box]
    assert await lists(town, level="province") == []


async def test_the_list_comes_in_pages(town):
    made = [(await opened(town))["channel_id"] for _ in range(3)]
    first = (await town.client.get("/v1/channels", params={"limit": 2})).json()
    rest = await town.client.get("/v1/channels", params={"limit": 2, "cursor": first["next"]})
    assert [one["channel_id"] for one in [*first["items"], *rest.json()["items"]]] == made
    assert rest.json()["next"] is None


async def test_a_box_is_opened_and_what_was_in_it_is_logged(town):
    box = (await opened(town))["channel_id"]
    logged = [(await empties(town, box, letters)).json() for letters in (3, 0)]
    assert logged[0]["opened_by"] == "clerk-1"
    log = await town.client.get(f"/v1/channels/{box}/openings", headers=town.as_("reader"))
    assert [one["letters"] for one in log.json()["items"]] == [0, 3]
    assert log.json()["items"] == logged[::-1]
    assert await town.counts("events") == [1]


async def test_only_an_open_letter_box_is_opened(town):
    column = (await opened(town, COLUMN))["channel_id"]
    answer = await empties(town, column, 1)
    assert answer.status_code == 409
    assert "open a letter box" in answer.json()["detail"]
    box = (await opened(town))["channel_id"]
    await closes(town, box)
    assert "this box is closed" in (await empties(town, box, 1)).text.lower()
    for letters in (-1, "3", 1.5):
        assert (await empties(town, box, letters)).status_code == 422
    assert await town.counts("box_openings") == [0]


async def test_an_opening_sent_again_is_logged_once(town):
    box = (await opened(town))["channel_id"]
    key = {"idempotency-key": "opening-0123456789abcdef"}
    answers = [await empties(town, box, 2, headers=key) for _ in range(3)]
    assert len({answer.text for answer in answers}) == 1
    assert await town.counts("box_openings") == [1]


async def test_coverage_names_townships_and_villages_with_and_without(town):
    assert await covers(town) == ({TOWNSHIP: 0}, 0, 1)
    await opened(town)
    await opened(town, STATION)
    assert await covers(town) == ({TOWNSHIP: 2}, 1, 0)
    assert await covers(town, level="village") == ({VILLAGE: 2, OTHER_VILLAGE: 0}, 1, 1)
    assert await covers(town, level="village", is_covered=False) == ({OTHER_VILLAGE: 0}, 1, 1)
    assert await covers(town, level="village", kind="station") == (
        {VILLAGE: 1, OTHER_VILLAGE: 0},
        1,
        1,
    )
    assert await covers(town, place="enterprise_park") == ({TOWNSHIP: 0}, 0, 1)


async def test_what_stands_above_a_division_or_is_closed_does_not_cover_it(town):
    await opened(town, COLUMN)
    box = await opened(town, area=TOWNSHIP)
    assert await covers(town) == ({TOWNSHIP: 1}, 1, 0)
    assert await covers(town, level="village") == ({VILLAGE: 0, OTHER_VILLAGE: 0}, 0, 2)
    await closes(town, box["channel_id"])
    assert await covers(town) == ({TOWNSHIP: 0}, 0, 1)


async def test_coverage_comes_in_pages_and_keeps_to_the_callers_area(town):
    asked = {"level": "village", "limit": 1}
    first = await town.client.get("/v1/channels/coverage", params=asked, headers=town.as_("reader"))
    rest = await town.client.get(
        "/v1/channels/coverage",
        params={**asked, "cursor": first.json()["next"]},
        headers=town.as_("reader"),
    )
    assert [page.json()["items"][0]["area"] for page in (first, rest)] == [VILLAGE, OTHER_VILLAGE]
    foreign = await town.client.get(
        "/v1/channels/coverage", params={"area": ELSEWHERE}, headers=town.as_("reader")
    )
    assert foreign.status_code == 403


async def test_the_same_key_opens_one(town):
    key = {"idempotency-key": "channel-0123456789abcdef"}
    answers = [await opens(town, headers=key) for _ in range(3)]
    assert len({answer.text for answer in answers}) == 1
    assert await town.counts("channels", "events") == [1, 1]


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        pytest.param({"kind": "pigeon"}, 409, "there are collection_site", id="no kind"),
        pytest.param({"place": "moon"}, 409, "there is no kind of place moon", id="no place"),
        pytest.param({"place": None}, 409, "say which", id="a box that stands nowhere"),
        pytest.param({"kind": "online_column"}, 409, "leave the place out", id="a column's place"),
        pytest.param({"level": "province"}, 409, "is set up by a city or", id="a level too high"),
        pytest.param(
            {"level": "village", "area": TOWNSHIP},
            409,
            "for a whole township",
            id="a level too low",
        ),
        pytest.param({"functions": ["staff_library"]}, 409, "has no functions", id="a function"),
        pytest.param({"area": "340402999000"}, 409, "no area of the register", id="no area"),
        pytest.param({"area": ELSEWHERE}, 403, "outside", id="another county's"),
        pytest.param({"name": " "}, 422, "#/name", id="no name"),
        pytest.param({"level": "galaxy"}, 422, "#/level", id="no level"),
    ],
)
async def test_what_is_refused_says_what_is_allowed_and_stores_nothing(
    town, changes, status, sentence
):
    key = {"idempotency-key": "channel-0123456789abcdef"}
    answer = await opens(town, headers=key, **changes)
    assert answer.status_code == status, answer.text
    assert sentence in answer.json()["detail"].replace("There", "there")
    assert await town.counts("channels", "events", "outbox", "idempotency") == [0, 0, 0, 0]


async def test_only_who_may_opens_closes_and_logs_and_only_what_is_theirs(town):
    box = (await opened(town))["channel_id"]
    for role in ("editor", "dispatcher", "reader", "window"):
        assert (await opens(town, role=role)).status_code == 403
        assert (await closes(town, box, role=role)).status_code == 403
    assert (await empties(town, box, 1, role="reader")).status_code == 403
    foreign = town.as_("registrar", area=ELSEWHERE)
    for path, body in (("closure", None), ("openings", {"letters": 1})):
        answer = await town.client.post(f"/v1/channels/{box}/{path}", json=body, headers=foreign)
        assert answer.json()["type"] == "urn:liuchi:problem:outside-area"
    assert (await closes(town, NOBODY)).status_code == 404
    assert (await empties(town, NOBODY, 1)).status_code == 404
    assert (await town.client.get(f"/v1/channels/{NOBODY}")).status_code == 404


async def test_a_citys_own_kind_of_channel_needs_no_code(servers, database, bus, issuer, tmp_path):
    (tmp_path / "channel_kinds.toml").write_text(
        '[tea_house]\ntitle = { zh = "茶馆", en = "Tea house" }\nsource = "own"\n'
        'place = "possible"\nlevels = ["village"]\nhas_letters = true\n',
        encoding="utf-8",
    )
    pool = await database("chassis", "intake")
    await register_areas(pool)
    async with running_town(servers, pool, bus, issuer, lists_folder=tmp_path) as town:
        lists_there = (await town.client.get("/v1/lists")).json()
        assert lists_there["channel_kinds"]["tea_house"]["title"]["zh"] == "茶馆"
        house = await opened(town, BOX, kind="tea_house", level="village")
        assert (await empties(town, house["channel_id"], 2)).status_code == 201
        assert (await town.talk.says(ChannelOpened)).kind == "tea_house"
