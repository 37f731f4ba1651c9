"""A case kept on paper is entered afterwards, whole, where past days are accepted."""

from datetime import UTC, datetime, timedelta

import pytest

from chassis.workflow.workdays import SHANGHAI, nth_workday_after
from contracts.intake import CaseClosed, CaseFiled
from tests.integration.intake.town import ELSEWHERE, VILLAGE, running_town

NOW = datetime.now(UTC).replace(microsecond=0)
MORNING = (NOW - timedelta(days=20)).astimezone(SHANGHAI).replace(hour=9, minute=0)
STORED = ("events", "outbox", "relayed", "cases", "receipts", "vault_keys", "idempotency")


def then(hours):
    return (MORNING + timedelta(hours=hours)).isoformat()


RECORD = {
    "area": VILLAGE,
    "text": "楼道灯坏了",
    "source": "window",
    "category": "property",
    "at": then(0),
    "steps": [
        {"step": "in_progress", "at": then(1)},
        {"step": "resolved", "at": then(3)},
        {"step": "closed", "at": then(4)},
        {"step": "revisited", "at": then(6), "satisfaction": 5},
    ],
}


@pytest.fixture
async def lenient(servers, database, bus, issuer, town):
    """The town again, where past days are accepted."""
    async with running_town(servers, town.pool, bus, issuer, accepts_past=True) as town:
        yield town


async def enters(town, role="registrar", headers=None, area=VILLAGE, **changes):
    return await town.client.post(
        "/v1/cases/records",
        json={**RECORD, **changes},
        headers={**town.as_(role, area=area, actor="clerk-1"), **(headers or {})},
    )


async def test_a_record_is_a_case_that_happened_when_it_happened(lenient):
    answer = await enters(lenient)
    assert answer.status_code == 201, answer.text
    case_id = answer.json()["case_id"]
    history = await lenient.client.get(
        f"/v1/cases/{case_id}/history", headers=lenient.as_("dispatcher")
    )
    happened = [
        (one["type"].split(".")[2], datetime.fromisoformat(one["at"])) for one in history.json()
    ]
    assert happened == [
        ("filed", datetime.fromisoformat(then(0))),
        ("classified", datetime.fromisoformat(then(0))),
        ("dispatched", datetime.fromisoformat(then(0))),
        ("step_taken", datetime.fromisoformat(then(1))),
        ("step_taken", datetime.fromisoformat(then(3))),
        ("closed", datetime.fromisoformat(then(4))),
        ("revisited", datetime.fromisoformat(then(6))),
    ]
    assert {one["actor"] for one in history.json()} == {"clerk-1"}
    closed = await lenient.talk.says(CaseClosed)
    assert (closed.time, closed.open_seconds) == (datetime.fromisoformat(then(4)), 4 * 3600)


async def test_the_receipt_of_a_record_opens_it(lenient):
    receipt = (await enters(lenient)).json()["receipt"]
    seen = await lenient.client.post("/v1/receipts/case", json={"code": receipt})
    assert seen.json()["satisfaction"] == 5


async def test_what_became_late_is_said_of_the_day_it_did(lenient):
    case_id = (await enters(lenient, steps=[])).json()["case_id"]
    assert await lenient.happened(case_id) == [
        "filed",
        "classified",
        "dispatched",
        "step_overdue",
        "step_overdue",
    ]
    shown = await lenient.sees(case_id)
    assert all(due["is_overdue"] for due in shown["due"])
    history = await lenient.client.get(
        f"/v1/cases/{case_id}/history", headers=lenient.as_("dispatcher")
    )
    late = [datetime.fromisoformat(one["at"]) for one in history.json()[3:]]
    days = [nth_workday_after(MORNING.date(), count) for count in (1, 5)]
    assert [(at - timedelta(seconds=1)).astimezone(SHANGHAI).date() for at in late] == days


async def test_a_record_goes_to_the_worker_who_is_on_duty(lenient):
    post_id = await lenient.has_on_duty()
    steps = [
        {"step": "classified", "at": then(1), "category": "safety"},
        {"step": "dispatched", "at": then(2), "to": "grid_worker"},
    ]
    case_id = (await enters(lenient, category=None, steps=steps)).json()["case_id"]
    assert (await lenient.sees(case_id))["post_id"] == str(post_id)


async def test_a_record_with_the_same_key_is_entered_once(lenient):
    key = {"idempotency-key": "record-0123456789abcdef"}
    answers = [await enters(lenient, headers=key) for _ in range(3)]
    assert len({answer.text for answer in answers}) == 1
    assert await lenient.counts("cases") == [1]


def steps(*steps):
    return {"steps": [{"step": step, "at": then(hours)} for step, hours in steps]}


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        pytest.param(
            {"at": (NOW + timedelta(hours=1)).isoformat()}, 422, "lies ahead", id="in the future"
        ),
        pytest.param(
            {"at": (NOW - timedelta(days=61)).isoformat()}, 422, "over 60 days ago", id="long ago"
        ),
        pytest.param(
            {"steps": [{"step": "in_progress", "at": (NOW + timedelta(hours=1)).isoformat()}]},
            422,
            "lies ahead",
            id="a step in the future",
        ),
        pytest.param({"at": "2026-01-01T00:00:00"}, 422, "#/at", id="without a time zone"),
        pytest.param(steps(("in_progress", -1)), 409, "give the steps in order", id="before filed"),
        pytest.param(
            steps(("in_progress", 2), ("resolved", 1)),
            409,
            "give the steps in order",
            id="steps out of order",
        ),
        pytest.param(steps(("closed", 1)), 409, "closed cannot follow", id="a step left out"),
        pytest.param(
            {"steps": [{"step": "in_progress", "at": then(1), "note": "x"}]},
            422,
            "#/steps/0/note",
            id="a note beside the text",
        ),
        pytest.param({"kind": "wish"}, 409, "no kind wish", id="no kind"),
        pytest.param({"source": "pigeon"}, 409, "'pigeon' is no source", id="no source"),
        pytest.param({"area": ELSEWHERE}, 403, "outside", id="elsewhere"),
    ],
)
async def test_what_cannot_have_been_is_a_problem_and_stores_nothing(
    lenient, changes, status, sentence
):
    answer = await enters(
        lenient, headers={"idempotency-key": "record-0123456789abcdef"}, **changes
    )
    assert answer.status_code == status, answer.text
    assert sentence in answer.json()["detail"]
    assert await lenient.counts(*STORED) == [0] * len(STORED)


async def test_past_days_are_refused_where_nobody_asked_for_them(town):
    answer = await enters(town)
    assert answer.status_code == 422
    assert "Past days are not accepted here" in answer.json()["detail"]
    assert await town.counts(*STORED) == [0] * len(STORED)


async def test_only_the_registrar_enters_records(lenient):
    assert (await enters(lenient, role="dispatcher")).status_code == 403
    answer = await lenient.client.post("/v1/cases/records", json=RECORD)
    assert answer.status_code == 401


async def test_a_record_is_announced_like_any_other_case(lenient):
    case_id = (await enters(lenient)).json()["case_id"]
    filed = await lenient.talk.says(CaseFiled)
    assert (str(filed.case_id), filed.source) == (case_id, "window")
    assert filed.time == MORNING
