"""The roster: one leader each workday, a month at a time; who sits there receives people."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest

from chassis.workflow.workdays import LAST_DAY, SHANGHAI, day_of, is_workday
from contracts.intake import MeetingHeld, MeetingScheduled
from tests.integration.intake.town import COUNTY, running_town

LAST = (day_of(datetime.now(UTC)).replace(day=1) - timedelta(days=1)).replace(day=4)
"""A day of the month before: its calendar is known, and it may be entered afterwards."""

MONTH = f"{LAST:%Y-%m}"
DAYS = [LAST + timedelta(days=count) for count in range(24)]
WORKED = [day for day in DAYS if is_workday(day)]
FREE = next(day for day in DAYS if not is_workday(day))
THEN = datetime.combine(LAST, time(8), SHANGHAI)
LEADERS = [str(uuid4()) for _ in range(3)]


@pytest.fixture
async def lenient(servers, town, bus, issuer):
    async with running_town(servers, town.pool, bus, issuer, accepts_past=True) as town:
        yield town


def duties(days=WORKED[:3], leaders=LEADERS):
    pairs = zip(days, leaders, strict=False)
    return [{"on": str(day), "leader_id": leader} for day, leader in pairs]


async def puts(town, days, role="petition_office", headers=None, **changes):
    return await town.client.post(
        "/v1/meetings/roster",
        json={"area": COUNTY, "month": MONTH, "days": days, **changes},
        headers={**town.as_(role), **(headers or {})},
        params={"at": THEN.isoformat()},
    )


async def test_each_leader_named_has_a_day(lenient):
    answer = await puts(lenient, duties())
    assert answer.status_code == 200, answer.text
    said = [await lenient.talk.says_envelope(MeetingScheduled) for _ in range(3)]
    assert [(one.event.kind, one.event.level, one.event.on) for one in said] == [
        ("reception", "county", day) for day in WORKED[:3]
    ]
    assert not [one for one in said if any(leader in one.to_json().decode() for leader in LEADERS)]
    days = {date.fromisoformat(one["on"]): one["meeting"] for one in answer.json()["days"]}
    assert set(WORKED) <= set(days)
    assert FREE not in days
    assert [days[day] and days[day]["leader_id"] for day in WORKED[:5]] == [*LEADERS, None, None]
    shown = await lenient.client.get(
        "/v1/meetings/roster", params={"month": MONTH}, headers=lenient.as_("reader")
    )
    assert shown.json() == answer.json()


async def test_a_roster_sent_again_changes_nothing_and_one_with_more_adds_to_it(lenient):
    await puts(lenient, duties())
    assert (await puts(lenient, duties())).status_code == 200
    assert await lenient.counts("meetings") == [3]
    more = [*duties(), {"on": str(WORKED[3]), "leader_id": LEADERS[0]}]
    assert (await puts(lenient, more)).status_code == 200
    assert await lenient.counts("meetings") == [4]


async def test_the_last_month_of_the_calendar_shows_the_days_that_are_known(town):
    asked = {"month": f"{LAST_DAY:%Y-%m}"}
    shown = await town.client.get("/v1/meetings/roster", params=asked, headers=town.as_("reader"))
    assert shown.status_code == 200, shown.text
    days = [date.fromisoformat(one["on"]) for one in shown.json()["days"]]
    month = (LAST_DAY.replace(day=day) for day in range(1, LAST_DAY.day + 1))
    assert days == [day for day in month if is_workday(day)]


async def test_a_month_of_which_no_day_is_known_is_refused(town):
    asked = {"month": f"{LAST_DAY.year + 1}-01"}
    answer = await town.client.get("/v1/meetings/roster", params=asked, headers=town.as_("reader"))
    assert answer.status_code == 409
    assert f"holiday calendar of {LAST_DAY.year + 1} is not published" in answer.json()["detail"]


async def test_nobody_takes_the_day_of_another(lenient):
    await puts(lenient, duties())
    taken = {"on": str(WORKED[1]), "leader_id": LEADERS[0]}
    new = {"on": str(WORKED[4]), "leader_id": LEADERS[0]}
    answer = await puts(lenient, [new, taken])
    assert answer.status_code == 409
    assert f"{LEADERS[1]} sits on {WORKED[1]} already; one leader" in answer.json()["detail"]
    assert await lenient.counts("meetings") == [3]


async def test_of_two_rosters_at_once_one_is_refused_whole(lenient):
    other = duties(leaders=[*LEADERS[1:], LEADERS[0]])
    answers = await asyncio.gather(
        *(puts(lenient, days) for days in (duties(), other, duties(), other))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 200, 409, 409]
    assert await lenient.counts("meetings") == [3]


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        pytest.param(
            {"days": [*duties(), {"on": str(FREE), "leader_id": LEADERS[0]}]},
            409,
            f"{FREE} is a",
            id="a day off",
        ),
        pytest.param(
            {"days": [*duties(), *duties()]}, 422, "name each day once", id="two leaders a day"
        ),
        pytest.param({"month": "2024-02"}, 422, "has the days of its month", id="another month"),
        pytest.param({"month": "2024-13"}, 422, "#/month", id="no month"),
        pytest.param({"days": []}, 422, "#/days", id="nobody"),
        pytest.param({"area": "340402001000"}, 409, "leaders of a city or county", id="township"),
        pytest.param({"area": "341302000000"}, 403, "outside yours", id="elsewhere"),
        pytest.param({"kind": "visit_down"}, 409, "visit_down has no roster", id="no roster"),
        pytest.param({"kind": "relief"}, 403, "is for the role relief_office", id="not theirs"),
        pytest.param({"kind": "no_such"}, 409, "There is no kind of meeting no_such", id="kind"),
    ],
)
async def test_what_cannot_be_is_a_problem_and_stores_nothing(lenient, changes, status, sentence):
    answer = await puts(lenient, **{"days": duties(), **changes})
    assert answer.status_code == status, answer.text
    assert sentence in answer.json()["detail"]
    assert await lenient.counts("meetings", "events") == [0, 0]


async def test_a_day_that_is_over_is_on_no_roster(town):
    answer = await town.client.post(
        "/v1/meetings/roster",
        json={"area": COUNTY, "month": MONTH, "days": duties()},
        headers=town.as_("petition_office"),
    )
    assert answer.status_code == 409
    assert f"{WORKED[0]} is over; schedule it" in answer.json()["detail"]


async def test_the_leader_of_a_day_received_visitors(lenient):
    answer = await puts(lenient, duties())
    sitting = next(one["meeting"] for one in answer.json()["days"] if one["meeting"])
    held = await lenient.client.post(
        f"/v1/meetings/{sitting['meeting_id']}/outcome",
        json={"visitors": 7, "heard": 3},
        headers=lenient.as_("petition_office"),
        params={"at": datetime.combine(WORKED[0], time(17), SHANGHAI).isoformat()},
    )
    assert held.status_code == 200, held.text
    assert (held.json()["leader_id"], held.json()["state"]) == (LEADERS[0], "held")
    said = await lenient.talk.says(MeetingHeld)
    assert (said.kind, said.visitors, said.matters, said.number) == ("reception", 7, 3, None)
    assert day_of(said.time) == WORKED[0]


async def test_only_the_petition_office_of_the_place_puts_leaders_on_it(lenient):
    assert (await puts(lenient, duties(), role="registrar")).status_code == 403
    foreign = lenient.as_("petition_office", area="340403000000")
    assert (await puts(lenient, duties(), headers=foreign)).status_code == 403
    shown = await lenient.client.get(
        "/v1/meetings/roster", params={"area": COUNTY}, headers=foreign
    )
    assert shown.status_code == 403
