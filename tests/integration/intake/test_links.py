"""Joining cases, and making one into another: both say so, and nothing is lost."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from contracts.intake import CaseClosed, CaseLinked
from tests.integration.intake.town import ELSEWHERE, OTHER_VILLAGE, VILLAGE

CITY = "340400000000"


async def joins(town, case_id, into, role="dispatcher", **who):
    return await town.client.post(
        f"/v1/cases/{case_id}/joins", json={"into": str(into)}, headers=town.as_(role, **who)
    )


async def splits(town, case_id, role="dispatcher", **body):
    return await town.client.post(f"/v1/cases/{case_id}/splits", json=body, headers=town.as_(role))


async def links(town, case_id, role="dispatcher", **who):
    answer = await town.client.get(f"/v1/cases/{case_id}/links", headers=town.as_(role, **who))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def follows(town, receipt):
    answer = await town.client.post("/v1/receipts/case", json={"code": receipt})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def ends(town, case_id):
    """Through the department to its end, as the dispatcher and the department do."""
    for step, role, fields in (
        ("dispatched", "dispatcher", {"to": "department", "department": "housing"}),
        ("in_progress", "department", {}),
        ("resolved", "department", {}),
        ("closed", "dispatcher", {}),
    ):
        answer = await town.takes(case_id, step, role, **fields)
        assert answer.status_code == 200, answer.text


async def test_both_say_that_one_joined_the_other(town):
    (case_id, _), (into, _) = await town.files(), await town.files()
    assert (await joins(town, case_id, into)).status_code == 204
    assert await town.happened(case_id) == ["filed", "linked", "closed"]
    assert await town.happened(into) == ["filed", "linked"]
    said = [await town.talk.says(CaseLinked) for _ in range(2)]
    assert {(str(one.case_id), one.relation, str(one.to_case)) for one in said} == {
        (case_id, "joins", into),
        (into, "joined_by", case_id),
    }
    closed = await town.talk.says(CaseClosed)
    assert (str(closed.case_id), closed.step, closed.outcome) == (case_id, "joined", "joined")


async def test_the_receipt_shows_how_far_the_other_one_has_come(town):
    case_id, receipt = await town.files(category="other")
    into, _ = await town.files(category="other")
    await joins(town, case_id, into)
    await ends(town, into)
    seen = await follows(town, receipt)
    assert seen["has_joined"]
    assert [passed["step"] for passed in seen["steps"]] == [
        "filed", "classified", "joined", "dispatched", "in_progress", "resolved", "closed",
    ]  # fmt: skip
    assert (seen["step"], seen["is_open"], seen["allowed"]) == ("closed", False, [])
    assert seen["steps"][2]["title"] == {"zh": "已并案", "en": "Joined another case"}


async def test_what_is_replied_to_somebody_else_is_theirs_to_read(town):
    idea = {"kind": "suggestion", "category": "environment"}
    (case_id, receipt), (into, others) = [await town.files(**idea) for _ in range(2)]
    await joins(town, case_id, into, "suggestion_desk")
    for step, fields in (
        ("assessed", {"outcome": "declined"}),
        ("replied", {"texts": {"reply": "您家门前的树会留下"}}),
    ):
        answer = await town.takes(into, step, "suggestion_desk", **fields)
        assert answer.status_code == 200, answer.text
    assert len((await follows(town, others))["replies"]) == 1
    seen = await follows(town, receipt)
    assert (seen["step"], seen["replies"]) == ("replied", [])


async def test_a_case_that_joined_another_learns_how_it_ended(town):
    (first, _), (second, _), (third, _) = [await town.files(category="other") for _ in range(3)]
    await joins(town, first, second)
    await joins(town, second, third)
    await ends(town, third)
    for case_id, to_case in ((second, third), (first, second)):
        (link,) = [one for one in await links(town, case_id) if one["relation"] == "joins"]
        assert (link["to_case"], link["outcome"]) == (to_case, "resolved")


async def test_joining_one_that_joined_another_is_joining_that_one(town):
    (first, receipt), (second, _), (third, _) = [await town.files() for _ in range(3)]
    await joins(town, second, third)
    assert (await joins(town, first, second)).status_code == 204
    (link,) = await links(town, first)
    assert link["to_case"] == third
    await town.takes(third, "classified", category="other")
    assert (await follows(town, receipt))["step"] == "classified"


async def test_nothing_more_is_done_with_a_case_that_joined_another(town):
    (case_id, receipt), (into, _) = await town.files(), await town.files()
    await joins(town, case_id, into)
    for answer in (
        await town.takes(case_id, "classified", category="other"),
        await town.client.post(
            "/v1/receipts/case/steps", json={"code": receipt, "step": "withdrawn"}
        ),
        await joins(town, case_id, (await town.files())[0]),
    ):
        assert answer.status_code == 409
        assert f"joined case {into}, which stands for it" in answer.json()["detail"]


async def test_no_worker_is_sent_to_a_case_that_joined_another_and_it_is_never_late(town):
    (case_id, _), (into, _) = [await town.files(category="environment") for _ in range(2)]
    await joins(town, case_id, into)
    await town.has_on_duty()
    await town.sweeps(datetime.now(UTC) + timedelta(days=12))
    assert await town.happened(case_id) == ["filed", "classified", "linked", "closed"]
    assert "dispatched" in await town.happened(into)


CANNOT_BE_JOINED = {
    "itself": (lambda one, other: (one, one), 409, "cannot join itself"),
    "a case that is nowhere": (
        lambda one, other: (one, "019cac0e-6f00-7000-8000-000000000001"),
        404,
        "no such case",
    ),
}


async def test_what_cannot_be_joined_is_refused_and_changes_nothing(town, subtests):
    one, other = (await town.files())[0], (await town.files())[0]
    ended = (await town.files())[0]
    await town.takes(ended, "withdrawn")
    before = await town.counts("events", "links")
    cases = {
        name: (*pick(one, other), status, sentence)
        for name, (pick, status, sentence) in CANNOT_BE_JOINED.items()
    }
    cases["one that has ended"] = (one, ended, 409, "has ended with withdrawn")
    cases["by one that has ended"] = (ended, one, 409, "has ended with withdrawn")
    for name, (case_id, into, status, sentence) in cases.items():
        with subtests.test(name):
            answer = await joins(town, case_id, into)
            assert answer.status_code == status, answer.text
            assert sentence in answer.json()["detail"]
            assert await town.counts("events", "links") == before


async def test_a_case_of_another_territory_is_not_joined(town):
    here, there = (await town.files())[0], (await town.files(area=ELSEWHERE))[0]
    for case_id, into in ((here, there), (there, here)):
        answer = await joins(town, case_id, into)
        assert answer.status_code == 403
    assert (await joins(town, here, there, area=CITY)).status_code == 204
    (link,) = await links(town, here)
    assert (link["to_case"], link["area"], link["step"]) == (there, None, None)
    (link,) = await links(town, here, area=CITY)
    assert (link["area"], link["area_name"]) == (ELSEWHERE, "田东社区")


async def test_a_resident_cannot_withdraw_what_others_joined(town):
    (case_id, _), (into, receipt) = await town.files(), await town.files()
    await joins(town, case_id, into)
    answer = await town.client.post(
        "/v1/receipts/case/steps", json={"code": receipt, "step": "withdrawn"}
    )
    assert answer.status_code == 409
    assert "thers joined this case" in answer.json()["detail"]
    assert "withdrawn" not in [one["step"] for one in (await follows(town, receipt))["allowed"]]
    assert (await town.takes(into, "withdrawn")).status_code == 200


async def test_two_that_join_each_other_at_once_end_with_one_standing(town):
    for _ in range(5):
        one, other = (await town.files())[0], (await town.files())[0]
        answers = await asyncio.gather(joins(town, one, other), joins(town, other, one))
        assert sorted(answer.status_code for answer in answers) == [204, 409], [
            answer.text for answer in answers
        ]
        open_ones = [(await town.sees(case_id))["is_open"] for case_id in (one, other)]
        assert sorted(open_ones) == [False, True]


async def test_a_case_filed_to_join_another_keeps_its_own_receipt_and_texts(town):
    into, _ = await town.files(text="三号楼楼道灯坏了")
    case_id, receipt = await town.files(text="3号楼道灯不亮", area=OTHER_VILLAGE, joins=into)
    assert await town.happened(case_id) == ["filed", "linked", "closed"]
    assert (await follows(town, receipt))["has_joined"]
    told = await town.client.get(
        f"/v1/cases/{case_id}/texts?purpose=handling", headers=town.as_("dispatcher")
    )
    assert told.json()["text"] == "3号楼道灯不亮"


@pytest.mark.parametrize(
    "filed",
    [{"kind": "suggestion", "category": "environment"}, {"area": ELSEWHERE}],
    ids=["another kind", "elsewhere"],
)
async def test_a_resident_joins_nothing_but_what_is_around_and_alike(town, filed):
    into, _ = await town.files(**filed)
    before = await town.counts("cases", "receipts", "events")
    answer = await town.client.post(
        "/v1/cases", json={"area": VILLAGE, "text": "楼道灯坏了", "joins": into}
    )
    assert answer.status_code == 409
    assert "none of the likely duplicates" in answer.json()["detail"]
    assert await town.counts("cases", "receipts", "events") == before


async def becomes_petition(town, **what):
    """A request that turned out to be a petition: (its case id, the petition's)."""
    case_id, _ = await town.files(**what)
    answer = await splits(town, case_id, kind="petition", relation="leads_to", joins=True)
    assert answer.status_code == 201, answer.text
    return case_id, answer.json()["case_id"]


async def joined_elsewhere(town, **what):
    (case_id, _), (there, _) = await town.files(**what), await town.files(area=ELSEWHERE)
    assert (await joins(town, case_id, there, area=CITY)).status_code == 204
    return case_id, there


async def files_dispute(town):
    case_id, _ = await town.files(**DISPUTE)
    return case_id, case_id


DISPUTE = {"kind": "dispute", "category": "neighbours", "source_class": "none"}

NOT_THEIRS = {
    "it became a petition": (becomes_petition, {}),
    "it joined one elsewhere": (joined_elsewhere, {}),
    "it is of a kind of which nobody is offered any": (files_dispute, DISPUTE),
}


@pytest.mark.parametrize(("made", "filing"), NOT_THEIRS.values(), ids=NOT_THEIRS)
async def test_a_resident_joins_nothing_that_stands_for_what_was_named(town, made, filing):
    named, standing = await made(town)
    before = await town.counts("cases", "receipts", "events", "links")
    body = {"area": VILLAGE, "text": "楼道灯坏了", "joins": named, **filing}
    for answer in (
        await town.client.post("/v1/cases", json=body),
        await town.client.post(
            "/v1/cases/on-behalf",
            json={"source": "hotline", **body},
            headers=town.as_("dispatcher"),
        ),
    ):
        assert answer.status_code == 409, answer.text
        assert "none of the likely duplicates" in answer.json()["detail"]
        assert standing == named or standing not in answer.text
    assert await town.counts("cases", "receipts", "events", "links") == before


async def test_staff_join_nothing_that_became_a_case_of_others(town):
    named, petition = await becomes_petition(town)
    case_id, _ = await town.files()
    before = await town.counts("events", "links")
    answer = await joins(town, case_id, named)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:liuchi:problem:wrong-role")
    assert await town.counts("events", "links") == before
    answer = await town.client.post(
        f"/v1/cases/{case_id}/joins",
        json={"into": named},
        headers=town.as_("dispatcher", "petition_office"),
    )
    assert answer.status_code == 204, answer.text
    assert [one["to_case"] for one in await links(town, case_id)] == [petition]


async def test_an_entry_of_another_kind_than_it_seemed_becomes_a_case_of_that_kind(town):
    case_id, receipt = await town.files(text="建议修一条步道", name="方小六", phone="13955412345")
    answer = await splits(
        town,
        case_id,
        kind="suggestion",
        category="environment",
        relation="leads_to",
        joins=True,
    )
    assert answer.status_code == 201, answer.text
    new = answer.json()["case_id"]
    assert {one["relation"] for one in await links(town, case_id)} == {"leads_to", "joins"}
    told = await town.client.get(
        f"/v1/cases/{new}/texts?purpose=handling", headers=town.as_("suggestion_desk")
    )
    assert (told.json()["text"], told.json()["phone"]) == ("建议修一条步道", "13955412345")
    seen = await follows(town, receipt)
    assert seen["is_open"]
    answer = await town.client.post(
        "/v1/receipts/case/steps", json={"code": receipt, "step": "withdrawn"}
    )
    assert answer.status_code == 200, answer.text
    assert (await town.happened(new, "suggestion_desk"))[-1] == "withdrawn"
