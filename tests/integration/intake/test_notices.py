"""Notices: written with what they tell of, read in an order that misses none, reported back."""

import asyncio
from datetime import UTC, datetime, timedelta

from intake.tables import notices
from tests.integration.intake.test_links import ends, follows, joins, splits
from tests.integration.intake.town import ELSEWHERE, OTHER_VILLAGE, VILLAGE

SUGGESTION = {"kind": "suggestion", "category": "environment", "text": "建议修一条步道"}
ARRIVED = "您的建议已收到，采纳与否都会答复您。"


async def reads(town, after=0, status=200, **asked):
    who = {"area": asked.pop("of")} if "of" in asked else {}
    answer = await town.client.get(
        "/v1/notices", params={"after": after, **asked}, headers=town.as_("notifier", **who)
    )
    assert answer.status_code == status, answer.text
    return answer.json()


async def items(town, **asked):
    return (await reads(town, **asked))["items"]


async def test_a_step_that_tells_something_leaves_a_notice(town):
    case_id, receipt = await town.files(**SUGGESTION, phone="13955412345")
    (one,) = await items(town)
    assert (one["case_id"], one["kind"], one["area"]) == (case_id, "suggestion", VILLAGE)
    assert (one["about"], one["step"], one["has_phone"]) == ("step", "submitted", True)
    assert one["words"]["zh"] == ARRIVED
    (told,) = (await follows(town, receipt))["told"]
    assert told["words"] == one["words"]


async def test_a_step_that_tells_nothing_leaves_none(town):
    case_id, _ = await town.files()
    seen = (await reads(town))["last"]
    answer = await town.takes(case_id, "classified", category="other")
    assert answer.status_code == 200, answer.text
    assert await items(town, after=seen) == []


async def test_of_very_many_nobody_read_only_so_many_are_numbered_at_once(town, monkeypatch):
    monkeypatch.setattr(notices, "NUMBERED_AT_ONCE", 2)
    seen = (await reads(town))["last"]
    case_ids = [(await town.files(**SUGGESTION))[0] for _ in range(3)]
    elsewhere = await reads(town, after=seen, of=ELSEWHERE)
    assert (elsewhere["items"], elsewhere["last"], elsewhere["has_more"]) == ([], seen, True)
    first = await reads(town, after=seen, limit=2)
    assert [one["case_id"] for one in first["items"]] == case_ids[:2]
    assert first["has_more"] is True
    then = await reads(town, after=first["last"])
    assert [one["case_id"] for one in then["items"]] == case_ids[2:]
    assert then["has_more"] is False


async def test_what_is_late_or_put_off_is_told(town):
    case_id, receipt = await town.files(category="property")
    before = await reads(town)
    answer = await town.client.post(
        f"/v1/cases/{case_id}/extensions",
        json={"step": "resolved", "by": "1 workday"},
        headers=town.as_("dispatcher"),
    )
    assert answer.status_code == 200, answer.text
    await town.sweeps(datetime.now(UTC) + timedelta(days=5))
    about = [one["about"] for one in await items(town, after=before["last"])]
    assert about[0] == "extended"
    assert "overdue" in about[1:]
    told = (await follows(town, receipt))["told"]
    assert len(told) == len(before["items"]) + len(about)


async def test_those_who_joined_are_told_what_happens_to_the_case_that_stands_for_them(town):
    first, _ = await town.files(**SUGGESTION)
    second, _ = await town.files(**SUGGESTION)
    into, _ = await town.files(**SUGGESTION)
    await joins(town, first, second, "suggestion_desk")
    await joins(town, second, into, "suggestion_desk")
    seen = (await reads(town))["last"]
    for step, fields in (
        ("assessed", {"outcome": "declined"}),
        ("replied", {"texts": {"reply": "谢谢您的建议"}}),
    ):
        answer = await town.takes(into, step, "suggestion_desk", **fields)
        assert answer.status_code == 200, answer.text
    told = await items(town, after=seen)
    assert {one["case_id"] for one in told} == {first, second, into}
    assert {one["step"] for one in told} == {"replied"}
    assert len(told) == 3


async def test_joining_is_told_to_whoever_joined_and_to_nobody_else(town):
    case_id, _ = await town.files()
    into, _ = await town.files()
    seen = (await reads(town))["last"]
    await joins(town, case_id, into)
    (one,) = await items(town, after=seen)
    assert (one["case_id"], one["about"], one["step"]) == (case_id, "linked", "joins")


async def test_whoever_joined_is_told_once_that_they_joined_and_that_it_is_open_again(town):
    case_id, _ = await town.files(category="other")
    into, _ = await town.files(category="other")
    await joins(town, case_id, into)
    await ends(town, into)
    seen = (await reads(town))["last"]
    answer = await town.takes(into, "revisited", satisfaction=1)
    assert answer.status_code == 200, answer.text
    told = [one for one in await items(town, after=seen) if one["case_id"] == case_id]
    assert [(one["about"], one["step"]) for one in told] == [("reopened", "joins")]


async def test_a_case_that_nobody_follows_leaves_no_notice(town):
    case_id, _ = await town.files(category="other")
    off = {"kind": "request", "category": "other", "source": "hotline", "text": "井盖松动"}
    made = await splits(town, case_id, **off, relation="leads_to")
    assert made.status_code == 201, made.text
    await ends(town, made.json()["case_id"])
    assert {one["case_id"] for one in await items(town)} == {case_id}


async def test_one_that_is_committed_late_comes_later_and_is_not_missed(town):
    """Written first and committed last: by its place in the table it would be passed over."""
    slow, _ = await town.files(**SUGGESTION)
    seen = (await reads(town))["last"]
    async with town.pool.acquire() as db:
        transaction = db.transaction()
        await transaction.start()
        row = await db.fetchrow("SELECT * FROM notices WHERE case_id = $1", slow)
        await db.execute(
            "INSERT INTO notices (case_id, area, kind, about, step, zh, en, at)"
            " VALUES ($1, $2, $3, 'step', 'late', 'x', 'x', $4)",
            row["case_id"], row["area"], row["kind"], row["at"],
        )  # fmt: skip
        await town.files(**SUGGESTION)
        first = await reads(town, after=seen)
        assert [one["step"] for one in first["items"]] == ["submitted"]
        await transaction.commit()
    second = await reads(town, after=first["last"])
    assert [one["step"] for one in second["items"]] == ["late"]


async def test_a_reader_waits_for_the_one_who_gives_out_the_numbers(town):
    await town.files(**SUGGESTION)
    async with town.pool.acquire() as db, db.transaction():
        await notices.number(db)
        (given,) = await notices.after(db, 0, "", 9)
        reading = asyncio.ensure_future(items(town))
        await town.until_it_waits(reading)
    (one,) = await reading
    assert one["number"] == given["number"]


async def test_however_many_read_and_write_at_once_each_reader_gets_each_notice_once(town):
    async def reader():
        seen, after, idle = [], 0, 0
        while idle < 2:
            page = await reads(town, after=after, limit=3)
            seen += [one["notice_id"] for one in page["items"]]
            after = page["last"]
            idle = idle + 1 if writing.done() and not page["items"] else 0
        return seen

    async def write():
        await asyncio.gather(*(town.files(**SUGGESTION) for _ in range(20)))

    writing = asyncio.ensure_future(write())
    read = await asyncio.gather(*(reader() for _ in range(3)))
    assert [len(seen) for seen in read] == [20] * 3
    assert read[0] == read[1] == read[2]


async def test_a_notifier_sees_what_lies_in_its_territory(town):
    await town.files(**SUGGESTION)
    await town.files(**SUGGESTION, area=OTHER_VILLAGE)
    assert [one["area"] for one in await items(town, of=OTHER_VILLAGE)] == [OTHER_VILLAGE]
    assert [one["area"] for one in await items(town, area=VILLAGE)] == [VILLAGE]
    await reads(town, area=ELSEWHERE, status=403)


async def test_the_number_to_call_is_read_on_record_until_it_is_forgotten(town):
    case_id, _ = await town.files(**SUGGESTION, phone="13955412345")
    (one,) = await items(town)
    path = f"/v1/notices/{one['notice_id']}/recipient"
    answer = await town.client.get(path, headers=town.as_("notifier", actor="sms"))
    assert answer.json() == {"phone": "13955412345", "forgotten_at": None}
    row = await town.pool.fetchrow("SELECT actor, purpose, fields FROM vault_reads")
    assert tuple(row) == ("sms", "notify", ["phone"])
    assert (await town.client.get(path, headers=town.as_("dispatcher"))).status_code == 403
    elsewhere = town.as_("notifier", area=ELSEWHERE)
    assert (await town.client.get(path, headers=elsewhere)).status_code == 403

    await town.client.delete(f"/v1/cases/{case_id}/texts", headers=town.as_("registrar"))
    answer = await town.client.get(path, headers=town.as_("notifier"))
    assert (answer.json()["phone"], bool(answer.json()["forgotten_at"])) == (None, True)
    (one,) = await items(town)
    assert not one["has_phone"]


async def test_what_came_of_it_is_reported_once_for_each_key(town):
    await town.files(**SUGGESTION)
    (one,) = await items(town)
    path = f"/v1/notices/{one['notice_id']}/deliveries"
    headers = town.as_("notifier", actor="sms")
    for key, outcome in (("a" * 16, "failed"), ("a" * 16, "failed"), ("b" * 16, "delivered")):
        answer = await town.client.post(
            path, json={"outcome": outcome}, headers={**headers, "idempotency-key": key}
        )
        assert answer.status_code == 204, answer.text
    rows = await town.pool.fetch("SELECT outcome, actor FROM deliveries ORDER BY delivered_at")
    assert [tuple(row) for row in rows] == [("failed", "sms"), ("delivered", "sms")]
    wrong = await town.client.post(path, json={"outcome": "read"}, headers=headers)
    assert wrong.status_code == 422


async def test_a_refused_step_leaves_no_notice(town):
    case_id, _ = await town.files(**SUGGESTION)
    async with town.pool.acquire() as db:
        before = len(await notices.of(db, case_id))
        await town.takes(case_id, "replied", "suggestion_desk", texts={"reply": "x"})
        assert len(await notices.of(db, case_id)) == before
