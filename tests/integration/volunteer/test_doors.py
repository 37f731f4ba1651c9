"""Who may do what: roles, territories, and volunteers for themselves alone."""

from uuid import uuid4

import pytest

from tests.integration.volunteer.world import COUNTY, HERE, NEXT_COUNTY, dispatched

ROLES = ["reader", "operator", "resident"]


async def test_every_door_needs_a_token_and_a_role_of_its_own(town):
    anyone = "019cac0e-6f00-7000-8000-000000000000"
    for method, path in (
        ("POST", "/v1/volunteers"),
        ("GET", "/v1/volunteers"),
        ("GET", f"/v1/volunteers/{anyone}"),
        ("GET", f"/v1/volunteers/{anyone}/contact"),
        ("PUT", f"/v1/volunteers/{anyone}/skills"),
        ("POST", f"/v1/volunteers/{anyone}/deregistration"),
        ("GET", f"/v1/volunteers/{anyone}/demands"),
        ("POST", "/v1/teams"),
        ("POST", f"/v1/teams/{anyone}/members"),
        ("DELETE", f"/v1/teams/{anyone}/members/{anyone}"),
        ("POST", f"/v1/teams/{anyone}/disbandment"),
        ("POST", "/v1/activities"),
        ("POST", f"/v1/activities/{anyone}/participants"),
        ("DELETE", f"/v1/activities/{anyone}/participants/{anyone}"),
        ("POST", f"/v1/activities/{anyone}/outcome"),
        ("POST", f"/v1/activities/{anyone}/cancellation"),
        ("GET", "/v1/demands"),
        ("GET", f"/v1/demands/{anyone}"),
        ("POST", f"/v1/demands/{anyone}/fulfilment"),
        ("POST", f"/v1/demands/{anyone}/return"),
    ):
        assert (await town.http.request(method, path)).status_code == 401, (method, path)
        assert (await town.send(method, path, role=ROLES)).status_code == 403, (method, path)


@pytest.mark.parametrize("extra", [[], ["reader"], ["dispatcher"]], ids=str)
async def test_a_volunteer_acts_for_nobody_else(town, extra):
    ana, eve = await town.registers(), await town.registers(NEXT_COUNTY)
    team = await town.forms_team()
    me = {"role": ["volunteer", *extra], "actor": eve}
    other = {"volunteer_id": str(ana)}
    for method, path, body in (
        ("PUT", f"/v1/volunteers/{ana}/skills", {"skills": []}),
        ("POST", f"/v1/volunteers/{ana}/deregistration", None),
        ("POST", f"/v1/teams/{team}/members", other),
        ("DELETE", f"/v1/teams/{team}/members/{ana}", None),
        ("POST", f"/v1/activities/{await town.schedules(team)}/participants", other),
    ):
        answer = await town.send(method, path, body, **me)
        assert answer.status_code == 403, (method, path, answer.text)


async def test_a_demand_is_closed_to_all_but_whom_it_was_given_to_and_the_desk_of_its_area(town):
    ana, eve = await town.registers(), await town.registers(NEXT_COUNTY)
    await town.hears(dispatched())
    (demand,) = await town.demands()
    path = f"/v1/demands/{demand['demand_id']}"
    for me in (
        {"role": "volunteer", "actor": eve},
        {"role": "volunteer", "actor": "nobody"},
        {"role": "dispatcher", "area": NEXT_COUNTY},
        {"role": ["volunteer", "dispatcher"], "actor": eve, "area": NEXT_COUNTY},
    ):
        assert (await town.get(path, **me)).status_code == 403
        for verb in ("fulfilment", "return"):
            assert (await town.post(f"{path}/{verb}", **me)).status_code == 403
    assert (await town.demands())[0]["volunteer_id"] == str(ana)
    done = await town.post(f"{path}/fulfilment", role="dispatcher", area=COUNTY)
    assert (done.status_code, done.json()["volunteer_id"]) == (200, str(ana))


async def test_nothing_is_seen_or_changed_outside_the_callers_territory(town):
    ana, team, activity = await town.registers(), await town.forms_team(), await town.schedules()
    member = {"volunteer_id": str(ana)}
    before = len(await town.said())
    place = {"area": HERE}
    for method, path, body in (
        ("POST", "/v1/volunteers", town.person()),
        ("GET", f"/v1/volunteers?area={HERE}", None),
        ("GET", f"/v1/volunteers/{ana}", None),
        ("GET", f"/v1/volunteers/{ana}/contact", None),
        ("PUT", f"/v1/volunteers/{ana}/skills", {"skills": ["arts"]}),
        ("POST", f"/v1/volunteers/{ana}/deregistration", None),
        ("POST", "/v1/teams", {"name": "队", "kind": "general", **place}),
        ("GET", f"/v1/teams?area={HERE}", None),
        ("GET", f"/v1/teams/{team}", None),
        ("POST", f"/v1/teams/{team}/members", member),
        ("POST", f"/v1/teams/{team}/disbandment", None),
        ("GET", f"/v1/activities?area={HERE}", None),
        ("GET", f"/v1/activities/{activity}", None),
        ("POST", f"/v1/activities/{activity}/participants", member),
        ("POST", f"/v1/activities/{activity}/outcome", {"beneficiaries": 1, "hours": 1}),
        ("POST", f"/v1/activities/{activity}/cancellation", None),
        ("GET", f"/v1/demands?area={HERE}", None),
    ):
        answer = await town.send(method, path, body, area=NEXT_COUNTY)
        assert answer.status_code == 403, (method, path, answer.text)
        assert answer.json()["type"] == "urn:liuchi:problem:outside-area"
    assert len(await town.said()) == before
    assert (await town.does("GET", f"/v1/volunteers/{ana}"))["version"] == 1


async def test_what_is_not_there_is_404(town):
    nobody = uuid4()
    for method, path, body in (
        ("GET", f"/v1/volunteers/{nobody}", None),
        ("PUT", f"/v1/volunteers/{nobody}/skills", {"skills": []}),
        ("POST", f"/v1/teams/{nobody}/disbandment", None),
        ("POST", f"/v1/activities/{nobody}/cancellation", None),
        ("GET", f"/v1/demands/{nobody}", None),
    ):
        answer = await town.send(method, path, body, role=["registrar", "dispatcher"])
        assert answer.status_code == 404
        assert "no longer" in answer.json()["detail"]


async def test_self_registration_is_limited_by_address(town):
    answers = [await town.http.post("/v1/registrations", json={}) for _ in range(25)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0


async def test_the_catalogue_is_open_to_all(town):
    catalogue = (await town.http.get("/v1/catalogue")).json()
    assert catalogue["skills"]["repair"] == {"zh": "居家小修", "en": "Small repairs at home"}
    assert catalogue.keys() == {"skills", "team_kinds", "activity_kinds", "themes"}
