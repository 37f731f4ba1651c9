"""What volunteer does when a case is dispatched to volunteers, and how the demand ends."""

import pytest

from contracts import durable, nats_subject
from contracts.volunteer import (
    DemandExpired,
    DemandFulfilled,
    DemandHandedBack,
    DemandMatched,
    DemandPosted,
)
from tests.integration.volunteer.world import (
    COUNTY,
    HERE,
    NEXT_COUNTY,
    NEXT_DOOR,
    NEXT_TOWN,
    OTHER_CITY,
    TOWNSHIP,
    closed,
    dispatched,
    withdrawn,
)


async def test_a_dispatched_case_becomes_a_demand_that_is_matched_at_once(town):
    ana = await town.registers()
    case = dispatched(urgency="urgent")
    heard = await town.hears(case)
    posted = await town.talk.says_envelope(DemandPosted)
    assert (posted.event.case_id, posted.event.area) == (case.case_id, HERE)
    assert (posted.event.skill, posted.event.urgency) == ("repair", "urgent")
    assert posted.causation_id == heard.id
    matched = await town.talk.says(DemandMatched)
    assert (matched.volunteer_id, matched.distance) == (ana, "village")
    assert (matched.demand_id, matched.case_id) == (posted.event.demand_id, case.case_id)


async def test_heard_again_it_is_posted_once_even_when_nobody_remembers_hearing_it(town):
    await town.registers()
    heard = await town.hears(dispatched())
    for forget in ("SELECT 1", "DELETE FROM inbox"):
        await town.pool.execute(forget)
        await town.talk.puts(nats_subject(heard.event), heard.to_json())
        await town.talk.settles()
    assert len(await town.said(DemandPosted)) == 1
    assert len(await town.said(DemandMatched)) == 1
    assert await town.said(DemandExpired) == []


@pytest.mark.parametrize("to", ["grid_worker", "department"])
async def test_a_case_for_others_is_no_demand(town, to):
    await town.hears(dispatched(to=to))
    assert await town.said() == []


async def test_without_a_skill_asked_for_everybody_can(town):
    ana = await town.registers(skills=[])
    await town.hears(dispatched(skill=None))
    assert (await town.talk.says(DemandMatched)).volunteer_id == ana


async def test_the_nearest_who_can_and_is_free_is_asked(town):
    await town.registers(skills=["arts"])
    await town.registers(OTHER_CITY)
    by_distance = [
        (await town.registers(NEXT_COUNTY), "city"),
        (await town.registers(NEXT_TOWN), "county"),
        (await town.registers(TOWNSHIP), "township"),
        (await town.registers(NEXT_DOOR), "township"),
        (await town.registers(HERE), "village"),
    ]
    nearest_first = [by_distance[n] for n in (4, 2, 3, 1, 0)]
    for _ in range(6):
        await town.hears(dispatched())
    said = await town.said(DemandMatched)
    assert [(event.volunteer_id, event.distance) for event in said] == nearest_first
    assert len(await town.demands("posted")) == 1


async def test_of_equally_near_ones_the_longest_idle_is_asked(town):
    ana, ben = await town.registers(), await town.registers()
    asked = []
    for _ in range(3):
        await town.hears(dispatched())
        matched = (await town.said(DemandMatched))[-1]
        asked.append(matched.volunteer_id)
        me = {"role": "volunteer", "actor": matched.volunteer_id}
        await town.does("POST", f"/v1/demands/{matched.demand_id}/fulfilment", **me)
    assert asked == [ana, ben, ana]


async def test_a_demand_waits_until_somebody_registers(town):
    case = dispatched()
    await town.hears(case)
    assert await town.said(DemandMatched) == []
    assert [one["state"] for one in await town.demands()] == ["posted"]
    await town.registers(skills=["arts"])
    ana = await town.registers(NEXT_TOWN)
    matched = await town.talk.says(DemandMatched)
    assert (matched.volunteer_id, matched.distance) == (ana, "county")


async def test_a_demand_waits_until_somebody_learns_the_skill(town):
    ana = await town.registers(skills=[])
    await town.hears(dispatched())
    await town.does("PUT", f"/v1/volunteers/{ana}/skills", {"skills": ["repair"]})
    assert (await town.talk.says(DemandMatched)).volunteer_id == ana


async def test_who_becomes_free_is_asked_for_the_most_urgent_then_the_nearest(town):
    ana = await town.registers()
    waiting = [
        dispatched(),
        dispatched(area=NEXT_TOWN, urgency="normal"),
        dispatched(urgency="normal"),
        dispatched(area=NEXT_TOWN, urgency="urgent"),
        dispatched(area=NEXT_COUNTY, urgency="emergency"),
    ]
    for case in waiting:
        await town.hears(case)
    for _ in waiting:
        (mine,) = await town.demands("matched")
        path = f"/v1/demands/{mine['demand_id']}/fulfilment"
        await town.does("POST", path, role="volunteer", actor=ana)
    order = [event.case_id for event in await town.said(DemandFulfilled)]
    assert order == [waiting[n].case_id for n in (0, 4, 3, 2, 1)]


async def test_the_volunteer_sees_and_fulfils_what_is_theirs(town):
    ana = await town.registers(HERE)
    case = dispatched(area=NEXT_COUNTY)
    await town.hears(case)
    me = {"role": "volunteer", "actor": ana, "area": HERE}
    (mine,) = (await town.does("GET", f"/v1/volunteers/{ana}/demands", **me))["items"]
    path = f"/v1/demands/{mine['demand_id']}"
    shown = await town.get(path, **me)
    stale = await town.post(f"{path}/fulfilment", if_match='"1"', **me)
    assert stale.status_code == 412
    done = await town.post(f"{path}/fulfilment", if_match=shown.headers["etag"], **me)
    assert (done.status_code, done.json()["state"]) == (200, "fulfilled")
    said = await town.talk.says_envelope(DemandFulfilled)
    assert (said.event.case_id, said.event.volunteer_id) == (case.case_id, ana)
    assert said.actor == str(ana)
    again = await town.post(f"{path}/fulfilment", **me)
    assert again.status_code == 200
    assert len(await town.said(DemandFulfilled)) == 1


async def test_who_hands_it_back_is_asked_for_others_and_others_for_it(town):
    ana = await town.registers(HERE)
    await town.hears(dispatched())
    await town.hears(dispatched())
    ben = await town.registers(NEXT_TOWN, skills=["arts"])
    first, second = await town.demands()
    await town.does("POST", f"/v1/demands/{first['demand_id']}/return", role="volunteer", actor=ana)
    assert len(await town.said(DemandHandedBack)) == 1
    first, second = await town.demands()
    assert (first["state"], second["volunteer_id"]) == ("posted", str(ana))
    await town.does("PUT", f"/v1/volunteers/{ben}/skills", {"skills": ["repair"]})
    first, second = await town.demands()
    assert (first["volunteer_id"], second["volunteer_id"]) == (str(ben), str(ana))


@pytest.mark.parametrize(
    ("ends", "reason"),
    [
        (withdrawn, "withdrawn"),
        (closed, "closed"),
        (lambda case: dispatched(case.case_id, to="department"), "dispatched_elsewhere"),
    ],
    ids=["withdrawn", "closed", "given to a department"],
)
async def test_when_nobody_is_wanted_any_more_the_volunteer_is_free_again(town, ends, reason):
    ana = await town.registers()
    case, waiting = dispatched(), dispatched()
    await town.hears(case)
    await town.hears(waiting)
    await town.hears(ends(case))
    expired = await town.talk.says(DemandExpired)
    assert (expired.case_id, expired.volunteer_id) == (case.case_id, ana)
    assert expired.reason == reason
    assert (await town.said(DemandMatched))[-1].case_id == waiting.case_id
    mine = (await town.demands("expired"))[0]["demand_id"]
    late = await town.post(f"/v1/demands/{mine}/fulfilment", role="volunteer", actor=ana)
    assert (late.status_code, "is expired" in late.text) == (409, True)


async def test_a_case_dispatched_to_volunteers_again_is_one_open_demand(town):
    ana, ben = await town.registers(), await town.registers(skills=["legal"])
    case = dispatched()
    await town.hears(case)
    await town.hears(dispatched(case.case_id, skill="legal"))
    assert [one["volunteer_id"] for one in await town.demands("matched")] == [str(ben)]
    assert [one["volunteer_id"] for one in await town.demands("expired")] == [str(ana)]


async def test_a_poisonous_dispatch_is_buried_and_the_next_is_heard(town):
    await town.talk.puts("intake.case.dispatched.v1.34.04.02", b'{"type": "nonsense"}')
    await town.hears(dispatched())
    assert len(await town.said(DemandPosted)) == 1
    letters = await town.does("GET", "/v1/dead-letters", role="operator")
    assert [one["durable"] for one in letters["items"]] == [durable("volunteer", "intake")]


async def test_demands_are_listed_by_area_and_state_page_by_page(town):
    cases = [dispatched(area=area) for area in (HERE, NEXT_COUNTY, NEXT_DOOR, NEXT_TOWN)]
    for case in cases:
        await town.hears(case)
    how = {"role": "dispatcher", "area": COUNTY}
    first = await town.does("GET", "/v1/demands?state=posted&limit=2", **how)
    cursor = first["next"]
    second = await town.does("GET", f"/v1/demands?state=posted&limit=2&cursor={cursor}", **how)
    found = [one["case_id"] for one in first["items"] + second["items"]]
    assert found == [str(case.case_id) for case in (cases[0], cases[2], cases[3])]
    assert (await town.does("GET", f"/v1/demands?area={TOWNSHIP}", **how))["next"] is None
    forged = await town.get(f"/v1/demands?state=matched&limit=2&cursor={cursor}", **how)
    assert forged.status_code == 422
