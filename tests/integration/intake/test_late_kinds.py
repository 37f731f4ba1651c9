"""What is late of the other kinds is announced once, to whom the file says; a right lapses."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from contracts.intake import CaseStepOverdue
from intake import handlers
from intake.domain.commands import FileCase, TakeStep
from tests.integration.intake.town import VILLAGE

LONG_AGO = datetime(2025, 3, 3, 2, tzinfo=UTC)
OFFICE = frozenset({"petition_office", "review_office", "resident", "relief_office"})
ACCEPTED = [
    ("mediation_offered", 1, "declined", ()),
    ("accepted", 2, None, ()),
    ("replied", 3, None, ("reply",)),
]


async def filed(town, kind, source, steps=(), begun=LONG_AGO):
    case_id = uuid4()
    since = tuple(
        TakeStep(step, OFFICE, begun + timedelta(days=day), {}, outcome, frozenset(texts))
        for step, day, outcome, texts in steps
    )
    command = FileCase(case_id, kind, VILLAGE, source, OFFICE, begun, since=since)
    await town.service.transact(
        lambda db: handlers.cases.file_case(db, town.desk, command, {"text": "x"}, str(case_id))
    )
    return case_id


async def late(town):
    await town.talk.settles()
    events = [envelope.event for envelope in await town.talk.all_said("intake")]
    return [(e.step, e.escalated_to) for e in events if isinstance(e, CaseStepOverdue)]


async def test_each_late_step_is_announced_once_to_whom_its_file_calls(town):
    await filed(town, "petition", "letter")
    for days in (90, 91, 120):
        await town.sweeps(LONG_AGO + timedelta(days=days))
    assert await late(town) == [("mediation_offered", "admin"), ("accepted", "admin")]


async def test_no_step_is_late_that_can_no_longer_come(town):
    settled = [("mediation_offered", 1, "agreed", ()), ("mediation_started", 2, None, ())]
    await filed(town, "petition", "letter", [*settled, ("mediation_ended", 3, "success", ())])
    await town.sweeps(LONG_AGO + timedelta(days=90))
    assert await late(town) == [("closed", "admin")]


async def test_a_relief_matter_calls_above_its_office(town):
    await filed(town, "relief", "relief_office")
    await town.sweeps(LONG_AGO + timedelta(days=90))
    assert await late(town) == [("assessed", "admin")]


async def test_the_right_to_a_review_lapses_and_is_nobodys_duty(town):
    case_id = await filed(town, "petition", "letter", ACCEPTED)
    await town.sweeps(LONG_AGO + timedelta(days=90))
    assert await late(town) == [("closed", "admin")]
    answer = await town.takes(case_id, "review_requested", role="petition_office")
    assert answer.status_code == 409
    assert "could be taken within 30 days from 2025-03-06; that time is over" in answer.text


async def test_only_what_may_be_done_now_is_offered(town):
    async def offered(case_id):
        seen = await town.client.get(f"/v1/cases/{case_id}", headers=town.as_("petition_office"))
        return [choice["step"] for choice in seen.json()["allowed"]]

    a_week_ago = datetime.now(UTC) - timedelta(days=7)
    assert await offered(await filed(town, "petition", "letter", ACCEPTED)) == ["closed"]
    replied = await filed(town, "petition", "letter", ACCEPTED, a_week_ago)
    assert await offered(replied) == ["review_requested"]
