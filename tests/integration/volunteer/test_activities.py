"""Teams and activities over HTTP: who may join, how many, and what is said of it."""

import asyncio
from datetime import UTC, datetime, timedelta

from contracts.volunteer import (
    ActivityCancelled,
    ActivityHeld,
    ActivityJoined,
    ActivityLeft,
    TeamDisbanded,
    TeamFormed,
    TeamMemberJoined,
    TeamMemberLeft,
)
from tests.integration.volunteer.world import COUNTY, HERE, NEXT_COUNTY, UNKNOWN


async def test_a_teams_name_stays_here_and_its_kind_goes_out(town):
    team = await town.forms_team(name="龙泉社区邻里队", kind="neighbourhood")
    assert (await town.talk.says(TeamFormed)).kind == "neighbourhood"
    shown = await town.does("GET", f"/v1/teams/{team}", role="reader")
    assert (shown["name"], shown["members"]) == ("龙泉社区邻里队", 0)
    said = await town.talk.all_said("volunteer")
    assert "龙泉" not in b"".join(one.to_json() for one in said).decode()


async def test_volunteers_join_leave_and_the_team_is_disbanded(town):
    team, ana, ben = await town.forms_team(), await town.registers(), await town.registers()
    path = f"/v1/teams/{team}/members"
    for who in (ana, ben, ana):
        me = {"role": "volunteer", "actor": who}
        joined = await town.does("POST", path, {"volunteer_id": str(who)}, **me)
    assert joined["members"] == 2
    await town.does("DELETE", f"{path}/{ana}", role="volunteer", actor=ana)
    disbanded = await town.does("POST", f"/v1/teams/{team}/disbandment")
    assert (disbanded["state"], disbanded["members"]) == ("disbanded", 0)
    said = await town.said(TeamMemberJoined, TeamMemberLeft, TeamDisbanded)
    assert [type(event) for event in said] == [
        TeamMemberJoined,
        TeamMemberJoined,
        TeamMemberLeft,
        TeamMemberLeft,
        TeamDisbanded,
    ]
    late = await town.post(path, {"volunteer_id": str(ana)})
    assert (late.status_code, late.json()["type"]) == (409, "urn:liuchi:problem:refused")


async def test_a_stranger_joins_nothing(town):
    stranger = {"volunteer_id": "019cac0e-6f00-7000-8000-000000000000"}
    team = await town.forms_team()
    for path in (f"teams/{team}/members", f"activities/{await town.schedules(team)}/participants"):
        answer = await town.post(f"/v1/{path}", stranger)
        assert answer.status_code == 409
        assert "register first" in answer.json()["detail"]
    assert await town.said(TeamMemberJoined, ActivityJoined) == []


async def test_an_activity_is_joined_held_and_counted(town):
    activity = await town.schedules(places=3)
    path = f"/v1/activities/{activity}"
    people = [await town.registers() for _ in range(3)]
    for who in people:
        me = {"role": "volunteer", "actor": who}
        await town.does("POST", f"{path}/participants", {"volunteer_id": str(who)}, **me)
    await town.does("DELETE", f"{path}/participants/{people[0]}", role="volunteer", actor=people[0])
    outcome = {"beneficiaries": 130, "hours": 2.5}
    held = await town.does("POST", f"{path}/outcome", outcome, role="grid_worker")
    assert (held["state"], held["participants"]) == ("held", 2)
    said = await town.talk.says(ActivityHeld)
    assert (said.participants, said.beneficiaries, said.hours) == (2, 130, 2.5)
    assert (said.kind, said.theme, said.area) == ("service", "health", HERE)
    assert len(await town.said(ActivityJoined)) == 3
    assert len(await town.said(ActivityLeft)) == 1
    cancelled = await town.post(f"{path}/cancellation")
    assert cancelled.status_code == 409


async def test_of_many_who_want_the_last_places_just_so_many_get_one(town):
    activity = await town.schedules(places=8)
    people = [await town.registers() for _ in range(12)]
    answers = await asyncio.gather(
        *(
            town.post(f"/v1/activities/{activity}/participants", {"volunteer_id": str(one)})
            for one in people
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 8 + [409] * 4
    assert len(await town.said(ActivityJoined)) == 8


async def test_what_is_out_of_order_is_refused_and_says_nothing(town):
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    activity = await town.schedules(starts_at=tomorrow)
    path = f"/v1/activities/{activity}"
    early = await town.post(f"{path}/outcome", {"beneficiaries": 1, "hours": 1})
    assert (early.status_code, "not begun" in early.text) == (409, True)
    stale = await town.post(f"{path}/cancellation", if_match='"7"')
    assert stale.status_code == 412
    await town.does("POST", f"{path}/cancellation", if_match='"1"')
    ana = await town.registers()
    late = await town.post(f"{path}/participants", {"volunteer_id": str(ana)})
    assert (late.status_code, "is cancelled" in late.text) == (409, True)
    assert len(await town.said(ActivityCancelled)) == 1
    assert await town.said(ActivityHeld, ActivityJoined) == []


async def test_an_activity_needs_a_team_an_area_and_codes_that_are_known(town):
    team = await town.forms_team()
    body = {
        "team_id": team,
        "kind": "service",
        "theme": "health",
        "area": HERE,
        "starts_at": "2026-03-02T09:00:00+08:00",
        "places": 5,
    }
    for slip, status in (
        ({"kind": "party"}, 422),
        ({"theme": "mischief"}, 422),
        ({"area": UNKNOWN}, 422),
        ({"places": 0}, 422),
        ({"starts_at": "2026-03-02T09:00:00"}, 422),
        ({"team_id": "019cac0e-6f00-7000-8000-000000000000"}, 409),
    ):
        answer = await town.post("/v1/activities", body | slip)
        assert (answer.status_code, answer.json()["status"]) == (status, status), slip
    await town.does("POST", f"/v1/teams/{team}/disbandment")
    assert (await town.post("/v1/activities", body)).status_code == 409
    assert await town.pool.fetchval("SELECT count(*) FROM activities") == 0


async def test_lists_hold_what_is_asked_for_in_the_callers_territory(town):
    here, there = await town.forms_team(), await town.forms_team(area=NEXT_COUNTY)
    await town.does("POST", f"/v1/teams/{here}/disbandment")
    city = await town.does("GET", "/v1/teams", role="reader")
    county = await town.does("GET", "/v1/teams", role="reader", area=COUNTY)
    formed = await town.does("GET", "/v1/teams?state=formed&kind=general", role="reader")
    assert [one["team_id"] for one in city["items"]] == [here, there]
    assert [one["team_id"] for one in county["items"]] == [here]
    assert [one["team_id"] for one in formed["items"]] == [there]
    activity = await town.schedules(there)
    path = f"/v1/activities?team_id={there}&state=scheduled&area={COUNTY}"
    listed = await town.does("GET", path, role="volunteer")
    assert [one["activity_id"] for one in listed["items"]] == [activity]
