"""Observers are appointed for a term; what they see is noted, or becomes a case, whole."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from chassis.workflow.workdays import day_of
from contracts.intake import CaseFiled, ObservationReported, ObserverAppointed, ObserverReleased
from intake import handlers
from tests.integration.intake.test_channels import BOX, NOBODY, STATION, closes, opened
from tests.integration.intake.town import ELSEWHERE, OTHER_VILLAGE, VILLAGE

NOW = datetime.now(UTC)
TERM = timedelta(days=365)
UNTIL = str(day_of(NOW + TERM))
PERSON = {"name": "韩梅梅", "phone": "13800000001"}
TEXT = "路口的井盖松了，夜里看不见"
SEEN = {"theme": "safety", "text": TEXT}
CASE = {"became": "case", "kind": "request", "category": "safety"}


async def appoints(town, channel_id, headers=None, role="registrar", **changes):
    asked = {"channel_id": channel_id, **PERSON, "until": UNTIL, **changes}
    return await town.client.post(
        "/v1/observers", json=asked, headers={**town.as_(role), **(headers or {})}
    )


async def appointed(town, channel_id=None, **changes):
    channel_id = channel_id or (await opened(town, STATION))["channel_id"]
    answer = await appoints(town, channel_id, **changes)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def reports(town, observer, headers=None, **changes):
    """With the observer's own token, unless other headers are given."""
    own = town.as_("observer", actor=observer["person_id"])
    return await town.client.post(
        f"/v1/observers/{observer['observer_id']}/observations",
        json={**SEEN, **changes},
        headers={**own, **(headers or {})},
    )


async def reported(town, observer=None, **changes):
    answer = await reports(town, observer or await appointed(town), **changes)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def assesses(town, observation, what, headers=None, role="dispatcher"):
    return await town.client.post(
        f"/v1/observations/{observation['observation_id']}/assessment",
        json=what,
        headers={**town.as_(role), **(headers or {})},
    )


async def releases(town, observer, headers=None, role="registrar"):
    return await town.client.post(
        f"/v1/observers/{observer['observer_id']}/release",
        headers={**town.as_(role), **(headers or {})},
    )


async def gets(town, path, role="reader", **more):
    return await town.client.get(f"/v1/{path}", headers=town.as_(role), **more)


async def lists(town, what, role="reader", **asked):
    answer = await gets(town, what, role, params=asked)
    assert answer.status_code == 200, answer.text
    return [item[f"{what[:-1]}_id"] for item in answer.json()["items"]]


async def said(town, kind):
    await town.talk.settles()
    everything = await town.talk.all_said("intake")
    return [one.event for one in everything if isinstance(one.event, kind)]


async def test_an_appointment_is_announced_without_a_name(town):
    observer = await appointed(town)
    event = await town.talk.says(ObserverAppointed)
    assert event.model_dump(mode="json", exclude={"time"}) == {
        "area": VILLAGE,
        **{name: observer[name] for name in ("observer_id", "person_id", "channel_id", "until")},
    }
    shown = await gets(town, f"observers/{observer['observer_id']}")
    assert (shown.headers["etag"], shown.json()) == ('"1"', observer)
    for table in ("events", "observers", "outbox", "relayed"):
        rows = await town.pool.fetch(f"SELECT t::text AS text FROM {table} t")  # noqa: S608 - names of ours
        assert not any("韩梅梅" in row["text"] or "138000" in row["text"] for row in rows)


async def test_who_it_is_is_read_for_a_purpose_and_written_down(town):
    observer = await appointed(town)
    path = f"observers/{observer['observer_id']}/contact"
    contact = await gets(town, path, "dispatcher", params={"purpose": "call_back"})
    assert contact.json() == {"name": "韩梅梅", "phone": "13800000001", "forgotten_at": None}
    (read,) = await town.pool.fetch("SELECT actor, purpose, person FROM vault_reads")
    assert (read["actor"], read["purpose"]) == ("staff-1", "call_back")
    assert str(read["person"]) == observer["observer_id"]
    assert (await gets(town, path, "dispatcher")).status_code == 422
    assert (await gets(town, path, params={"purpose": "call_back"})).status_code == 403


async def test_who_observes_no_more_can_be_forgotten(town):
    observer = await appointed(town)
    path = f"/v1/observers/{observer['observer_id']}/contact"
    refused = await town.client.delete(path, headers=town.as_("registrar"))
    assert refused.status_code == 409
    assert "release them first" in refused.json()["detail"]
    await releases(town, observer)
    assert (await town.client.delete(path, headers=town.as_("registrar"))).status_code == 204
    contact = (await gets(town, path[4:], "registrar", params={"purpose": "administration"})).json()
    assert (contact["name"], contact["phone"]) == (None, None)
    assert contact["forgotten_at"]


async def test_a_release_is_announced_once(town):
    observer = await appointed(town)
    assert (await releases(town, observer, {"if-match": '"7"'})).status_code == 412
    released = await releases(town, observer, {"if-match": '"1"'})
    assert (released.status_code, released.headers["etag"]) == (200, '"2"')
    assert (await releases(town, observer)).json() == released.json()
    assert [str(one.observer_id) for one in await said(town, ObserverReleased)] == [
        observer["observer_id"]
    ]
    assert await lists(town, "observers") == []
    assert await lists(town, "observers", is_open=False) == [observer["observer_id"]]


async def test_two_sweepers_release_once_when_the_term_is_over(town):
    station = (await opened(town, STATION))["channel_id"]
    observers = [await appointed(town, station) for _ in range(4)]
    await town.sweeps(NOW + TERM - timedelta(days=1))
    assert await said(town, ObserverReleased) == []
    await asyncio.gather(*(town.sweeps(NOW + TERM) for _ in range(4)))
    await town.sweeps(NOW + 2 * TERM)
    released = [str(one.observer_id) for one in await said(town, ObserverReleased)]
    assert sorted(released) == [one["observer_id"] for one in observers]


async def test_a_station_that_is_closed_releases_its_observers_before(town):
    station = (await opened(town, STATION))["channel_id"]
    observers = {(await appointed(town, station))["observer_id"] for _ in range(2)}
    await closes(town, station)
    released = await said(town, ObserverReleased)
    assert {str(one.observer_id) for one in released} == observers
    types = [one.event.type.split(".")[1] for one in await town.talk.all_said("intake")]
    assert types == ["channel", "observer", "observer", "observer", "observer", "channel"]
    assert "closed" in (await appoints(town, station)).json()["detail"]


async def test_a_person_is_appointed_once_to_a_station_however_many_ask_at_once(town):
    station = (await opened(town, STATION))["channel_id"]
    person = str(uuid4())
    answers = await asyncio.gather(*(appoints(town, station, person_id=person) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    elsewhere = (await opened(town, STATION, area=OTHER_VILLAGE))["channel_id"]
    assert (await appoints(town, elsewhere, person_id=person)).status_code == 201
    observer = next(answer.json() for answer in answers if answer.status_code == 201)
    await releases(town, observer)
    assert (await appoints(town, station, person_id=person)).status_code == 201


async def test_an_observation_waits_to_be_assessed_and_only_then_is_said(town):
    observation = await reported(town, area=OTHER_VILLAGE)
    assert (observation["is_open"], observation["area"]) == (True, OTHER_VILLAGE)
    assert await lists(town, "observations", is_open=True) == [observation["observation_id"]]
    assert await said(town, ObservationReported) == []
    for table in ("events", "observations"):
        rows = await town.pool.fetch(f"SELECT t::text AS text FROM {table} t")  # noqa: S608 - names of ours
        assert not any(TEXT in row["text"] for row in rows)
    path = f"observations/{observation['observation_id']}/text"
    told = await gets(town, path, "dispatcher", params={"purpose": "assessment"})
    assert told.json() == {"text": TEXT, "forgotten_at": None}
    assert await town.counts("vault_reads") == [1]


async def test_one_that_is_noted_becomes_no_case(town):
    observation = await reported(town)
    noted = await assesses(town, observation, {"became": "note"}, {"if-match": '"1"'})
    assert (noted.status_code, noted.headers["etag"]) == (200, '"2"')
    assert noted.json()["receipt"] is None
    event = await town.talk.says(ObservationReported)
    assert (event.became, event.theme, event.case_id) == ("note", "safety", None)
    assert str(event.channel_id) == observation["channel_id"]
    assert await lists(town, "observations", is_open=True) == []
    again = await assesses(town, observation, CASE)
    assert (again.status_code, "became a note already" in again.text) == (409, True)
    assert await town.counts("cases") == [0]


async def test_one_that_becomes_a_case_is_filed_with_what_the_observer_wrote(town):
    observation = await reported(town)
    answer = (await assesses(town, observation, CASE)).json()
    event = await town.talk.says(ObservationReported)
    filed = await town.talk.says(CaseFiled)
    assert (event.became, event.case_id, event.case_kind) == ("case", filed.case_id, "request")
    assert (filed.source, filed.area) == ("observer", VILLAGE)
    assert answer["observation"]["case_id"] == str(filed.case_id)
    followed = await town.client.post("/v1/receipts/case", json={"code": answer["receipt"]})
    assert followed.status_code == 200
    texts = await gets(
        town, f"cases/{filed.case_id}/texts", "dispatcher", params={"purpose": "handling"}
    )
    assert texts.json()["text"] == TEXT


async def forgets(town, path, role="registrar"):
    return await town.client.delete(f"/v1/{path}", headers=town.as_(role))


@pytest.mark.parametrize("forgotten", ["observations/{}/text", "cases/{}/texts"])
async def test_what_was_observed_and_the_case_that_it_became_are_forgotten_together(
    town, forgotten
):
    observation = await reported(town)
    observation = (await assesses(town, observation, CASE)).json()["observation"]
    case_id, observation_id = observation["case_id"], observation["observation_id"]
    named = observation_id if forgotten.startswith("observations") else case_id
    assert (await forgets(town, forgotten.format(named), "dispatcher")).status_code == 403
    assert (await forgets(town, forgotten.format(named))).status_code == 204
    for path, purpose in (
        (f"observations/{observation_id}/text", "supervision"),
        (f"cases/{case_id}/texts", "handling"),
    ):
        told = (await gets(town, path, "dispatcher", params={"purpose": purpose})).json()
        assert (told["text"], bool(told["forgotten_at"])) == (None, True), path
    assert await town.counts("likenesses") == [0]


async def test_what_is_forgotten_becomes_no_case_but_may_be_noted(town):
    observation = await reported(town)
    await forgets(town, f"observations/{observation['observation_id']}/text")
    refused = await assesses(town, observation, CASE)
    assert (refused.status_code, "is forgotten" in refused.text) == (409, True), refused.text
    assert (await assesses(town, observation, {"became": "note"})).status_code == 200


async def test_nothing_becomes_a_case_that_is_forgotten_meanwhile(town):
    observation = await reported(town)
    async with town.pool.acquire() as db, db.transaction():
        await handlers.links.forget(db, town.desk, UUID(observation["observation_id"]))
        assessing = asyncio.ensure_future(assesses(town, observation, CASE))
        await town.until_it_waits(assessing)
    assert (await assessing).status_code == 409
    assert await town.counts("cases", "vault_texts") == [0, 2], "of the observer, name and phone"


async def test_one_may_become_a_suggestion(town):
    observation = await reported(town)
    what = {"became": "case", "kind": "suggestion", "category": "safety"}
    assert (await assesses(town, observation, what)).status_code == 200
    assert (await town.talk.says(CaseFiled)).kind == "suggestion"


@pytest.mark.parametrize(
    ("what", "status", "sentence"),
    [
        pytest.param({**CASE, "kind": "wish"}, 409, "no kind wish", id="no kind of case"),
        pytest.param({**CASE, "category": "weather"}, 409, "weather", id="no category"),
        pytest.param({"became": "case"}, 422, "A case has a kind", id="a case without a kind"),
        pytest.param({"became": "note", "kind": "request"}, 422, "a note has none", id="a note"),
        pytest.param({"became": "gone"}, 422, "#/became", id="neither"),
    ],
)
async def test_what_cannot_come_of_it_leaves_it_waiting(town, what, status, sentence):
    observation = await reported(town)
    answer = await assesses(town, observation, what)
    assert (answer.status_code, sentence in answer.text) == (status, True), answer.text
    assert await lists(town, "observations", is_open=True) == [observation["observation_id"]]
    assert await town.counts("cases", "events") == [0, 2]


async def test_two_who_assess_at_once_make_one_case(town):
    observation = await reported(town)
    answers = await asyncio.gather(*(assesses(town, observation, CASE) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert await town.counts("cases") == [1]


async def test_the_same_key_reports_and_assesses_once(town):
    key = {"idempotency-key": "observe-0123456789abcdef"}
    observer = await appointed(town)
    first, again = [await reports(town, observer, key) for _ in range(2)]
    assert (first.status_code, first.text) == (201, again.text)
    both = [await assesses(town, first.json(), CASE, key) for _ in range(2)]
    assert both[0].text == both[1].text
    assert await town.counts("observations", "cases") == [1, 1]


async def test_nobody_reports_whose_term_is_over(town):
    observer = await appointed(town)
    await town.pool.execute("UPDATE observers SET until = $1", day_of(NOW))
    assert "term is over" in (await reports(town, observer)).json()["detail"]
    await town.pool.execute("UPDATE observers SET until = $1", day_of(NOW + TERM))
    await releases(town, observer)
    assert (await reports(town, observer)).status_code == 409
    assert await town.counts("observations") == [0]


async def test_nobody_reports_who_is_released_meanwhile(town):
    observer = await appointed(town)
    async with town.pool.acquire() as db, db.transaction():
        await handlers.observers.release_observer(db, UUID(observer["observer_id"]), NOW)
        report = asyncio.ensure_future(reports(town, observer))
        await town.until_it_waits(report)
    assert (await report).status_code == 409
    assert await town.counts("observations") == [0]


async def test_nobody_is_appointed_to_a_station_that_closes_meanwhile(town):
    station = (await opened(town, STATION))["channel_id"]
    async with town.pool.acquire() as db, db.transaction():
        await handlers.channels.close_channel(db, UUID(station), NOW)
        appointment = asyncio.ensure_future(appoints(town, station))
        await town.until_it_waits(appointment)
    assert (await appointment).status_code == 409
    assert await town.counts("observers") == [0]


@pytest.mark.parametrize("other_role", ["reader", "suggestion_desk"])
async def test_an_observer_who_may_read_of_others_still_reports_for_themselves_alone(
    town, other_role
):
    station = (await opened(town, STATION))["channel_id"]
    mine, other = [await appointed(town, station) for _ in range(2)]
    both = town.as_("observer", other_role, actor=other["person_id"])
    refused = await reports(town, mine, both)
    assert refused.json()["type"] == "urn:liuchi:problem:wrong-role"
    assert await town.counts("observations") == [0]
    assert (await reports(town, other, both)).status_code == 201
    shown = await town.client.get(f"/v1/observers/{mine['observer_id']}", headers=both)
    assert shown.status_code == 200


async def test_observers_act_for_themselves_alone_and_staff_for_anybody(town):
    station = (await opened(town, STATION))["channel_id"]
    mine, other = [await appointed(town, station) for _ in range(2)]
    refused = await reports(town, mine, town.as_("observer", actor=other["person_id"]))
    assert refused.json()["type"] == "urn:liuchi:problem:wrong-role"
    observation = await reported(town, mine)
    assert (await reports(town, mine, town.as_("dispatcher"))).status_code == 201
    as_other = town.as_("observer", actor=other["person_id"])
    for path in (
        f"observers/{mine['observer_id']}",
        f"observations/{observation['observation_id']}",
    ):
        assert (await town.client.get(f"/v1/{path}", headers=as_other)).status_code == 403
    for path in ("observers", "observations"):
        shown = await town.client.get(f"/v1/{path}", headers=as_other)
        assert mine["observer_id"] not in shown.text
        own = town.as_("observer", actor=mine["person_id"])
        shown = await town.client.get(f"/v1/{path}", headers=own)
        assert mine["observer_id"] in shown.text
        assert other["observer_id"] not in shown.text


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        pytest.param({"until": str(day_of(NOW))}, 409, "give a later day", id="a term of no day"),
        pytest.param({"phone": "call me"}, 422, "#/phone", id="no phone"),
        pytest.param({"until": "soon"}, 422, "#/until", id="no day"),
    ],
)
async def test_what_is_refused_says_what_is_allowed_and_stores_nothing(
    town, changes, status, sentence
):
    station = (await opened(town, STATION))["channel_id"]
    answer = await appoints(town, station, **changes)
    assert (answer.status_code, sentence in answer.text) == (status, True), answer.text
    assert await town.counts("observers", "vault_keys", "events") == [0, 0, 1]


async def test_only_stations_and_contact_points_have_observers(town):
    box = (await opened(town, BOX))["channel_id"]
    answer = await appoints(town, box)
    assert "appoint them to a contact point or a station" in answer.json()["detail"]
    assert (await appoints(town, NOBODY)).status_code == 404
    assert await town.counts("observers", "vault_keys") == [0, 0]


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        pytest.param({"theme": "weather"}, 409, "no theme weather; there are", id="no theme"),
        pytest.param({"area": "340402999000"}, 409, "no area of the register", id="no area"),
        pytest.param({"area": ELSEWHERE}, 403, "outside", id="another county"),
        pytest.param({"text": " "}, 422, "#/text", id="no text"),
    ],
)
async def test_what_is_no_observation_stores_nothing(town, changes, status, sentence):
    answer = await reports(town, await appointed(town), **changes)
    assert (answer.status_code, sentence in answer.text) == (status, True), answer.text
    assert await town.counts("observations", "vault_keys") == [0, 1]


async def test_everybody_keeps_to_their_role_and_area(town):
    observation = await reported(town)
    observer = {"observer_id": observation["observer_id"]}
    for role in ("dispatcher", "observer", "reader"):
        assert (await appoints(town, NOBODY, role=role)).status_code == 403
        assert (await releases(town, observer, role=role)).status_code == 403
    assert (await assesses(town, observation, CASE, role="observer")).status_code == 403
    foreign = town.as_("registrar", area=ELSEWHERE)
    for method, path, body in (
        ("POST", "observers", {"channel_id": observation["channel_id"], "until": UNTIL}),
        ("POST", f"observers/{observer['observer_id']}/release", None),
        ("POST", f"observers/{observer['observer_id']}/observations", SEEN),
        ("POST", f"observations/{observation['observation_id']}/assessment", CASE),
        ("GET", f"observers/{observer['observer_id']}", None),
        ("GET", f"observations/{observation['observation_id']}", None),
        ("GET", f"observations/{observation['observation_id']}/text?purpose=supervision", None),
        ("DELETE", f"observations/{observation['observation_id']}/text", None),
        ("GET", f"observers/{observer['observer_id']}/contact?purpose=administration", None),
        ("DELETE", f"observers/{observer['observer_id']}/contact", None),
    ):
        answer = await town.client.request(method, f"/v1/{path}", json=body, headers=foreign)
        assert answer.json()["type"] == "urn:liuchi:problem:outside-area", path
    assert await lists(town, "observers", area=VILLAGE) == [observer["observer_id"]]
    assert await lists(town, "observers", kind="contact_point") == []
    assert await lists(town, "observations", theme="other") == []
