"""Notes beside a case: sealed, in order, read for a purpose, forgotten with the rest."""

from tests.integration.intake.test_filing import everything_stored
from tests.integration.intake.town import ELSEWHERE


async def notes(town, case_id, text, role="dispatcher", headers=None, **who):
    return await town.client.post(
        f"/v1/cases/{case_id}/notes",
        json={"text": text},
        headers={**town.as_(role, **who), **(headers or {})},
    )


async def noted(town, case_id):
    answer = await town.client.get(
        f"/v1/cases/{case_id}/texts?purpose=handling", headers=town.as_("dispatcher")
    )
    return [(one["text"], one["actor"]) for one in answer.json()["noted"]]


async def test_notes_are_read_in_order_with_who_wrote_them(town):
    case_id, _ = await town.files()
    await notes(town, case_id, "打过电话，没人接", actor="anna")
    await notes(town, case_id, "又打了一次", "grid_worker", actor="bo")
    assert await noted(town, case_id) == [("打过电话，没人接", "anna"), ("又打了一次", "bo")]


async def test_a_note_changes_no_step_and_is_no_event(town):
    case_id, _ = await town.files()
    before = await town.counts("events")
    version = (await town.sees(case_id))["version"]
    assert (await notes(town, case_id, "x")).status_code == 201
    assert (await town.sees(case_id))["version"] == version
    assert await town.counts("events") == before


async def test_a_note_may_be_written_when_the_case_has_ended(town):
    case_id, _ = await town.files()
    await town.takes(case_id, "withdrawn")
    assert (await notes(town, case_id, "来电致谢")).status_code == 201


async def test_the_same_key_writes_one_note(town):
    case_id, _ = await town.files()
    key = {"idempotency-key": "note-0123456789abcdef"}
    answers = [await notes(town, case_id, "x", headers=key) for _ in range(3)]
    assert len({answer.text for answer in answers}) == 1
    assert await town.counts("notes") == [1]


async def test_a_note_is_stored_sealed_only_and_forgotten_with_the_rest(town):
    case_id, _ = await town.files()
    await notes(town, case_id, "他躲在okapi")
    assert b"okapi" not in await everything_stored(town)
    await town.client.delete(f"/v1/cases/{case_id}/texts", headers=town.as_("registrar"))
    assert await noted(town, case_id) == []
    answer = await notes(town, case_id, "x")
    assert answer.status_code == 409
    assert "was forgotten" in answer.json()["detail"]


async def test_only_those_who_work_on_it_write_notes(town):
    case_id, _ = await town.files()
    assert (await notes(town, case_id, "x", "reader")).status_code == 403
    assert (await notes(town, case_id, "x", "relief_office")).status_code == 403
    assert (await notes(town, case_id, "x", area=ELSEWHERE)).status_code == 403
    assert await town.counts("notes") == [0]
