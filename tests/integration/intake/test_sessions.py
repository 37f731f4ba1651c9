"""Sessions of forums: who was there, what came of each matter, what was raised; all or nothing."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from contracts.intake import CaseFiled, CaseStepTaken, ForumSessionHeld
from tests.integration.intake.test_forums import closes, establishes
from tests.integration.intake.town import (
    COUNTY,
    ELSEWHERE,
    OTHER_VILLAGE,
    VILLAGE,
    running_town,
)

STORED = ("events", "cases", "forum_sessions", "session_matters", "vault_texts")
SPOKEN = "王大爷说水泵坏了"


async def forum(town, **changes):
    answer = await establishes(town, **changes)
    assert answer.status_code == 201, answer.text
    return answer.json()["forum_id"]


async def holds(town, forum_id, role="host", headers=None, params=None, **changes):
    return await town.client.post(
        f"/v1/forums/{forum_id}/sessions",
        json={"participants": {"committee": 2, "residents": 15}, **changes},
        headers={**town.as_(role), **(headers or {})},
        params=params or {},
    )


async def matter(town, **changes):
    """A deliberation case that waits to be discussed."""
    filing = {
        "kind": "deliberation",
        "area": VILLAGE,
        "text": "车棚漏雨",
        "category": "facilities",
        "source": "forum_session",
        **changes,
    }
    answer = await town.client.post("/v1/cases/on-behalf", json=filing, headers=town.as_("host"))
    assert answer.status_code == 201, answer.text
    return answer.json()["case_id"]


async def steps_of(town, case_id):
    answer = await town.client.get(f"/v1/cases/{case_id}/history", headers=town.as_("host"))
    return [each["data"]["step"] for each in answer.json()]


async def test_a_session_takes_its_matters_a_step_further(town):
    forum_id = await forum(town, brand="liuxia_shuoshi")
    settled, left = await matter(town), await matter(town)
    answer = await holds(
        town,
        forum_id,
        minutes=SPOKEN,
        matters=[
            {"case_id": settled, "outcome": "agreed"},
            {"case_id": left, "outcome": "open"},
        ],
    )
    assert answer.status_code == 201, answer.text
    held = await town.talk.says(ForumSessionHeld)
    assert (held.kind, held.brand, str(held.forum_id)) == (
        "grid_pavilion",
        "liuxia_shuoshi",
        forum_id,
    )
    assert (held.participants, held.matters, held.agreed) == (17, 2, 1)
    taken = [await town.talk.says(CaseStepTaken) for _ in range(2)]
    assert {(str(one.case_id), one.step, one.outcome) for one in taken} == {
        (settled, "discussed", "agreed"),
        (left, "discussed", "open"),
    }
    assert {one.refs["session"] for one in taken} == {held.session_id}
    assert {one.fields["forum"] for one in taken} == {"grid_pavilion"}

    shown = await town.client.get(answer.headers["location"], headers=town.as_("reader"))
    assert shown.json()["participants"] == {"committee": 2, "residents": 15}
    assert {(one["case_id"], one["outcome"]) for one in shown.json()["cases"]} == {
        (settled, "agreed"),
        (left, "open"),
    }
    (listed,) = (
        await town.client.get(f"/v1/forums/{forum_id}/sessions", headers=town.as_("reader"))
    ).json()["items"]
    assert listed["session_id"] == str(held.session_id)
    assert (await town.client.get(f"/v1/forums/{forum_id}")).json()["sessions"] == 1


async def test_problems_raised_become_cases_that_refer_to_the_session(town):
    forum_id = await forum(town, kind="night_talk", name="围楼夜话")
    raised = [
        {"text": SPOKEN, "category": "parking"},
        {"kind": "request", "text": "路灯不亮", "area": VILLAGE, "urgency": "urgent"},
    ]
    answer = await holds(town, forum_id, raised=raised)
    assert answer.status_code == 201, answer.text
    session_id = answer.json()["session_id"]
    filed = [await town.talk.says(CaseFiled) for _ in range(2)]
    assert [(one.kind, one.source, str(one.refs["session"])) for one in filed] == [
        ("deliberation", "night_talk", session_id),
        ("request", "night_talk", session_id),
    ]
    assert (filed[0].fields["forum"], filed[1].urgency) == ("night_talk", "urgent")
    assert [one["case_id"] for one in answer.json()["raised"]] == [
        str(one.case_id) for one in filed
    ]
    for one in answer.json()["raised"]:
        seen = await town.client.post("/v1/receipts/case", json={"code": one["receipt"]})
        assert seen.status_code == 200, seen.text
    assert [one["outcome"] for one in answer.json()["cases"]] == [None, None]
    assert answer.json()["matters"] == 0


async def test_a_problem_of_a_kind_that_refers_to_no_session_becomes_a_case_of_it_too(town):
    answer = await holds(town, await forum(town), raised=[{"kind": "relief", "text": SPOKEN}])
    assert answer.status_code == 201, answer.text
    filed = await town.talk.says(CaseFiled)
    assert (filed.kind, filed.source, filed.refs) == ("relief", "forum_session", {})
    assert [one["case_id"] for one in answer.json()["cases"]] == [str(filed.case_id)]


async def test_a_matter_climbs_from_the_corner_to_the_pavilion(town):
    corner = await forum(town, kind="building_corner")
    pavilion = await forum(town)
    answer = await holds(town, corner, raised=[{"text": "楼道堆物", "category": "environment"}])
    case_id = answer.json()["raised"][0]["case_id"]
    left_open = [{"case_id": case_id, "outcome": "open"}]
    refused = await holds(town, pavilion, matters=left_open)
    assert refused.status_code == 409
    assert "stands at building_corner; discuss it there, or raise it" in refused.json()["detail"]
    assert (await holds(town, corner, matters=left_open)).status_code == 201
    raised = await town.takes(case_id, "raised", role="host", venue="grid_pavilion")
    assert raised.status_code == 200, raised.text
    agreed = await holds(town, pavilion, matters=[{"case_id": case_id, "outcome": "agreed"}])
    assert agreed.status_code == 201, agreed.text
    assert await steps_of(town, case_id) == ["collected", "discussed", "raised", "discussed"]


async def test_one_matter_that_cannot_be_undoes_the_whole_session(town):
    forum_id = await forum(town)
    good, foreign = await matter(town), await matter(town, area=OTHER_VILLAGE)
    request_id, _ = await town.files()
    before = await town.counts(*STORED)
    for bad, sentence in (
        ({"case_id": foreign, "outcome": "agreed"}, f"is of {OTHER_VILLAGE}; what comes up here"),
        ({"case_id": request_id, "outcome": "agreed"}, "a request has no step discussed"),
        ({"case_id": str(uuid4()), "outcome": "agreed"}, "look for it in the list of cases"),
        ({"case_id": good, "outcome": "perhaps"}, "the outcome of discussed is one of agreed"),
    ):
        matters = [{"case_id": good, "outcome": "agreed"}] if bad["case_id"] != good else []
        answer = await holds(
            town,
            forum_id,
            minutes=SPOKEN,
            matters=[*matters, bad],
            raised=[{"text": "x", "category": "parking"}],
            headers={"idempotency-key": "session-0123456789abcdef"},
        )
        assert answer.status_code == 409, answer.text
        assert sentence.casefold() in answer.json()["detail"].casefold()
        assert await town.counts(*STORED) == before
    assert await steps_of(town, good) == ["collected"]


async def test_a_case_elsewhere_is_no_matter_and_where_it_lies_is_not_told(town):
    case_id, _ = await town.files(area=ELSEWHERE)
    matters = [{"case_id": case_id, "outcome": "agreed"}]
    answer = await holds(town, await forum(town), matters=matters)
    assert answer.status_code == 403, answer.text
    assert ELSEWHERE not in answer.text


async def test_a_problem_that_cannot_be_filed_undoes_the_session(town):
    forum_id = await forum(town)
    before = await town.counts(*STORED)
    answer = await holds(town, forum_id, raised=[{"text": "x", "category": "no_such"}])
    assert answer.status_code == 409, answer.text
    assert await town.counts(*STORED) == before


async def test_a_retry_holds_one_session(town):
    forum_id = await forum(town)
    key = {"idempotency-key": "session-0123456789abcdef"}
    raised = [{"text": "x", "category": "parking"}]
    answers = [await holds(town, forum_id, headers=key, raised=raised) for _ in range(3)]
    assert len({answer.text for answer in answers}) == 1
    assert await town.counts("forum_sessions", "cases") == [1, 1]


async def test_two_sessions_on_the_same_matters_settle_each_once(town):
    forums = [await forum(town, kind="village"), await forum(town, kind="small_platform")]
    cases = [await matter(town) for _ in range(4)]

    async def both_ways(forum_id, order):
        matters = [{"case_id": case_id, "outcome": "agreed"} for case_id in order]
        return await holds(town, forum_id, guideline="village_2024_1", matters=matters)

    answers = await asyncio.gather(
        both_ways(forums[0], cases), both_ways(forums[1], list(reversed(cases)))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert [await steps_of(town, each) for each in cases] == [["collected", "discussed"]] * 4


async def test_matters_are_settled_in_one_order_however_they_are_listed(town):
    cases = sorted([await matter(town) for _ in range(4)])
    matters = [{"case_id": case_id, "outcome": "agreed"} for case_id in reversed(cases)]
    assert (await holds(town, await forum(town), matters=matters)).status_code == 201
    settled = await town.pool.fetch(
        "SELECT stream FROM events WHERE stream LIKE 'case-%' AND version = 2 ORDER BY position"
    )
    assert [row["stream"] for row in settled] == [f"case-{case_id}" for case_id in cases]


async def test_minutes_are_sealed_and_reading_them_is_written_down(town):
    forum_id = await forum(town)
    answer = await holds(
        town, forum_id, minutes=SPOKEN, raised=[{"text": SPOKEN, "category": "safety"}]
    )
    assert SPOKEN not in answer.text
    address = f"{answer.headers['location']}/minutes"
    asked = {"purpose": "supervision"}
    read = await town.client.get(address, params=asked, headers=town.as_("host"))
    assert read.json() == {"minutes": SPOKEN, "forgotten_at": None}
    reads = await town.pool.fetch("SELECT actor, purpose, person FROM vault_reads")
    assert [(one["actor"], one["purpose"], str(one["person"])) for one in reads] == [
        ("staff-1", "supervision", answer.json()["session_id"])
    ]
    assert (
        await town.client.get(address, params=asked, headers=town.as_("reader"))
    ).status_code == 403
    assert (await town.client.get(address, headers=town.as_("host"))).status_code == 422
    without = await holds(town, forum_id)
    read = await town.client.get(
        f"{without.headers['location']}/minutes", params=asked, headers=town.as_("host")
    )
    assert read.json()["minutes"] is None
    await town.talk.settles()
    said = b"".join(one.to_json() for one in await town.talk.all_said("intake"))
    assert "水泵" not in said.decode()
    tables = await town.pool.fetch(
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
    )
    for table in tables:
        rows = await town.pool.fetch(f"SELECT t::text AS row FROM {table['tablename']} t")  # noqa: S608 - names from the catalogue
        assert not [row for row in rows if "水泵" in row["row"]], table


async def test_minutes_are_forgotten_and_the_session_stays(town):
    answer = await holds(town, await forum(town), minutes=SPOKEN)
    place = answer.headers["location"]
    for role, area, status in (
        ("host", COUNTY, 403),
        ("registrar", ELSEWHERE, 403),
        ("registrar", COUNTY, 204),
    ):
        forgotten = await town.client.delete(f"{place}/minutes", headers=town.as_(role, area=area))
        assert forgotten.status_code == status, forgotten.text
    read = await town.client.get(
        f"{place}/minutes", params={"purpose": "supervision"}, headers=town.as_("host")
    )
    assert (read.json()["minutes"], bool(read.json()["forgotten_at"])) == (None, True)
    assert await town.counts("vault_texts") == [0]
    assert (await town.client.get(place, headers=town.as_("reader"))).status_code == 200


async def test_a_village_session_names_a_guideline_that_is_in_force(town):
    forum_id = await forum(town, kind="village")
    refused = await holds(town, forum_id)
    assert "names the guideline it was held by" in refused.json()["detail"]
    unknown = await holds(town, forum_id, guideline="village_1949")
    assert "There is no guideline village_1949; there are village_2024_1" in unknown.text
    held = await holds(town, forum_id, guideline="village_2024_1")
    assert held.status_code == 201, held.text
    assert (await town.talk.says(ForumSessionHeld)).guideline == "village_2024_1"


async def test_a_city_lists_its_own_guideline_and_ours_ends(
    servers, database, bus, issuer, town, tmp_path
):
    today = datetime.now(UTC).date()
    title = 'title = { zh = "新", en = "New" }\nsource = "I-10"'
    (tmp_path / "guidelines.toml").write_text(
        f"[village_2024_1]\n{title}\nsince = 2024-05-07\nuntil = {today - timedelta(days=9)}\n"
        f"[village_next]\n{title}\nsince = {today - timedelta(days=9)}\n",
        encoding="utf-8",
    )
    async with running_town(servers, town.pool, bus, issuer, lists_folder=tmp_path) as own:
        forum_id = await forum(own, kind="village")
        over = await holds(own, forum_id, guideline="village_2024_1")
        assert "village_2024_1 was not in force on" in over.json()["detail"]
        assert (await holds(own, forum_id, guideline="village_next")).status_code == 201


async def test_a_session_may_be_entered_afterwards_where_that_is_accepted(
    servers, database, bus, issuer, town
):
    async with running_town(servers, town.pool, bus, issuer, accepts_past=True) as lenient:
        then = datetime.now(UTC).replace(microsecond=0) - timedelta(days=20)
        made = await lenient.client.post(
            "/v1/forums",
            params={"at": then.isoformat()},
            json={"kind": "youth", "area": VILLAGE, "name": "童声童议"},
            headers=lenient.as_("registrar"),
        )
        forum_id, later = made.json()["forum_id"], then + timedelta(days=2)
        came = {"participants": {"young_residents": 30}}
        answer = await holds(lenient, forum_id, params={"at": later.isoformat()}, **came)
        assert answer.status_code == 201, answer.text
        assert (await lenient.talk.says(ForumSessionHeld)).time == later
        earlier = {"at": (then - timedelta(days=1)).isoformat()}
        refused = await holds(lenient, forum_id, params=earlier, **came)
        assert "sessions came later" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        pytest.param({"participants": {}}, 422, "#/participants", id="nobody"),
        pytest.param(
            {"participants": {"residents": 0}}, 422, "#/participants/residents", id="none"
        ),
        pytest.param({"participants": {"aliens": 3}}, 409, "There is no party aliens", id="aliens"),
        pytest.param({"participants": {"residents": 3}}, 409, "without committee", id="the lead"),
        pytest.param(
            {"matters": [{"case_id": str(uuid4()), "outcome": "agreed"}] * 2},
            422,
            "#/matters",
            id="a matter twice",
        ),
        pytest.param({"raised": [{"text": " "}]}, 422, "#/raised/0/text", id="nothing raised"),
        pytest.param(
            {"raised": [{"text": "x", "kind": "petition"}]},
            409,
            "may be taken by resident, petition_office, window",
            id="a petition",
        ),
    ],
)
async def test_what_cannot_be_is_a_problem_and_stores_nothing(town, changes, status, sentence):
    forum_id = await forum(town, kind="joint_council")
    answer = await holds(town, forum_id, **changes)
    assert answer.status_code == status, answer.text
    assert sentence in answer.json()["detail"]
    assert await town.counts("forum_sessions", "cases") == [0, 0]


async def test_a_closed_forum_has_no_sessions_any_more_but_keeps_those_it_had(town):
    forum_id = await forum(town)
    held = await holds(town, forum_id)
    await closes(town, forum_id)
    refused = await holds(town, forum_id)
    assert (refused.status_code, refused.json()["detail"]) == (
        409,
        "This forum is closed; establish another one.",
    )
    shown = await town.client.get(held.headers["location"], headers=town.as_("reader"))
    assert shown.status_code == 200


async def test_only_hosts_of_the_place_hold_sessions(town):
    forum_id = await forum(town)
    assert (await holds(town, forum_id, role="registrar")).status_code == 403
    foreign = town.as_("host", area="340403000000")
    assert (await holds(town, forum_id, headers=foreign)).status_code == 403
    held = await holds(town, forum_id)
    other = await forum(town)
    for address in (held.headers["location"], f"/v1/forums/{forum_id}/sessions"):
        foreign = town.as_("reader", area="340403000000")
        assert (await town.client.get(address, headers=foreign)).status_code == 403
    mixed = held.headers["location"].replace(forum_id, other)
    assert (await town.client.get(mixed, headers=town.as_("reader"))).status_code == 404
    stale = await holds(town, forum_id, headers={"if-match": '"1"'})
    assert stale.status_code == 412
