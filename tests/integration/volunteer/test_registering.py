"""Registering: each person once, known by a keyed hash, forgotten when they leave."""

import asyncio
from uuid import UUID

from contracts.volunteer import (
    ActivityLeft,
    DemandHandedBack,
    DemandMatched,
    TeamMemberLeft,
    VolunteerDeregistered,
    VolunteerRegistered,
    VolunteerUpdated,
)
from tests.integration.volunteer.world import (
    COUNTY,
    HERE,
    NEXT_COUNTY,
    NEXT_DOOR,
    UNKNOWN,
    dispatched,
    identity_number,
)


async def test_anybody_can_register_and_it_is_said(town):
    answer = await town.http.post("/v1/registrations", json=town.person(skills=["repair", "arts"]))
    assert answer.status_code == 201
    registered = await town.talk.says(VolunteerRegistered)
    assert registered.volunteer_id == UUID(answer.json()["volunteer_id"])
    assert (registered.area, registered.skills) == (HERE, ("arts", "repair"))
    shown = await town.get(answer.headers["location"])
    assert shown.headers["etag"] == answer.headers["etag"]


async def test_a_person_registers_once(town):
    number = identity_number()
    await town.registers(number=number)
    again = await town.post("/v1/volunteers", town.person(NEXT_DOOR, number=number.lower()))
    assert again.status_code == 409
    assert "registered already" in again.json()["detail"]
    assert len(await town.said(VolunteerRegistered)) == 1


async def test_of_many_registrations_of_one_person_at_once_one_is_taken(town):
    number = identity_number()
    answers = await asyncio.gather(
        *(town.post("/v1/volunteers", town.person(number=number)) for _ in range(8))
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert len(await town.said(VolunteerRegistered)) == 1
    assert await town.pool.fetchval("SELECT count(*) FROM vault_keys") == 1


async def test_a_retry_with_the_same_key_gets_the_first_answer(town):
    person = town.person()
    first, retry = [
        await town.post("/v1/volunteers", person, idempotency_key="registration-0001")
        for _ in range(2)
    ]
    assert (retry.status_code, retry.content) == (first.status_code, first.content)
    assert len(await town.said(VolunteerRegistered)) == 1


SLIPS = (
    ({"identity_number": "110105194912310021"}, "#/identity_number"),
    ({"identity_number": "1101051949"}, "#/identity_number"),
    ({"phone": "call me"}, "#/phone"),
    ({"name": " "}, "#/name"),
    ({"area": "here"}, "#/area"),
    ({"skills": ["Repairing!"]}, "#/skills/0"),
    ({"skills": ["flying"]}, None),
    ({"area": UNKNOWN}, None),
    ({"remark": "hello"}, "#/remark"),
)


async def test_a_slip_is_answered_with_a_sentence_and_nothing_is_stored(town):
    for slip, pointer in SLIPS:
        answer = await town.post("/v1/volunteers", town.person() | slip)
        assert answer.status_code == 422, slip
        assert answer.headers["content-type"] == "application/problem+json"
        assert "1101051949" not in answer.text
        if pointer:
            assert [fault["pointer"] for fault in answer.json()["faults"]] == [pointer]
    for table in ("events", "identities", "vault_keys", "volunteers", "idempotency"):
        assert await town.pool.fetchval(f"SELECT count(*) FROM {table}") == 0  # noqa: S608


async def test_skills_are_chosen_anew_by_who_has_seen_the_latest(town):
    ana = await town.registers(skills=["repair"])
    path, me = f"/v1/volunteers/{ana}/skills", {"role": "volunteer", "actor": ana}
    changed = await town.send("PUT", path, {"skills": ["legal"]}, if_match='"1"', **me)
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    assert (await town.talk.says(VolunteerUpdated)).skills == ("legal",)
    stale = await town.send("PUT", path, {"skills": ["arts"]}, if_match='"1"', **me)
    assert stale.status_code == 412


async def test_contacts_are_read_for_a_purpose_and_each_look_is_written_down(town):
    ana = await town.registers()
    contact = await town.does("GET", f"/v1/volunteers/{ana}/contact", role="dispatcher", actor="d7")
    assert contact == {"name": "王小明", "phone": "13800138000"}
    looks = await town.pool.fetch("SELECT actor, purpose, person FROM vault_reads")
    assert [tuple(look) for look in looks] == [("d7", "call_volunteer", ana)]


async def test_who_deregisters_leaves_everything_and_is_forgotten(town):
    number = identity_number()
    ana = await town.registers(number=number)
    team = await town.forms_team()
    await town.does("POST", f"/v1/teams/{team}/members", {"volunteer_id": str(ana)})
    activity = await town.schedules(team)
    path = f"/v1/activities/{activity}/participants"
    await town.does("POST", path, {"volunteer_id": str(ana)})
    await town.hears(dispatched())
    ben = await town.registers(NEXT_DOOR)

    gone = await town.post(f"/v1/volunteers/{ana}/deregistration", role="volunteer", actor=ana)
    assert gone.status_code == 204
    said = await town.said(
        TeamMemberLeft, ActivityLeft, VolunteerDeregistered, DemandHandedBack, DemandMatched
    )
    assert [type(event) for event in said] == [
        DemandMatched,
        TeamMemberLeft,
        ActivityLeft,
        VolunteerDeregistered,
        DemandHandedBack,
        DemandMatched,
    ]
    assert said[-1].volunteer_id == ben
    assert (await town.get(f"/v1/volunteers/{ana}")).status_code == 404
    assert await town.pool.fetchval("SELECT count(*) FROM vault_texts WHERE person = $1", ana) == 0
    assert await town.registers(number=number) != ana


async def test_deregistering_twice_is_answered_twice_the_same_with_a_key(town):
    ana = await town.registers()
    answers = [
        await town.post(f"/v1/volunteers/{ana}/deregistration", idempotency_key="leave-leave-leave")
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [204, 204]
    assert len(await town.said(VolunteerDeregistered)) == 1


async def test_volunteers_are_listed_page_by_page_within_the_callers_territory(town):
    here = [await town.registers() for _ in range(3)]
    await town.registers(NEXT_COUNTY)
    how = {"role": "dispatcher", "area": COUNTY}
    first = await town.does("GET", "/v1/volunteers?limit=2&skill=repair", **how)
    path = f"/v1/volunteers?limit=2&skill=repair&cursor={first['next']}"
    second = await town.does("GET", path, **how)
    assert [one["volunteer_id"] for one in first["items"] + second["items"]] == list(map(str, here))
    assert second["next"] is None


async def places_where_it_could_stand(town, logged):
    """Place → all that is there: what was said, logged, measured, and every table."""
    places = {"log": logged, "metrics": (await town.http.get("/metrics")).text}
    for number, envelope in enumerate(await town.talk.all_said("volunteer")):
        places[f"bus {number}"] = envelope.to_json().decode()
    tables = await town.pool.fetch(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    for table in tables:
        rows = await town.pool.fetch(f"SELECT t::text AS row FROM {table['relname']} t")  # noqa: S608
        places[table["relname"]] = "\n".join(row["row"] for row in rows)
    assert {"events", "idempotency", "identities", "vault_texts"} <= places.keys()
    return places


async def test_what_is_told_stands_nowhere_in_plain(town, caplog):
    caplog.set_level("DEBUG")
    person = town.person(name="欧阳若兰", phone="13912345678")
    secrets = [person[name] for name in ("identity_number", "name", "phone")]
    secrets += [secret.encode().hex() for secret in secrets]

    answer = await town.post("/v1/volunteers", person, idempotency_key="secret-registration")
    path = answer.headers["location"]
    await town.post("/v1/volunteers", person)
    await town.post("/v1/volunteers", person | {"identity_number": person["identity_number"] + "1"})
    await town.get(path + "/contact", role="dispatcher")
    for step in (None, "/deregistration"):
        if step:
            await town.post(path + step)
        await town.talk.settles()
        places = await places_where_it_could_stand(town, caplog.text)
        assert [(place, s) for place, text in places.items() for s in secrets if s in text] == []
