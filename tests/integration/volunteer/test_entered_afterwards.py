"""What volunteers did before is entered afterwards, where past days are accepted."""

from datetime import timedelta

import pytest

from contracts.volunteer import (
    ActivityHeld,
    ActivityJoined,
    ActivityScheduled,
    DemandMatched,
    DemandPosted,
    TeamFormed,
    VolunteerRegistered,
)
from tests.integration.volunteer.world import HERE, dispatched, now

NOW = now().replace(microsecond=0)


def ago(days, hours=0):
    return NOW - timedelta(days=days, hours=hours)


@pytest.fixture
def lenient(town):
    town.service.settings = town.settings.model_copy(update={"accepts_past": True})
    return town


async def enters(town, path, body, at):
    instant = at.isoformat().replace("+", "%2B")
    return await town.post(f"/v1/{path}?at={instant}", body)


async def test_everything_is_said_of_the_day_on_which_it_was(lenient):
    who = await enters(lenient, "volunteers", lenient.person(), ago(50))
    team = await enters(
        lenient, "teams", {"name": "邻里帮帮队", "kind": "general", "area": HERE}, ago(40)
    )
    planned = {
        "team_id": team.json()["team_id"],
        "kind": "service",
        "theme": "health",
        "area": HERE,
        "starts_at": ago(10).isoformat(),
        "places": 3,
    }
    activity = (await enters(lenient, "activities", planned, ago(12))).json()["activity_id"]
    member = {"volunteer_id": who.json()["volunteer_id"]}
    await enters(lenient, f"activities/{activity}/participants", member, ago(11))
    outcome = {"beneficiaries": 20, "hours": 2}
    held = await enters(lenient, f"activities/{activity}/outcome", outcome, ago(9, 22))
    assert held.json()["state"] == "held"
    assert [(type(event), event.time) for event in await lenient.said()] == [
        (VolunteerRegistered, ago(50)),
        (TeamFormed, ago(40)),
        (ActivityScheduled, ago(12)),
        (ActivityJoined, ago(11)),
        (ActivityHeld, ago(9, 22)),
    ]


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        pytest.param(ago(-1), "lies ahead", id="the future"),
        pytest.param(ago(61), "over 60 days ago", id="long ago"),
    ],
)
async def test_what_cannot_have_been_is_refused(lenient, at, sentence):
    answer = await enters(lenient, "volunteers", lenient.person(), at)
    assert answer.status_code == 422
    assert sentence in answer.json()["detail"]
    assert await lenient.said() == []


async def test_past_days_are_refused_where_nobody_asked_for_them(town):
    answer = await enters(town, "volunteers", town.person(), ago(1))
    assert answer.status_code == 422
    assert "Past days are not accepted here" in answer.json()["detail"]
    assert await town.said() == []


async def test_nobody_joined_an_activity_before_it_was_scheduled(lenient):
    volunteer_id = await lenient.registers()
    activity_id = await lenient.schedules()
    member = {"volunteer_id": str(volunteer_id)}
    answer = await enters(lenient, f"activities/{activity_id}/participants", member, ago(1))
    assert answer.status_code == 409
    assert "not scheduled yet then" in answer.json()["detail"]


async def test_whoever_registered_before_is_asked_for_what_waits_now(lenient):
    await lenient.hears(dispatched())
    answer = await enters(lenient, "volunteers", lenient.person(), ago(5))
    assert answer.status_code == 201
    posted, matched = await lenient.said(DemandPosted, DemandMatched)
    assert matched.time >= posted.time
