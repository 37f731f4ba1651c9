"""Leaders' meetings: scheduled, held with a number and matters, missed once; all or nothing."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from chassis.access import Caller
from chassis.workflow.workdays import day_of
from contracts.intake import CaseFiled, CaseStepTaken, MeetingHeld, MeetingMissed, MeetingScheduled
from intake import handlers
from intake.domain.meeting import ScheduleMeeting
from tests.integration.intake.town import COUNTY, ELSEWHERE, TOWNSHIP, VILLAGE, running_town

CITY = "340400000000"
LONG_AGO = datetime(2025, 3, 7, 1, tzinfo=UTC)
STORED = ("events", "meetings", "meeting_matters", "vault_texts")
SPOKEN = "李局长说水管要换"


def today():
    return day_of(datetime.now(UTC))


async def register_city(pool):
    await pool.execute("INSERT INTO areas (code, name) VALUES ($1, '淮南市')", CITY)


@pytest.fixture
async def town(town):
    """The town, in a city whose leaders meet."""
    await register_city(town.pool)
    return town


async def schedules(town, kind="relief", role="relief_office", headers=None, **changes):
    return await town.client.post(
        "/v1/meetings",
        json={"kind": kind, "area": CITY, "on": str(today()), **changes},
        headers={**town.as_(role, area=CITY), **(headers or {})},
    )


async def planned(town, **what):
    answer = await schedules(town, **what)
    assert answer.status_code == 201, answer.text
    return answer.json()["meeting_id"]


async def visit(town):
    return await planned(town, kind="visit_down", role="petition_office")


async def holds(town, meeting_id, role="relief_office", headers=None, **outcome):
    return await town.client.post(
        f"/v1/meetings/{meeting_id}/outcome",
        json=outcome,
        headers={**town.as_(role, area=CITY), **(headers or {})},
    )


async def matter(town, area=VILLAGE):
    """A relief case that waits for the meeting."""
    filing = {
        "kind": "relief",
        "area": area,
        "text": "小区供热管道没有并网",
        "source": "relief_office",
    }
    office = town.as_("relief_office", area="340000000000")
    filed = await town.client.post("/v1/cases/on-behalf", json=filing, headers=office)
    assert filed.status_code == 201, filed.text
    case_id = filed.json()["case_id"]
    for step in ({"step": "assessed", "level": "city"}, {"step": "consulted_before"}):
        taken = await town.client.post(f"/v1/cases/{case_id}/steps", json=step, headers=office)
        assert taken.status_code == 200, taken.text
    return case_id


def settled(*cases, outcome="solved"):
    return [{"case_id": case_id, "outcome": outcome} for case_id in cases]


async def stands_at(town, case_id):
    answer = await town.client.get(
        f"/v1/cases/{case_id}", headers=town.as_("relief_office", area=CITY)
    )
    return answer.json()["step"]


async def test_a_relief_meeting_takes_its_number_and_its_matters_a_step_further(town):
    meeting_id = await planned(town)
    said = await town.talk.says(MeetingScheduled)
    assert (said.kind, said.level, said.on, said.area) == ("relief", "city", today(), CITY)
    solved, postponed = await matter(town), await matter(town)
    matters = settled(solved) + settled(postponed, outcome="postponed")
    answer = await holds(town, meeting_id, matters=matters, minutes=SPOKEN)
    assert answer.status_code == 200, answer.text
    held = await town.talk.says(MeetingHeld)
    assert (str(held.meeting_id), held.number, held.matters, held.solved) == (meeting_id, 1, 2, 1)
    taken = [
        one.event
        for one in await town.talk.all_said("intake")
        if isinstance(one.event, CaseStepTaken) and one.event.step == "solved_at_meeting"
    ]
    assert {(str(one.case_id), one.outcome) for one in taken} == {
        (solved, "solved"),
        (postponed, "postponed"),
    }
    assert {str(one.refs["meeting"]) for one in taken} == {meeting_id}
    shown = await town.client.get(
        f"/v1/meetings/{meeting_id}", headers=town.as_("reader", area=CITY)
    )
    assert (shown.json()["state"], shown.json()["number"], shown.headers["etag"]) == (
        "held",
        1,
        '"2"',
    )
    assert {one["case_id"] for one in shown.json()["cases"]} == {solved, postponed}


async def test_numbers_have_no_gap_however_many_are_held_at_once(town):
    cases = [await matter(town) for _ in range(6)]
    meetings = [await planned(town) for _ in cases]
    broken = await planned(town)

    async def hold(meeting_id, case_id):
        return await holds(town, meeting_id, matters=settled(case_id))

    async def fail():
        return await holds(town, broken, matters=settled(str(uuid4())))

    answers = await asyncio.gather(
        *(hold(*pair) for pair in zip(meetings, cases, strict=True)), fail(), fail()
    )
    assert [answer.status_code for answer in answers] == [*[200] * 6, 409, 409]
    assert sorted(answer.json()["number"] for answer in answers[:6]) == [1, 2, 3, 4, 5, 6]
    last = await matter(town)
    assert (await holds(town, broken, matters=settled(last))).json()["number"] == 7


async def test_each_division_counts_for_itself_and_only_what_is_numbered(town):
    county = await planned(town, area=COUNTY)
    city = await planned(town)
    assert (await holds(town, city, matters=settled(await matter(town)))).json()["number"] == 1
    assert (await holds(town, county, matters=settled(await matter(town)))).json()["number"] == 1
    answer = await holds(town, await visit(town), role="petition_office", place=TOWNSHIP, heard=2)
    assert (answer.json()["number"], answer.json()["place"], answer.json()["matters"]) == (
        None,
        TOWNSHIP,
        2,
    )


async def test_one_matter_that_cannot_be_undoes_the_whole_meeting(town):
    meeting_id = await planned(town, area=COUNTY)
    good, foreign = await matter(town), await matter(town, area=ELSEWHERE)
    request_id, _ = await town.files()
    before = await town.counts(*STORED)
    for bad, sentence in (
        (settled(foreign), f"is of {ELSEWHERE}; what comes up here lies within {COUNTY}"),
        (settled(request_id), "a request has no step solved_at_meeting"),
        (settled(str(uuid4())), "look for it in the list of cases"),
        (settled(good, outcome="perhaps"), "outcome of solved_at_meeting is one of solved"),
    ):
        matters = bad if bad[0]["case_id"] == good else settled(good) + bad
        answer = await holds(
            town,
            meeting_id,
            matters=matters,
            minutes=SPOKEN,
            headers={"idempotency-key": "meeting-0123456789abcdef"},
        )
        assert answer.status_code == 409, answer.text
        assert sentence.casefold() in answer.json()["detail"].casefold()
        assert await town.counts(*STORED) == before
    assert await stands_at(town, good) == "consulted_before"


async def test_a_matter_that_was_not_talked_over_before_waits(town):
    meeting_id = await planned(town)
    filing = {"kind": "relief", "area": VILLAGE, "text": "x", "source": "relief_office"}
    filed = await town.client.post(
        "/v1/cases/on-behalf", json=filing, headers=town.as_("relief_office")
    )
    answer = await holds(town, meeting_id, matters=settled(filed.json()["case_id"]))
    assert answer.status_code == 409
    assert "stands at clue_collected" in answer.json()["detail"]


async def test_a_retry_holds_it_once_and_another_outcome_is_refused(town):
    meeting_id, case_id = await planned(town), await matter(town)
    key = {"idempotency-key": "meeting-0123456789abcdef"}
    answers = [
        await holds(town, meeting_id, headers=key, matters=settled(case_id)) for _ in range(3)
    ]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert len({answer.text for answer in answers}) == 1
    other = await holds(town, meeting_id, matters=settled(await matter(town)))
    assert (other.status_code, other.json()["detail"]) == (
        409,
        f"This meeting of {today()} was held; schedule another one.",
    )
    stale = await holds(town, meeting_id, headers={"if-match": '"1"'}, matters=settled(case_id))
    assert stale.status_code == 412


MAYORS_TALK = """
[mayors_talk]
title = { zh = "市长恳谈", en = "Talk with the mayor" }
source = "the city's own"
levels = ["city", "county"]
by = ["mayors_desk"]
days_to_record = 1
"""


async def test_a_city_s_own_kind_of_meeting_is_held_by_a_role_of_its_own(
    servers, database, bus, issuer, tmp_path
):
    (tmp_path / "meeting_kinds.toml").write_text(MAYORS_TALK, encoding="utf-8")
    pool = await database("chassis", "intake")
    await register_city(pool)
    async with running_town(servers, pool, bus, issuer, lists_folder=tmp_path) as own:
        mine = {"role": "mayors_desk"}
        meeting_id = await planned(own, kind="mayors_talk", **mine)
        held = await holds(own, meeting_id, heard=3, minutes=SPOKEN, **mine)
        assert held.status_code == 200, held.text
        path = f"/v1/meetings/{meeting_id}/minutes?purpose=handling"
        read = await own.client.get(path, headers=own.as_("mayors_desk", area=CITY))
        assert read.json()["minutes"] == SPOKEN
        not_theirs = await schedules(own, **mine)
        assert "is for the role relief_office" in not_theirs.json()["detail"]


async def test_a_visitor_becomes_a_petition_that_refers_to_the_meeting(town):
    meeting_id = await visit(town)
    filing = {
        "kind": "petition",
        "area": VILLAGE,
        "text": "来访反映",
        "source": "reception",
        "meeting": meeting_id,
    }
    answer = await town.client.post(
        "/v1/cases/on-behalf", json=filing, headers=town.as_("petition_office")
    )
    assert answer.status_code == 201, answer.text
    assert str((await town.talk.says(CaseFiled)).refs["meeting"]) == meeting_id


async def missed_ids(town):
    await town.talk.settles()
    return [
        str(one.event.meeting_id)
        for one in await town.talk.all_said("intake")
        if isinstance(one.event, MeetingMissed)
    ]


async def test_a_meeting_whose_days_went_by_is_missed_once(town):
    missed, held = await visit(town), await visit(town)
    await holds(town, held, role="petition_office", place=TOWNSHIP)
    now = datetime.now(UTC)
    await town.sweeps(now + timedelta(days=1))
    assert await missed_ids(town) == []  # there is still a day to record it
    await asyncio.gather(*(town.sweeps(now + timedelta(days=2)) for _ in range(3)))
    await town.sweeps(now + timedelta(days=3))
    assert await missed_ids(town) == [missed]
    said = await town.talk.says(MeetingMissed)
    assert (said.kind, said.on, day_of(said.time)) == ("visit_down", today(), today())
    refused = await holds(town, missed, role="petition_office", place=TOWNSHIP)
    assert f"of {today()} was missed; schedule another" in refused.json()["detail"]


async def scheduled_long_ago(town):
    meeting_id, rules = uuid4(), town.desk.lists.meeting_kinds["visit_down"]
    change = ScheduleMeeting(meeting_id, "visit_down", rules, CITY, day_of(LONG_AGO), LONG_AGO)
    clerk = Caller("clerk-1", frozenset({"petition_office"}), "3404")
    await town.service.transact(lambda db: handlers.meetings.schedule(db, change, clerk))
    return str(meeting_id)


async def test_it_is_found_after_a_restart_without_anybody_asking(servers, database, bus, issuer):
    pool = await database("chassis", "intake")
    await register_city(pool)
    # It was entered today, so that today it can still be recorded as held: let that be over.
    go_by = "UPDATE meetings SET missed_on = on_day + 2 WHERE state = 'scheduled'"
    async with running_town(servers, pool, bus, issuer) as town:
        first = await scheduled_long_ago(town)
    await pool.execute(go_by)
    async with running_town(servers, pool, bus, issuer, sweep_seconds=0.05) as town:
        assert str((await town.talk.says(MeetingMissed)).meeting_id) == first
    async with running_town(servers, pool, bus, issuer, sweep_seconds=0.05) as town:
        second = await scheduled_long_ago(town)
        await pool.execute(go_by)
        assert str((await town.talk.says(MeetingMissed)).meeting_id) == first
        assert str((await town.talk.says(MeetingMissed)).meeting_id) == second
        assert await missed_ids(town) == [first, second]


async def test_minutes_are_sealed_and_reading_them_is_written_down(town):
    meeting_id = await visit(town)
    await holds(town, meeting_id, role="petition_office", place=TOWNSHIP, minutes=SPOKEN)
    asked = {"purpose": "handling"}
    address, office = f"/v1/meetings/{meeting_id}/minutes", town.as_("petition_office", area=CITY)
    read = await town.client.get(address, params=asked, headers=office)
    assert read.json() == {"minutes": SPOKEN, "forgotten_at": None}
    assert await town.counts("vault_reads") == [1]
    reader = town.as_("reader", area=CITY)
    assert (await town.client.get(address, params=asked, headers=reader)).status_code == 403
    await town.talk.settles()
    said = b"".join(one.to_json() for one in await town.talk.all_said("intake"))
    rows = await town.pool.fetch("SELECT m::text AS row FROM meetings m")
    assert "水管" not in said.decode() + str(rows)


async def test_lists_keep_to_what_is_asked_for(town):
    relief, county = await planned(town), await planned(town, area=COUNTY)
    tour = await visit(town)
    await holds(town, tour, role="petition_office", place=TOWNSHIP)

    async def listed(role="reader", area=CITY, **asked):
        answer = await town.client.get(
            "/v1/meetings", params=asked, headers=town.as_(role, area=area)
        )
        assert answer.status_code == 200, answer.text
        return [one["meeting_id"] for one in answer.json()["items"]]

    assert await listed() == [tour, county, relief]
    assert await listed(area=COUNTY) == [county]
    assert await listed(kind="relief") == [county, relief]
    assert await listed(state="held") == [tour]
    assert await listed(is_open=False) == []
    await town.sweeps(datetime.now(UTC) + timedelta(days=2))
    assert await listed(is_open=False) == [county, relief]


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        pytest.param({"kind": "picnic"}, 409, "There is no kind of meeting picnic", id="kind"),
        pytest.param({"kind": "reception"}, 403, "is for the role petition_office", id="office"),
        pytest.param({"area": TOWNSHIP}, 409, "held by leaders of a city or county", id="level"),
        pytest.param({"area": "340499000000"}, 409, "is no area of the register", id="no area"),
        pytest.param({"area": "341300000000"}, 403, "outside yours", id="elsewhere"),
        pytest.param({"on": "2024-01-02"}, 409, "2024-01-02 is over; schedule it", id="past"),
        pytest.param({"on": 7}, 422, "#/on", id="no day"),
    ],
)
async def test_what_cannot_be_is_a_problem_and_stores_nothing(town, changes, status, sentence):
    answer = await schedules(town, **changes)
    assert answer.status_code == status, answer.text
    assert sentence in answer.json()["detail"]
    assert await town.counts("meetings", "events") == [0, 0]


async def test_a_reception_is_scheduled_by_the_roster_alone(town):
    answer = await schedules(town, kind="reception", role="petition_office")
    assert answer.status_code == 409
    assert "put it on the roster of its month" in answer.json()["detail"]


async def test_only_the_office_of_the_place_records_it(town):
    meeting_id = await planned(town)
    assert (await holds(town, meeting_id, role="registrar")).status_code == 403
    other_office = await holds(town, meeting_id, role="petition_office")
    assert other_office.json()["detail"] == "A relief is for the role relief_office."
    for method, path in (("POST", "/outcome"), ("GET", "")):
        answer = await town.client.request(
            method,
            f"/v1/meetings/{meeting_id}{path}",
            headers=town.as_("relief_office", area=COUNTY),
            **({"json": {}} if method == "POST" else {}),
        )
        assert answer.status_code == 403
    assert (await holds(town, uuid4())).status_code == 404


async def test_minutes_are_forgotten_and_the_meeting_stays(town):
    meeting_id = await planned(town)
    path, registrar = f"/v1/meetings/{meeting_id}/minutes", town.as_("registrar", area=CITY)
    early = await town.client.delete(path, headers=registrar)
    assert (early.status_code, "was not held yet" in early.text) == (409, True), early.text
    held = await holds(town, meeting_id, matters=settled(await matter(town)), minutes=SPOKEN)
    assert held.status_code == 200, held.text
    for headers, status in (
        (town.as_("relief_office", area=CITY), 403),
        (town.as_("registrar", area=VILLAGE), 403),
        (registrar, 204),
    ):
        assert (await town.client.delete(path, headers=headers)).status_code == status
    read = await town.client.get(
        path, params={"purpose": "supervision"}, headers=town.as_("relief_office", area=CITY)
    )
    assert (read.json()["minutes"], bool(read.json()["forgotten_at"])) == (None, True)
    shown = await town.client.get(f"/v1/meetings/{meeting_id}", headers=registrar)
    assert shown.json()["state"] == "held"
