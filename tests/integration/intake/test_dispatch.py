"""Who gets a case: by its category at once, whoever comes on duty later, or a queue."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from contracts.grid import PostAssigned
from contracts.intake import CaseDispatched
from intake.tables import cases
from tests.integration.intake.town import (
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    registered,
    running_town,
)

GOES_TO = {
    "environment": {"to": "grid_worker"},
    "property": {"to": "department", "department": "housing"},
    "elderly_care": {"to": "volunteers", "skill": "elderly_care"},
}


@pytest.mark.parametrize("category", GOES_TO)
async def test_a_case_filed_with_a_category_goes_where_it_suggests(town, category):
    post_id = await town.has_on_duty()
    case_id, _ = await town.files(category=category, urgency="urgent")
    assert await town.happened(case_id) == ["filed", "classified", "dispatched"]
    said = await town.talk.says(CaseDispatched)
    assert {name: getattr(said, name) for name in GOES_TO[category]} == GOES_TO[category]
    assert (said.is_automatic, said.urgency) == (True, "urgent")
    assert said.post_id == (post_id if category == "environment" else None)


async def test_the_nearest_grid_worker_gets_it(town):
    in_township = await town.has_on_duty(TOWNSHIP)
    in_village = await town.has_on_duty(VILLAGE)
    await town.files(category="environment", area=VILLAGE)
    await town.files(category="environment", area=OTHER_VILLAGE)
    assert (await town.talk.says(CaseDispatched)).post_id == in_village
    assert (await town.talk.says(CaseDispatched)).post_id == in_township


async def test_several_at_one_place_share_the_cases(town):
    posts = {str(await town.has_on_duty()) for _ in range(3)}
    cases = [(await town.files(category="environment"))[0] for _ in range(30)]
    assert {(await town.sees(case_id))["post_id"] for case_id in cases} == posts


async def test_without_a_category_a_dispatcher_classifies_and_dispatches(town):
    post_id = await town.has_on_duty()
    case_id, _ = await town.files()
    assert await town.lists(queue="undispatched") == [case_id]
    await town.takes(case_id, "classified", category="environment")
    assert await town.lists(queue="undispatched") == [case_id]
    answer = await town.takes(case_id, "dispatched")
    assert answer.status_code == 200, answer.text
    assert (answer.json()["sent_to"], answer.json()["post_id"]) == ("grid_worker", str(post_id))
    assert await town.lists(queue="undispatched") == []


async def test_a_dispatcher_may_send_it_elsewhere(town):
    case_id, _ = await town.files(category="environment")
    answer = await town.takes(case_id, "dispatched", to="volunteers", skill="repair")
    assert (answer.json()["sent_to"], answer.json()["skill"]) == ("volunteers", "repair")
    said = await town.talk.says(CaseDispatched)
    assert (said.is_automatic, said.category) == (False, "environment")


async def test_with_nobody_on_duty_it_waits_for_the_next_one(town):
    here, _ = await town.files(category="environment")
    by_hand, _ = await town.files()
    await town.takes(by_hand, "classified", category="safety")
    elsewhere, _ = await town.files(category="environment", area=OTHER_VILLAGE)
    assert await town.lists(queue="undispatched") == [elsewhere, by_hand, here]
    post_id = await town.has_on_duty(VILLAGE)
    assert await town.lists(queue="undispatched") == [elsewhere]
    assert (await town.sees(here))["post_id"] == str(post_id)
    assert (await town.sees(by_hand))["post_id"] == str(post_id)
    caused = (await town.talk.all_said("intake"))[-1]
    assert caused.causation_id is not None


async def test_a_township_worker_takes_what_waits_in_all_its_villages(town):
    waiting = [(await town.files(category="environment", area=OTHER_VILLAGE))[0]]
    await town.has_on_duty(TOWNSHIP)
    assert await town.lists(to="grid_worker") == waiting


async def test_other_roles_on_duty_get_no_cases(town):
    await town.files(category="environment")
    await town.hears(
        PostAssigned(
            area=VILLAGE,
            time=datetime.now(UTC),
            post_id=uuid4(),
            person_id=uuid4(),
            role="neighbour_leader",
            way="elected",
            engagement="part_time",
        )
    )
    assert len(await town.lists(queue="undispatched")) == 1


async def test_what_lies_with_a_post_does_not_stay_there_when_it_is_released(town):
    first = await town.has_on_duty()
    case_id, _ = await town.files(category="environment")
    done, _ = await town.files(category="environment")
    await town.takes(done, "in_progress", role="grid_worker")
    await town.takes(done, "resolved", role="grid_worker")
    second = await town.has_on_duty()
    await town.releases(first)
    assert (await town.sees(case_id))["post_id"] == str(second)
    await town.releases(second)
    assert (await town.sees(case_id))["step"] == "returned"
    assert await town.lists(queue="undispatched") == [case_id]
    assert (await town.sees(done))["step"] == "resolved"
    third = await town.has_on_duty()
    assert (await town.sees(case_id))["post_id"] == str(third)


UNREADABLE = {
    "an event that cannot be read": "'{}'",
    "a kind that left the files": "replace(body, '\"request\"', '\"gone\"')",
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
async def test_a_case_that_cannot_be_handed_over_does_not_keep_the_others(town, body):
    left = await town.has_on_duty()
    broken, sound = [(await town.files(category="environment"))[0] for _ in range(2)]
    await town.pool.execute(
        f"UPDATE events SET body = {body} WHERE stream = $1",  # noqa: S608 - from the table above
        f"case-{broken}",
    )
    successor = await town.has_on_duty()
    await town.releases(left)
    assert (await town.sees(sound))["post_id"] == str(successor)
    assert await town.counts("dead_letters") == [0]


async def overlooked(town, area=VILLAGE):
    """A post that came on duty and saw none of the cases that wait."""
    post_id = uuid4()
    await town.pool.execute(
        "INSERT INTO on_duty (post_id, person_id, area) VALUES ($1, $1, $2)", post_id, area
    )
    return post_id


@pytest.mark.parametrize(
    ("area", "filed_at"), [(VILLAGE, VILLAGE), (TOWNSHIP, VILLAGE), (TOWNSHIP, TOWNSHIP)]
)
async def test_a_case_overlooked_by_both_sides_is_found_by_the_sweep(town, area, filed_at):
    """Filed while the coming on duty was not committed yet: neither saw the other."""
    case_id, _ = await town.files(category="environment", area=filed_at)
    post_id = await overlooked(town, area)
    await town.sweeps(datetime.now(UTC))
    assert (await town.sees(case_id))["post_id"] == str(post_id)


@pytest.mark.parametrize("area", [OTHER_VILLAGE, f"{VILLAGE[:6]}000000"])
async def test_no_case_is_overlooked_by_a_post_elsewhere_or_of_the_county(town, area):
    await town.files(category="environment")
    await overlooked(town, area)
    assert await cases.overlooked(town.pool, 10) == []


async def test_an_overlooked_case_that_cannot_be_read_does_not_stand_in_the_way(town):
    broken, sound = [(await town.files(category="environment"))[0] for _ in range(2)]
    post_id = await overlooked(town)
    await town.pool.execute("UPDATE events SET body = '{}' WHERE stream = $1", f"case-{broken}")
    await town.sweeps(datetime.now(UTC))
    assert (await town.sees(sound))["post_id"] == str(post_id)


async def test_the_sweep_leaves_alone_what_a_dispatcher_holds_back(town):
    await town.has_on_duty()
    await town.pool.execute("UPDATE on_duty SET heard_at = now() - interval '2 minutes'")
    case_id, _ = await town.files()
    await town.takes(case_id, "classified", category="environment")
    await town.sweeps(datetime.now(UTC))
    assert (await town.sees(case_id))["step"] == "classified"


async def test_a_matched_and_fulfilled_demand_takes_the_case_to_its_resolution(town):
    case_id, _ = await town.files(category="elderly_care")
    await town.matches(case_id)
    assert (await town.sees(case_id))["step"] == "in_progress"
    await town.fulfils(case_id)
    assert (await town.sees(case_id))["step"] == "resolved"
    assert await town.happened(case_id) == [
        "filed",
        "classified",
        "dispatched",
        "step_taken",
        "step_taken",
    ]


async def test_an_expired_demand_puts_the_case_back_into_the_queue(town):
    case_id, _ = await town.files(category="elderly_care")
    await town.expires(case_id)
    assert (await town.sees(case_id))["step"] == "returned"
    assert await town.lists(queue="undispatched") == [case_id]


async def test_the_echo_of_what_intake_said_itself_changes_nothing(town):
    case_id, _ = await town.files(category="elderly_care")
    await town.expires(case_id, causation_id=uuid4())
    assert (await town.sees(case_id))["step"] == "dispatched"


async def test_a_demand_of_a_case_sent_elsewhere_meanwhile_does_not_resolve_it(town):
    case_id, _ = await town.files(category="elderly_care")
    await town.matches(case_id)
    await town.takes(case_id, "dispatched", to="department", department="civil_affairs")
    await town.takes(case_id, "in_progress", role="department")
    await town.fulfils(case_id)
    assert (await town.sees(case_id))["step"] == "in_progress"


async def test_a_demand_for_nobodys_case_is_no_concern(town):
    await town.fulfils(None)
    await town.fulfils(uuid4())
    assert await town.counts("events", "dead_letters") == [0, 0]


async def test_an_area_is_known_when_grid_has_registered_it(servers, database, bus, issuer):
    pool = await database("chassis", "intake")
    async with running_town(servers, pool, bus, issuer) as town:
        filing = {"area": VILLAGE, "text": "楼道灯坏了"}
        assert (await town.client.post("/v1/cases", json=filing)).status_code == 409
        await town.hears(registered(VILLAGE))
        assert (await town.client.post("/v1/cases", json=filing)).status_code == 201
