"""A topic is published by an editor, read by everybody, and closes by itself on its day, once."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from chassis.workflow.workdays import day_of
from contracts.intake import TopicClosed, TopicPublished
from intake import handlers
from intake.domain.topic import PublishTopic
from tests.integration.intake.town import (
    COUNTY,
    ELSEWHERE,
    OTHER_VILLAGE,
    VILLAGE,
    register_areas,
    running_town,
)

MONTH = timedelta(days=30)

TOPIC = {
    "area": COUNTY,
    "theme": "estate_governance",
    "is_drive": True,
    "title": "小区治理金点子",
    "description": "说说小区里最想改变的一件事",
}


def today():
    """Not the day on which this file was read: tests may run over midnight."""
    return day_of(datetime.now(UTC))


async def publishes(town, headers=None, role="editor", **changes):
    days = {"opens_on": str(today()), "closes_on": str(today() + MONTH)}
    return await town.client.post(
        "/v1/topics", json=TOPIC | days | changes, headers={**town.as_(role), **(headers or {})}
    )


async def published(town, **changes):
    answer = await publishes(town, **changes)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def closes(town, topic_id, headers=None, role="editor"):
    return await town.client.post(
        f"/v1/topics/{topic_id}/closure", headers={**town.as_(role), **(headers or {})}
    )


async def lists(town, **asked):
    answer = await town.client.get("/v1/topics", params=asked)
    assert answer.status_code == 200, answer.text
    return [item["topic_id"] for item in answer.json()["items"]]


async def said_closed(town):
    await town.talk.settles()
    said = await town.talk.all_said("intake")
    return [str(one.event.topic_id) for one in said if isinstance(one.event, TopicClosed)]


async def test_what_is_published_is_announced_and_everybody_reads_it(town):
    topic = await published(town)
    said = await town.talk.says(TopicPublished)
    assert said.model_dump(mode="json", exclude={"time"}) == {
        "topic_id": topic["topic_id"],
        **{name: TOPIC[name] for name in ("area", "theme", "is_drive")},
        "opens_on": str(today()),
        "closes_on": str(today() + MONTH),
    }
    shown = await town.client.get(f"/v1/topics/{topic['topic_id']}")
    assert shown.headers["etag"] == '"1"'
    assert shown.json() == topic
    assert (topic["title"], topic["description"]) == (TOPIC["title"], TOPIC["description"])
    assert topic["takes_now"] is True
    again = await town.client.get(
        f"/v1/topics/{topic['topic_id']}", headers={"if-none-match": '"1"'}
    )
    assert (again.status_code, again.json()) == (200, topic)  # for `takes_now` goes by the day


async def test_nothing_of_its_wording_is_in_the_log(town):
    await published(town)
    bodies = await town.pool.fetch("SELECT body FROM events")
    assert len(bodies) == 1
    assert TOPIC["title"] not in bodies[0]["body"]


async def test_the_list_shows_what_takes_suggestions_now(town):
    now = (await published(town))["topic_id"]
    coming = (await published(town, opens_on=str(today() + timedelta(days=1))))["topic_id"]
    over = (await published(town))["topic_id"]
    await closes(town, over)
    assert await lists(town) == [now]
    assert await lists(town, is_open=False) == [over, coming]


async def test_the_list_is_asked_by_place_theme_and_sort(town):
    of_county = (await published(town))["topic_id"]
    of_village = (await published(town, area=VILLAGE, theme="safety", is_drive=False))["topic_id"]
    assert await lists(town, area=VILLAGE) == [of_village]
    assert await lists(town, area=COUNTY) == [of_village, of_county]
    assert await lists(town, around=VILLAGE) == [of_village, of_county]
    assert await lists(town, around=OTHER_VILLAGE) == [of_county]
    assert await lists(town, area=ELSEWHERE) == []
    assert await lists(town, theme="safety") == [of_village]
    assert await lists(town, is_drive=True) == [of_county]


async def test_the_list_comes_in_pages(town):
    made = [(await published(town))["topic_id"] for _ in range(3)]
    first = (await town.client.get("/v1/topics", params={"limit": 2})).json()
    rest = await town.client.get("/v1/topics", params={"limit": 2, "cursor": first["next"]})
    seen = [*first["items"], *rest.json()["items"]]
    assert [item["topic_id"] for item in seen] == made[::-1]
    assert rest.json()["next"] is None
    other = await town.client.get("/v1/topics", params={"theme": "x", "cursor": first["next"]})
    assert other.status_code == 422


async def test_an_editor_closes_it_before_its_day(town):
    topic = await published(town)
    stale = await closes(town, topic["topic_id"], {"if-match": '"7"'})
    assert stale.status_code == 412
    closed = await closes(town, topic["topic_id"], {"if-match": '"1"'})
    assert (closed.status_code, closed.headers["etag"]) == (200, '"2"')
    assert closed.json()["takes_now"] is False
    assert (await closes(town, topic["topic_id"])).json() == closed.json()
    assert await said_closed(town) == [topic["topic_id"]]


async def test_two_sweepers_close_it_once_when_its_day_has_come(town):
    now, ends = datetime.now(UTC), today() + MONTH
    topics = [(await published(town))["topic_id"] for _ in range(5)]
    later = (await published(town, closes_on=str(ends + timedelta(days=1))))["topic_id"]
    await town.sweeps(now + MONTH - timedelta(days=1))
    assert await said_closed(town) == []
    await asyncio.gather(*(town.sweeps(now + MONTH) for _ in range(4)))
    await town.sweeps(now + MONTH)
    assert sorted(await said_closed(town)) == sorted(topics)
    await town.sweeps(now + MONTH + timedelta(days=1))
    assert sorted(await said_closed(town)) == sorted([*topics, later])


async def test_one_that_cannot_be_read_does_not_stand_in_the_way(town):
    broken, sound = [(await published(town))["topic_id"] for _ in range(2)]
    await town.pool.execute("UPDATE events SET body = '{}' WHERE stream = $1", f"topic-{broken}")
    await town.sweeps(datetime.now(UTC) + MONTH)
    rows = await town.pool.fetch("SELECT topic_id FROM topics WHERE NOT is_open")
    assert [str(row["topic_id"]) for row in rows] == [sound]


async def test_it_is_closed_after_a_restart_without_anybody_asking(servers, database, bus, issuer):
    pool = await database("chassis", "intake")
    await register_areas(pool)
    long_ago = datetime.now(UTC) - 2 * MONTH
    days = (day_of(long_ago), day_of(long_ago + MONTH))
    command = PublishTopic(uuid4(), COUNTY, "safety", False, *days, long_ago)
    async with running_town(servers, pool, bus, issuer) as town:
        await town.service.transact(
            lambda db: handlers.topics.publish_topic(db, command, "安全", None)
        )
        assert await said_closed(town) == []
    async with running_town(servers, pool, bus, issuer, sweep_seconds=0.05) as town:
        assert (await town.talk.says(TopicClosed)).topic_id == command.topic_id
    async with running_town(servers, pool, bus, issuer, sweep_seconds=0.05) as town:
        other = (await published(town))["topic_id"]
        await closes(town, other)
        assert await said_closed(town) == [str(command.topic_id), other]


async def test_the_same_key_publishes_once(town):
    key = {"idempotency-key": "topic-0123456789abcdef"}
    answers = [await publishes(town, key) for _ in range(3)]
    assert len({answer.text for answer in answers}) == 1
    assert await town.counts("topics", "events") == [1, 1]


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        pytest.param({"theme": "weather"}, 409, "there are estate_governance", id="no theme"),
        pytest.param(
            {"opens_on": str(today() - timedelta(days=1))}, 409, "is past", id="opened yesterday"
        ),
        pytest.param({"closes_on": str(today())}, 409, "it is after opens_on", id="no day"),
        pytest.param({"area": "340402999000"}, 409, "no area of the register", id="no area"),
        pytest.param({"area": ELSEWHERE}, 403, "outside", id="another county's"),
        pytest.param({"title": "  "}, 422, "#/title", id="no title"),
        pytest.param({"opens_on": 42}, 422, "#/opens_on", id="no day at all"),
        pytest.param({"colour": "red"}, 422, "#/colour", id="a slip"),
    ],
)
async def test_what_is_refused_says_what_is_allowed_and_stores_nothing(
    town, changes, status, sentence
):
    answer = await publishes(town, {"idempotency-key": "topic-0123456789abcdef"}, **changes)
    assert answer.status_code == status, answer.text
    assert sentence in answer.json()["detail"]
    assert await town.counts("topics", "events", "outbox", "idempotency") == [0, 0, 0, 0]


async def test_only_editors_publish_and_close_and_only_what_is_theirs(town):
    topic = await published(town)
    for role in ("registrar", "dispatcher", "reader"):
        assert (await publishes(town, role=role)).status_code == 403
        assert (await closes(town, topic["topic_id"], role=role)).status_code == 403
    foreign = town.as_("editor", area=ELSEWHERE)
    answer = await town.client.post(f"/v1/topics/{topic['topic_id']}/closure", headers=foreign)
    assert answer.json()["type"] == "urn:liuchi:problem:outside-area"
    assert (await closes(town, "019cac0e-6f00-7000-8000-000000000001")).status_code == 404
