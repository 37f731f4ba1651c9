"""The board shows each case as it stands, and a division what lies below it."""

from contracts.intake import CaseDispatched
from tests.integration.reporting.city import (
    CITY,
    COUNTY,
    HERE,
    NEXT_COUNTY,
    NEXT_DOOR,
    at,
    classified,
    closed,
    filed,
    number,
    overdue,
    reopened,
    revisited,
    taken,
)

MARCH = {"since": "2026-03-01", "until": "2026-04-01"}


async def cases(city, **asked):
    shown = await city.shows("/v1/boards/cases", **{**MARCH, **asked})
    return {one["case_id"]: one for one in shown["items"]}


async def test_a_case_stands_where_its_last_step_left_it(city):
    await city.says(filed(1, "2026-03-01"), classified(1, "2026-03-02"), overdue(1, "2026-03-03"))
    (case,) = (await cases(city)).values()
    assert case == {
        "case_id": str(number(1)),
        "area": HERE,
        "kind": "request",
        "step": "classified",
        "category": "road",
        "satisfaction": None,
        "filed_at": "2026-03-01T04:00:00Z",
        "closed_at": None,
        "is_overdue": True,
        "is_undispatched": True,
        "is_stuck": True,
    }
    await city.says(closed(1, "2026-03-04"), revisited(1, "2026-03-05", 2))
    (case,) = (await cases(city)).values()
    assert (case["step"], case["satisfaction"], case["is_overdue"]) == ("revisited", 2, False)
    assert (case["closed_at"], case["category"]) == ("2026-03-04T04:00:00Z", "road")
    await city.says(reopened(1, "2026-03-06"))
    (case,) = (await cases(city)).values()
    assert (case["step"], case["closed_at"]) == ("reopened", None)


async def test_the_board_shows_what_lies_with_nobody_and_what_nobody_is_called_for(city):
    def sent(case, day):
        fields = {"case_id": number(case), "kind": "request", "step": "dispatched"}
        where = {"area": HERE, "time": at(day), "category": "road", "to": "department"}
        return CaseDispatched(**where, department="housing", **fields)

    def late(case, day, role):
        return overdue(case, day).model_copy(update={"escalated_to": role})

    await city.says(
        *(filed(case, "2026-03-01") for case in (1, 2, 3, 4)),
        *(sent(case, "2026-03-02") for case in (1, 2, 4)),
        taken(2, "2026-03-03", "request", "returned"),
        late(1, "2026-03-03", None),
        late(3, "2026-03-03", "admin"),
        closed(4, "2026-03-04"),
    )
    undispatched = [str(number(case)) for case in (3, 2)]
    assert list(await cases(city, is_undispatched=True)) == undispatched
    assert list(await cases(city, is_stuck=True)) == [str(number(1))]
    await city.says(sent(2, "2026-03-05"), reopened(4, "2026-03-05"), sent(1, "2026-03-05"))
    undispatched = [str(number(case)) for case in (4, 3)]
    assert list(await cases(city, is_undispatched=True)) == undispatched
    assert await cases(city, is_stuck=True) == {}


async def test_the_board_is_narrowed_and_paged(city):
    await city.says(
        filed(1, "2026-03-01"),
        filed(2, "2026-03-02", NEXT_DOOR),
        filed(3, "2026-03-02", NEXT_COUNTY, kind="dispute"),
        filed(4, "2026-04-01", hour=0),
        closed(2, "2026-03-03", NEXT_DOOR),
        overdue(1, "2026-03-03"),
    )
    expected = [
        ({}, [3, 2, 1]),
        ({"of": COUNTY}, [2, 1]),
        ({"of": NEXT_DOOR}, [2]),
        ({"kind": "dispute"}, [3]),
        ({"step": "closed"}, [2]),
        ({"is_open": True}, [3, 1]),
        ({"is_open": False}, [2]),
        ({"is_overdue": True}, [1]),
        ({"area": COUNTY}, [2, 1]),
        ({"until": "2026-04-02"}, [4, 3, 2, 1]),
    ]
    for asked, numbers in expected:
        assert list(await cases(city, **asked)) == [str(number(one)) for one in numbers], asked
    page = await city.shows("/v1/boards/cases", limit=2, **MARCH)
    rest = await city.shows("/v1/boards/cases", limit=2, cursor=page["next"], **MARCH)
    assert [one["case_id"] for one in rest["items"]] == [str(number(1))]
    assert rest["next"] is None


async def test_a_division_is_shown_with_those_below_it(city):
    shown = await city.shows("/v1/areas")
    assert (shown["code"], shown["level"]) == (CITY, "city")
    assert [one["code"] for one in shown["children"]] == [COUNTY, "340403000000"]
    assert (await city.shows("/v1/areas", of=HERE))["children"] == []
