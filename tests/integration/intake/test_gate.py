"""A certificate that nobody may ask for is refused at once, by the list that grid keeps."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from contracts.grid import ChecklistItemAdded, ChecklistItemRemoved, ChecklistItemUpdated
from contracts.intake import CaseClosed
from tests.integration.intake.town import COUNTY, OTHER_VILLAGE, VILLAGE

ZH = {"accept": "text/html", "accept-language": "zh"}
ASKED = {"kind": "certificate", "category": "kinship", "text": "请开亲属关系证明"}


def item(event, item_id, area=COUNTY, category="kinship", kind="no_certificate", **more):
    said = {"checklist_id": uuid4(), "item_id": item_id, "kind": kind, "category": category}
    return event(area=area, time=datetime.now(UTC), **said, **more)


async def step_of(town, **changes):
    case_id, _ = await town.files(**{**ASKED, **changes})
    answer = await town.client.get(f"/v1/cases/{case_id}", headers=town.as_("reader"))
    return answer.json()["step"]


@pytest.mark.parametrize(
    ("listed", "asked", "step"),
    [
        pytest.param({}, {}, "refused", id="listed for the county"),
        pytest.param({"area": VILLAGE}, {}, "refused", id="listed for the village"),
        pytest.param({"area": VILLAGE}, {"area": OTHER_VILLAGE}, "requested", id="next door"),
        pytest.param({"category": "death"}, {}, "requested", id="another certificate"),
        pytest.param({"kind": "admission"}, {}, "requested", id="another list"),
    ],
)
async def test_what_is_listed_there_is_refused_at_once(town, listed, asked, step):
    await town.hears(item(ChecklistItemAdded, uuid4(), **listed))
    assert await step_of(town, **asked) == step


async def test_the_refusal_names_the_item_and_the_office_that_knows(town):
    item_id = uuid4()
    await town.hears(item(ChecklistItemAdded, item_id))
    _, receipt = await town.files(**ASKED)
    closed = await town.talk.says(CaseClosed)
    assert (closed.outcome, closed.refs) == ("refused", {"item": item_id})
    assert closed.fields["department"] == "public_security"
    seen = (await town.client.post("/v1/receipts/case", json={"code": receipt})).json()
    assert "不应出具" in seen["steps"][-1]["told"]["zh"]
    assert seen["fields"] == {"department": {"zh": "公安", "en": "Public security"}}
    page = await town.client.post("/follow", data={"code": receipt}, headers=ZH)
    assert "<dt>部门</dt><dd>公安</dd>" in page.text
    assert seen["told"][-1]["words"]["zh"].endswith("请直接找对应部门办理。（公安）")


async def test_for_any_other_reason_a_clerk_declines_and_says_why(town):
    case_id, receipt = await town.files(**ASKED)
    by_hand = await town.takes(case_id, "refused", role="clerk")
    assert by_hand.status_code == 409
    assert by_hand.json()["detail"] == (
        "The list no_certificate does not forbid it; allowed now: issued, declined, withdrawn."
    )
    assert "needs reason" in (await town.takes(case_id, "declined", role="clerk")).text
    why = {"reason": "户籍不在本社区"}
    declined = await town.takes(case_id, "declined", role="clerk", texts=why)
    assert (declined.status_code, declined.json()["is_open"]) == (200, False)
    seen = (await town.client.post("/v1/receipts/case", json={"code": receipt})).json()
    assert [each["text"] for each in seen["replies"]] == ["户籍不在本社区"]
    assert "清单" not in seen["steps"][-1]["told"]["zh"]
    assert seen["fields"] == {}


async def test_refused_by_hand_it_names_the_item_and_the_office_too(town):
    case_id, _ = await town.files(**ASKED)
    item_id = uuid4()
    await town.hears(item(ChecklistItemAdded, item_id))
    refused = await town.takes(case_id, "refused", role="clerk")
    assert refused.status_code == 200, refused.text
    closed = await town.talk.says(CaseClosed)
    assert (closed.fields, closed.refs) == ({"department": "public_security"}, {"item": item_id})


async def test_what_is_listed_later_is_not_issued_and_what_was_removed_is(town):
    case_id, _ = await town.files(**ASKED)
    item_id = uuid4()
    await town.hears(item(ChecklistItemAdded, item_id, category="death"))
    moved = {"category_before": "death", "is_done": False}
    await town.hears(item(ChecklistItemUpdated, item_id, **moved))
    refused = await town.takes(case_id, "issued", role="clerk")
    assert refused.status_code == 409
    assert f"Item {item_id} of the list no_certificate forbids it" in refused.json()["detail"]
    assert refused.json()["detail"].endswith("the step to take is refused.")
    await town.hears(item(ChecklistItemRemoved, item_id, was_done=False))
    issued = await town.takes(case_id, "issued", role="clerk")
    assert (issued.status_code, issued.json()["is_open"]) == (200, False)


async def test_a_page_offers_what_the_list_leaves_open(town):
    case_id, _ = await town.files(**ASKED)
    clerk = {**ZH, "cookie": f"liuchi_token={town.issuer.token('clerk-1', ['clerk'], COUNTY)}"}

    async def offered():
        page = await town.client.get(f"/cases/{case_id}", headers=clerk)
        return re.findall('id="take-([a-z_]+)"', page.text)

    assert await offered() == ["issued", "declined", "withdrawn"]
    await town.hears(item(ChecklistItemAdded, uuid4()))
    assert await offered() == ["declined", "refused", "withdrawn"]
