"""A case on its way through its steps, by hand, over HTTP."""

import asyncio
from importlib.resources import files

import pytest

from contracts.intake import CaseClosed, CaseEscalated, CaseReopened, CaseRevisited
from tests.integration.intake.town import (
    COUNTY,
    ELSEWHERE,
    VILLAGE,
    register_areas,
    running_town,
)


async def resolved(town):
    """A case that a grid worker has resolved: (case id, receipt)."""
    await town.has_on_duty()
    case_id, receipt = await town.files(category="environment")
    for step in ("in_progress", "resolved"):
        answer = await town.takes(case_id, step, role="grid_worker")
        assert answer.status_code == 200, answer.text
    return case_id, receipt


async def test_a_case_goes_from_filing_to_a_content_resident(town):
    case_id, receipt = await resolved(town)
    await town.takes(case_id, "closed")
    closed = await town.talk.says(CaseClosed)
    assert (closed.outcome, closed.category) == ("resolved", "environment")
    answer = await town.client.post(
        "/v1/receipts/case/steps", json={"code": receipt, "step": "revisited", "satisfaction": 5}
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["allowed"] == []
    said = await town.talk.says(CaseRevisited)
    assert (said.satisfaction, said.outcome, said.category) == (5, "good", "environment")
    assert (await town.sees(case_id))["satisfaction"] == 5


async def test_a_bad_revisit_reopens_it(town):
    case_id, _ = await resolved(town)
    await town.takes(case_id, "closed")
    answer = await town.takes(case_id, "revisited", satisfaction=2)
    assert answer.json()["step"] == "reopened"
    assert answer.json()["is_open"] is True
    await town.talk.says(CaseReopened)
    assert await town.lists(queue="undispatched") == [case_id]
    again = await town.takes(case_id, "dispatched", to="department", department="environment")
    assert again.status_code == 200


async def test_a_hard_one_is_escalated_to_the_county(town):
    await town.has_on_duty()
    case_id, _ = await town.files(category="environment")
    answer = await town.takes(case_id, "escalated", role="grid_worker", level="county")
    assert answer.status_code == 200
    said = await town.talk.says(CaseEscalated)
    assert (said.to, said.to_area) == ("county", COUNTY)
    assert await town.lists(queue="undispatched") == [case_id]


CLASSIFIED = {"step": "classified", "category": "safety"}
CANNOT_BE_TAKEN = {
    "out of order": ("dispatcher", {"step": "closed"}, 409, "allowed now: classified"),
    "no step": ("dispatcher", {"step": "flown"}, 409, "has no step flown"),
    "a role that may not": ("department", CLASSIFIED, 409, "may be taken by dispatcher"),
    "something missing": ("dispatcher", {"step": "classified"}, 409, "needs category"),
    "not on the list": (
        "dispatcher",
        {**CLASSIFIED, "category": "ufo"},
        409,
        "'ufo' is no category",
    ),
    "a strange field": ("dispatcher", {**CLASSIFIED, "colour": "red"}, 409, "knows no colour"),
    "free text": ("dispatcher", {**CLASSIFIED, "colour": "Light Red!"}, 422, "colour"),
    "no step named": ("dispatcher", {"category": "safety"}, 422, "#/step"),
}


async def test_a_step_that_cannot_be_taken_is_a_problem_and_stores_nothing(town, subtests):
    case_id, _ = await town.files()
    await town.talk.settles()
    for name, (role, body, status, sentence) in CANNOT_BE_TAKEN.items():
        with subtests.test(name):
            answer = await town.client.post(
                f"/v1/cases/{case_id}/steps",
                json={"note": "weil", **body},
                headers={**town.as_(role), "idempotency-key": "step-0123456789abcdef"},
            )
            assert answer.status_code == status, answer.text
            assert answer.headers["content-type"] == "application/problem+json"
            assert sentence in answer.json()["detail"]
            assert await town.counts("events", "idempotency", "vault_texts") == [1, 0, 1]


async def test_dispatching_to_nobody_says_what_can_be_done(town):
    case_id, _ = await town.files(category="environment")
    for body, sentence in (
        ({}, "grid worker is on duty"),
        ({"to": "department"}, "needs department: one of housing"),
        ({"post_id": "019cac0e-6f00-7000-8000-00004b89032c"}, "is not on duty"),
    ):
        answer = await town.takes(case_id, "dispatched", **body)
        assert answer.status_code == 409
        assert sentence in answer.json()["detail"]


async def test_whoever_does_not_have_the_case_does_not_act_on_it(town):
    case_id, _ = await town.files(category="property")
    answer = await town.takes(case_id, "in_progress", role="grid_worker")
    assert answer.status_code == 409
    assert "lies with department" in answer.json()["detail"]


async def test_two_who_decide_on_the_same_version_cannot_both_be_right(town):
    case_id, _ = await town.files()
    seen = {"if-match": f'"{(await town.sees(case_id))["version"]}"'}
    answers = await asyncio.gather(
        town.takes(case_id, "classified", headers=seen, category="safety"),
        town.takes(case_id, "withdrawn", headers=seen),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    assert len(await town.happened(case_id)) == 2


async def test_the_same_key_takes_a_step_once(town):
    case_id, _ = await town.files()
    key = {"idempotency-key": "step-0123456789abcdef"}
    answers = [
        await town.takes(case_id, "classified", headers=key, category="safety") for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert answers[0].headers["etag"] == answers[1].headers["etag"] == '"2"'


@pytest.fixture
async def in_days(servers, database, bus, issuer, tmp_path):
    """A town that counts calendar days, so that no date depends on what holidays are published."""
    ours = (files("intake") / "kinds/request.toml").read_text()
    (tmp_path / "request.toml").write_text(ours.replace("workday", "day"))
    pool = await database("chassis", "intake")
    await register_areas(pool)
    async with running_town(servers, pool, bus, issuer, kinds_folder=tmp_path) as town:
        yield town


async def test_more_time_is_given_and_the_clock_is_stopped(in_days):
    town = in_days
    case_id, _ = await town.files(category="property")
    url, headers = f"/v1/cases/{case_id}", town.as_("dispatcher")
    before = {each["step"]: each for each in (await town.sees(case_id))["due"]}
    extended = await town.client.post(
        f"{url}/extensions", json={"step": "resolved", "by": "3 days"}, headers=headers
    )
    assert extended.status_code == 200, extended.text
    after = {each["step"]: each for each in extended.json()["due"]}
    assert after["resolved"]["due_at"] > before["resolved"]["due_at"]
    assert "extended on" in after["resolved"]["why"]["en"]
    assert "延期" in after["resolved"]["why"]["zh"]

    stopped = await town.client.post(f"{url}/suspensions", json={}, headers=headers)
    assert stopped.json()["is_suspended"] is True
    assert {each["due_at"] for each in stopped.json()["due"]} == {None}
    again = await town.client.post(f"{url}/suspensions", json={}, headers=headers)
    assert again.status_code == 409
    resumed = await town.client.post(f"{url}/resumptions", json={}, headers=headers)
    assert resumed.json()["is_suspended"] is False
    assert {each["step"]: each["due_at"] for each in resumed.json()["due"]} == {
        step: each["due_at"] for step, each in after.items()
    }
    assert await town.happened(case_id) == [
        "filed",
        "classified",
        "dispatched",
        "deadline_extended",
        "clock_suspended",
        "clock_resumed",
    ]
    too_much = await town.client.post(
        f"{url}/extensions", json={"step": "resolved", "by": "3 days"}, headers=headers
    )
    assert too_much.status_code == 409
    assert "at most 5 days" in too_much.json()["detail"]


async def test_the_list_is_filtered_and_paged(town):
    worker = "019cac0e-6f00-7000-8000-0000000000aa"
    await town.has_on_duty(person_id=worker)
    plain = [(await town.files())[0] for _ in range(3)]
    mine, _ = await town.files(category="environment")
    other, _ = await town.files(category="property", area=ELSEWHERE)
    assert await town.lists() == [mine, *reversed(plain)]
    assert await town.lists(area=VILLAGE, step="filed") == [*reversed(plain)]
    assert await town.lists(category="environment", kind="request") == [mine]
    assert await town.lists(overdue=True) == []

    headers = town.as_("grid_worker", area="340400000000", actor=worker)
    city = await town.client.get("/v1/cases", headers=headers)
    assert [item["case_id"] for item in city.json()["items"]] == [other, mine, *reversed(plain)]
    held = await town.client.get("/v1/cases?mine=true", headers=headers)
    assert [item["case_id"] for item in held.json()["items"]] == [mine]
    assert held.json()["items"][0]["allowed"][:2] == ["in_progress", "resolved"]

    seen, cursor = [], None
    while True:
        page = (
            await town.client.get(
                "/v1/cases",
                params={"limit": 2, **({"cursor": cursor} if cursor else {})},
                headers=headers,
            )
        ).json()
        seen += [item["case_id"] for item in page["items"]]
        if not (cursor := page.get("next")):
            break
    assert seen == [other, mine, *reversed(plain)]


async def test_a_foreign_area_is_neither_seen_nor_changed(town):
    case_id, _ = await town.files(area=ELSEWHERE)
    for method, path, body in (
        ("GET", f"/v1/cases/{case_id}", None),
        ("GET", f"/v1/cases/{case_id}/history", None),
        ("GET", f"/v1/cases/{case_id}/texts?purpose=handling", None),
        ("GET", f"/v1/cases?area={ELSEWHERE}", None),
        ("POST", f"/v1/cases/{case_id}/steps", {"step": "withdrawn"}),
        ("POST", f"/v1/cases/{case_id}/suspensions", {}),
        ("POST", f"/v1/cases/{case_id}/resumptions", {}),
        ("POST", f"/v1/cases/{case_id}/extensions", {"step": "classified", "by": "1 workday"}),
    ):
        answer = await town.client.request(method, path, json=body, headers=town.as_("dispatcher"))
        assert answer.status_code == 403, (path, answer.text)
    assert await town.lists() == []
    assert await town.counts("events", "vault_reads") == [1, 0]


async def test_what_was_told_is_read_for_a_purpose_and_forgotten_on_request(town):
    case_id, _ = await town.files(name="周小鹏")
    url = f"/v1/cases/{case_id}/texts"
    told = await town.client.get(f"{url}?purpose=call_back", headers=town.as_("dispatcher"))
    assert told.json()["name"] == "周小鹏"
    read = await town.pool.fetchrow("SELECT actor, purpose FROM vault_reads")
    assert tuple(read) == ("staff-1", "call_back")
    assert (await town.client.get(url, headers=town.as_("dispatcher"))).status_code == 422
    forgotten = await town.client.delete(url, headers=town.as_("registrar"))
    assert forgotten.status_code == 204
    told = await town.client.get(f"{url}?purpose=call_back", headers=town.as_("dispatcher"))
    assert (told.json()["name"], told.json()["text"]) == (None, None)
    assert told.json()["forgotten_at"]


async def test_a_case_that_nobody_filed_is_not_found(town):
    unknown = "019cac0e-6f00-7000-8000-00004b89032c"
    for answer in (
        await town.client.get(f"/v1/cases/{unknown}", headers=town.as_("dispatcher")),
        await town.takes(unknown, "closed"),
    ):
        assert answer.status_code == 404


async def test_the_kinds_are_described_for_a_form(town):
    kinds = await town.client.get("/v1/kinds")
    assert {"petition", "request"} < {kind["kind"] for kind in kinds.json()}
    kind = (await town.client.get("/v1/kinds/request")).json()
    assert kind["title"] == {"zh": "群众急难愁盼诉求", "en": "Resident's request"}
    assert kind["steps"][0]["step"] == "filed"
    assert kind["fields"]["category"]["elderly_care"]["title"]["zh"] == "老人关怀"
    assert (await town.client.get("/v1/kinds/wish")).status_code == 404
