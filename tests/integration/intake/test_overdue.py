"""What is late is announced once, whoever looks for it and however often."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from chassis.workflow import workdays
from contracts.intake import CaseStepOverdue
from intake import handlers, sweep
from intake.domain.commands import FileCase
from intake.tables import cases
from tests.integration.intake.town import VILLAGE, running_town

LONG_AGO = datetime(2025, 3, 3, 2, tzinfo=UTC)
NOW = datetime(2025, 6, 2, 2, tzinfo=UTC)
UNDATED = "UPDATE cases SET announce_at = NULL, due_at = NULL"


async def filed_long_ago(town, category=None):
    case_id = uuid4()
    command = FileCase(
        case_id=case_id,
        kind="request",
        area=VILLAGE,
        source="resident",
        roles=frozenset({"resident"}),
        at=LONG_AGO,
        category=category,
    )
    await town.service.transact(
        lambda db: handlers.cases.file_case(db, town.desk, command, {"text": "x"}, str(case_id))
    )
    return case_id


async def said_overdue(town):
    await town.talk.settles()
    return [
        (envelope.event.case_id, envelope.event.step)
        for envelope in await town.talk.all_said("intake")
        if isinstance(envelope.event, CaseStepOverdue)
    ]


async def test_two_sweepers_announce_each_late_step_once(town):
    filed = [await filed_long_ago(town) for _ in range(20)]
    await asyncio.gather(*(town.sweeps(NOW) for _ in range(4)))
    await town.sweeps(NOW + timedelta(days=1))
    assert sorted(await said_overdue(town)) == sorted((each, "classified") for each in filed)


async def test_a_late_step_calls_the_role_that_may_take_it_then(town):
    case_id = await filed_long_ago(town)
    refused = await town.takes(case_id, "classified", role="admin", category="safety")
    assert refused.status_code == 409
    await town.sweeps(NOW)
    assert (await town.talk.says(CaseStepOverdue)).escalated_to == "admin"
    assert await town.lists(overdue=True) == [str(case_id)]
    (due,) = (await town.sees(case_id))["due"]
    assert due["is_overdue"] is True
    taken = await town.takes(case_id, "classified", role="admin", category="safety")
    assert taken.status_code == 200
    assert await town.lists(overdue=True) == []


async def test_each_late_step_of_a_case_is_announced(town):
    case_id = await filed_long_ago(town, category="property")
    await town.sweeps(NOW)
    assert await said_overdue(town) == [(case_id, "in_progress"), (case_id, "resolved")]
    assert await town.pool.fetchval("SELECT announce_at FROM cases") is None


async def test_it_is_found_after_a_restart_without_anybody_asking(servers, database, bus, issuer):
    pool = await database("chassis", "intake")
    await pool.execute("INSERT INTO areas (code, name) VALUES ($1, '居仁社区')", VILLAGE)
    async with running_town(servers, pool, bus, issuer) as town:
        case_id = await filed_long_ago(town)
        await town.talk.settles()
        assert await said_overdue(town) == []
    async with running_town(servers, pool, bus, issuer, sweep_seconds=0.05) as town:
        assert (await town.talk.says(CaseStepOverdue)).case_id == case_id
    async with running_town(servers, pool, bus, issuer, sweep_seconds=0.05) as town:
        other = await filed_long_ago(town)
        assert (await town.talk.says(CaseStepOverdue)).case_id == case_id
        assert (await town.talk.says(CaseStepOverdue)).case_id == other
        assert len(await said_overdue(town)) == 2


async def test_what_was_set_aside_or_had_no_date_is_taken_up_at_a_start(
    servers, database, bus, issuer
):
    pool = await database("chassis", "intake")
    await pool.execute("INSERT INTO areas (code, name) VALUES ($1, '居仁社区')", VILLAGE)
    async with running_town(servers, pool, bus, issuer) as town:
        broken, undated = await filed_long_ago(town), await filed_long_ago(town)
        bodies = await pool.fetch("SELECT position, body FROM events")
        await pool.execute("UPDATE events SET body = '{}'")
        await town.sweeps(NOW)
        assert await pool.fetchval("SELECT count(*) FROM cases WHERE announce_at = 'infinity'") == 2
        await pool.execute(f"{UNDATED} WHERE case_id = $1", undated)
        await pool.execute("DELETE FROM reckoning")
        for row in bodies:
            await pool.execute("UPDATE events SET body = $2 WHERE position = $1", *row)
    async with running_town(servers, pool, bus, issuer, sweep_seconds=0.05) as town:
        late = {(await town.talk.says(CaseStepOverdue)).case_id for _ in range(2)}
    assert late == {broken, undated}


async def test_a_suspended_case_is_not_late(town):
    case_id, _ = await town.files(category="property")
    await town.client.post(
        f"/v1/cases/{case_id}/suspensions", json={}, headers=town.as_("dispatcher")
    )
    await town.sweeps(datetime.now(UTC) + timedelta(days=60))
    assert await said_overdue(town) == []


async def test_a_case_that_cannot_be_read_does_not_stand_in_the_way(town):
    broken, sound = await filed_long_ago(town), await filed_long_ago(town)
    await town.pool.execute(
        "UPDATE events SET body = '{}' WHERE stream = $1", handlers.cases.stream_of(broken)
    )
    await town.pool.execute(
        "UPDATE cases SET announce_at = announce_at - interval '1 day' WHERE case_id = $1", broken
    )
    await town.sweeps(NOW)
    assert await town.lists(overdue=True) == [str(sound)]


async def test_dates_that_became_known_are_noted_once_for_the_same_kinds(town):
    await sweep.date_the_undated(town.service, town.desk)
    case_id = await filed_long_ago(town)
    await town.pool.execute(UNDATED)
    await sweep.date_the_undated(town.service, town.desk)
    assert await said_overdue(town) == []
    others = {name: kind for name, kind in town.desk.kinds.items() if name != "window"}
    await sweep.date_the_undated(town.service, replace(town.desk, kinds=others))
    assert await said_overdue(town) == [(case_id, "classified")]


async def test_dates_are_looked_for_from_where_it_broke_off(town, monkeypatch):
    monkeypatch.setattr(sweep, "BATCH", 1)
    await sweep.date_the_undated(town.service, town.desk)
    case_ids = sorted([await filed_long_ago(town) for _ in range(3)])
    await town.pool.execute(UNDATED)
    await town.pool.execute("UPDATE reckoning SET reached = $1", case_ids[0])
    await sweep.date_the_undated(town.service, town.desk)
    assert [case_id for case_id, _ in await said_overdue(town)] == case_ids[1:]
    assert await town.pool.fetchval("SELECT reached FROM reckoning") is None


async def test_dates_that_became_known_are_noted_once_for_the_same_calendar(town, monkeypatch):
    await sweep.date_the_undated(town.service, town.desk)
    case_id = await filed_long_ago(town)
    await town.pool.execute(UNDATED)
    monkeypatch.setattr(workdays, "LAST_DAY", workdays.LAST_DAY - timedelta(days=1))
    await sweep.date_the_undated(town.service, town.desk)
    assert await said_overdue(town) == [(case_id, "classified")]


async def test_who_looked_before_a_step_does_not_set_the_row_back(town):
    case_id, _ = await town.files(category="property")
    before = await handlers.cases.look_back(town.pool, town.desk, case_id)
    await town.takes(case_id, "dispatched", to="department", department="housing")
    now = await handlers.cases.look_back(town.pool, town.desk, case_id)
    kind = town.desk.kinds["request"]
    await cases.move(town.pool, kind, before.state, len(before.history))
    assert await town.lists(step="dispatched") == [case_id]
    await town.pool.execute("UPDATE cases SET step = 'classified'")
    await cases.move(town.pool, kind, now.state, len(now.history))  # its dates may be new
    assert await town.lists(step="dispatched") == [case_id]
