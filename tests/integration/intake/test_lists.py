"""The list of cases: each condition lets through what it names, and nothing else."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from intake.tables import cases, on_duty
from intake.tables.cases import Wanted
from tests.integration.intake.town import ELSEWHERE, VILLAGE

WORKER = uuid4()


@pytest.fixture
async def sent(town):
    """A case in the hand of a grid worker."""
    post_id = await town.has_on_duty(person_id=WORKER)
    case_id, _ = await town.files(category="environment")
    assert await on_duty.is_near(town.pool, post_id, VILLAGE)
    return UUID(case_id)


@pytest.mark.parametrize("within", [VILLAGE, VILLAGE[:9], VILLAGE[:2]])
@pytest.mark.parametrize(
    ("condition", "its", "another"),
    [
        ("kinds", ["request", "window"], ["petition"]),
        ("kind", "request", "petition"),
        ("step", "dispatched", "closed"),
        ("category", "environment", "other"),
        ("sent_to", "grid_worker", "department"),
        ("department", None, "civil_affairs"),
        ("is_open", True, False),
        ("is_overdue", False, True),
        ("is_undispatched", False, True),
        ("person", str(WORKER), str(uuid4())),
    ],
)
async def test_each_condition_holds(town, sent, within, condition, its, another):
    async def listed(value):
        rows = await cases.listed(town.pool, Wanted(within, **{condition: value}), None, 10)
        return [row["case_id"] for row in rows]

    assert await listed(its) == [sent]
    assert await listed(another) == []


async def test_all_conditions_hold_together_and_behind_the_last_one_seen(town, sent):
    wanted = Wanted(
        VILLAGE,
        kinds=["request"],
        kind="request",
        step="dispatched",
        category="environment",
        sent_to="grid_worker",
        is_open=True,
        is_overdue=False,
        person=str(WORKER),
    )
    (row,) = await cases.listed(town.pool, wanted, None, 10)
    assert (row["case_id"], row["area_name"]) == (sent, "居仁社区")
    assert row["filed_at"] <= datetime.now(UTC)
    assert await cases.listed(town.pool, wanted, sent, 10) == []


@pytest.mark.parametrize("within", [ELSEWHERE, ELSEWHERE[:6]])
async def test_what_lies_elsewhere_is_not_listed(town, sent, within):
    assert sent
    assert await cases.listed(town.pool, Wanted(within), None, 10) == []
