"""Numbers are right at any place, over any time, and each has its receipt."""

import pytest

from contracts.grid import ChecklistItemAdded, ChecklistItemDone, ChecklistItemRemoved
from tests.integration.reporting.city import (
    CITY,
    COUNTY,
    HERE,
    NEXT_COUNTY,
    NEXT_DOOR,
    NEXT_TOWN,
    OTHER_CITY,
    PROVINCE,
    TOWNSHIP,
    assigned,
    closed,
    drawn,
    filed,
    formed,
    held,
    item,
    registered,
    released,
    reopened,
    retired,
    revisited,
    statistics,
    withdrawn,
)

MARCH = {"since": "2026-03-01", "until": "2026-04-01"}


@pytest.fixture
async def cases(city):
    await city.says(
        filed(1, "2026-02-27"),
        filed(2, "2026-03-01"),
        filed(3, "2026-03-01", NEXT_DOOR, kind="dispute", source="window"),
        filed(4, "2026-03-31", NEXT_TOWN, hour=23),
        filed(5, "2026-04-01", NEXT_COUNTY, hour=0),
        filed(6, "2026-07-01", OTHER_CITY),
        filed(7, "2026-03-05", COUNTY),
        closed(1, "2026-03-02", days=3),
        closed(2, "2026-03-04", days=2),
        reopened(2, "2026-03-10"),
        withdrawn(3, "2026-04-02", NEXT_DOOR, kind="dispute"),
        revisited(1, "2026-03-05", 5),
        revisited(2, "2026-03-06", 2),
        revisited(2, "2026-03-07", 3),
    )
    return city


async def test_a_place_holds_what_lies_in_it(cases):
    expected = {PROVINCE: 4, CITY: 4, COUNTY: 4, TOWNSHIP: 2, HERE: 1, NEXT_DOOR: 1}
    assert {
        place: await cases.number("cases_filed", area=PROVINCE, of=place, **MARCH)
        for place in expected
    } == expected


async def test_a_province_is_its_cities_together(cases):
    asked = {"area": PROVINCE, "since": "2026-01-01", "until": "2026-08-01"}
    assert await cases.number("cases_filed", **asked) == 7
    parts = await cases.parts("cases_filed", by="area", **asked)
    assert parts == {CITY: 6, "340300000000": 1}


async def test_days_are_the_citys_and_half_open(cases):
    expected = {
        ("2026-03-01", "2026-03-02"): 2,
        ("2026-02-28", "2026-03-01"): 0,
        ("2026-03-31", "2026-04-01"): 1,
        ("2026-04-01", "2026-04-02"): 1,
        ("2026-01-01", "2026-07-01"): 6,
    }
    assert {
        (since, until): await cases.number("cases_filed", since=since, until=until)
        for since, until in expected
    } == expected


async def test_a_flow_is_cut_up(cases):
    expected = {
        "month": {"2026-02": 1, "2026-03": 4, "2026-04": 1, "2026-05": 0},
        "half_year": {"2026-H1": 6},
        "kind": {"dispute": 1, "request": 5},
        "source": {"resident": 5, "window": 1},
        "urgency": {"normal": 6},
        "area": {COUNTY: 5, "340403000000": 1},
        "level:township": {TOWNSHIP: 3, "340402002000": 1, "340403001000": 1},
        "level:village": {HERE: 2, NEXT_DOOR: 1, NEXT_TOWN: 1, NEXT_COUNTY: 1},
    }
    asked = {"since": "2026-02-01", "until": "2026-06-01"}
    assert {by: await cases.parts("cases_filed", by=by, **asked) for by in expected} == expected


async def test_a_flow_by_day_shows_the_days_without_anything_too(cases):
    assert await cases.parts("cases_filed", by="day", since="2026-02-27", until="2026-03-02") == {
        "2026-02-27": 1,
        "2026-02-28": 0,
        "2026-03-01": 2,
    }


async def test_a_stock_stands_as_at_the_end_of_each_period(cases):
    asked = {"since": "2026-02-01", "until": "2026-05-01"}
    assert await cases.number("cases_open", **asked) == 4
    assert await cases.parts("cases_open", by="month", **asked) == {
        "2026-02": 1,
        "2026-03": 4,
        "2026-04": 4,
    }
    days = {"since": "2026-03-02", "until": "2026-03-05"}
    assert list((await cases.parts("cases_open", by="day", **days)).values()) == [2, 2, 1]
    assert await cases.parts("cases_open", by="kind", **asked) == {"dispute": 0, "request": 4}


async def test_a_filter_narrows_a_number_and_all_its_parts(cases):
    asked = {"where": "kind:dispute", **MARCH}
    assert await cases.number("cases_filed", **asked) == 1
    assert await cases.parts("cases_filed", by="source", **asked) == {"window": 1}
    assert sum((await cases.parts("cases_filed", by="day", **asked)).values()) == 1
    assert (await cases.parts("cases_filed", by="area", **asked))[COUNTY] == 1


async def test_a_ratio_is_computed_there_and_then_and_shows_its_parts(cases):
    shown = await cases.shows("/v1/metrics/case_satisfaction", of=HERE, by="day", **MARCH)
    assert (shown["value"], shown["numerator"], shown["denominator"]) == (3.33, 10, 3)
    by_day = {one["key"]: one["value"] for one in shown["items"]}
    assert (by_day["2026-03-05"], by_day["2026-03-07"]) == (5, 3)
    assert await cases.number("case_days_to_close", **MARCH) == 2.5


async def test_without_a_denominator_there_is_no_value(cases):
    shown = await cases.shows("/v1/metrics/case_satisfaction", of=NEXT_DOOR, **MARCH)
    assert (shown["value"], shown["numerator"], shown["denominator"]) == (None, 0, 0)


async def test_workers_are_persons_and_coverage_is_of_grids(city):
    await city.says(
        drawn(1, "2026-01-01"),
        drawn(2, "2026-01-01", NEXT_DOOR),
        drawn(3, "2026-01-01", NEXT_COUNTY, level="estate"),
        drawn(4, "2026-01-01"),
        retired(4, "2026-02-20"),
        assigned(1, "2026-01-05", 1),
        assigned(1, "2026-01-06", 2, NEXT_DOOR),
        assigned(2, "2026-02-01", 1),
        assigned(3, "2026-02-01", 4),
        assigned(9, "2026-02-01", 3, NEXT_COUNTY, role="squad_captain"),
        released(1, "2026-03-01", 2, NEXT_DOOR),
    )
    until = {"since": "2026-01-01", "until": "2026-03-01"}
    assert await city.number("grid_workers", **until) == 3
    assert await city.parts("grid_workers", by="level:village", **until) == {
        HERE: 3,
        NEXT_DOOR: 1,
        NEXT_TOWN: 0,
        NEXT_COUNTY: 0,
    }
    assert await city.parts("grids_active", by="level", **until) == {"community": 2, "estate": 1}
    assert await city.number("grid_worker_coverage_rate", **until) == 66.67
    assert await city.parts("grid_worker_coverage_rate", by="level", **until) == {
        "community": 100,
        "estate": 0,
    }
    assert await city.parts("grid_worker_coverage_rate", by="month", until="2026-04-01") == {
        "2026-01": 50,
        "2026-02": 66.67,
        "2026-03": 33.33,
    }
    assert (
        await city.number("grid_worker_coverage_rate", of="340402001000", until="2026-03-01") == 100
    )


async def test_volunteers_and_lists_are_counted(city):
    await city.says(
        registered(1, "2026-01-01"),
        registered(2, "2026-01-02", NEXT_TOWN),
        statistics("2026-01-01", 900),
        formed(1, "2026-01-01"),
        held(1, "2026-01-03", 12),
        held(2, "2026-02-03", 8, NEXT_TOWN, hours=0.5),
        item(ChecklistItemAdded, 1, "2026-01-01"),
        item(ChecklistItemAdded, 2, "2026-01-01"),
        item(ChecklistItemAdded, 3, "2026-01-01"),
        item(ChecklistItemDone, 1, "2026-01-02"),
        item(ChecklistItemRemoved, 1, "2026-01-03", was_done=True),
        item(ChecklistItemRemoved, 2, "2026-01-04", was_done=False),
    )
    numbers = {
        one["metric"]: one["value"]
        for one in (await city.shows("/v1/headlines", since="2026-01-01", until="2026-03-01"))[
            "items"
        ]
    }
    assert numbers["volunteers_registered"] == 2
    assert numbers["volunteer_teams"] == 1
    assert numbers["volunteer_activities"] == 2
    assert numbers["volunteer_participations"] == 20
    assert numbers["checklist_items_open"] == 1
    asked = {"since": "2026-01-01", "until": "2026-03-01"}
    assert await city.number("activity_hours", **asked) == 2
    assert await city.number("volunteer_population_share", **asked) == 0.22
    assert await city.number("persons_per_volunteer", **asked) == 450


async def test_the_events_behind_a_number_add_up_to_it(cases):
    for metric, of in (
        ("cases_filed", CITY),
        ("cases_filed", TOWNSHIP),
        ("cases_open", CITY),
        ("cases_open", HERE),
        ("case_open_days", COUNTY),
        ("case_satisfaction_points", PROVINCE),
    ):
        asked = {"area": PROVINCE, "of": of, **MARCH}
        receipt = await cases.receipt(metric, limit=2, **asked)
        assert sum(one["value"] for one in receipt) == await cases.number(metric, **asked)
        assert len({(one["stream"], one["sequence"]) for one in receipt}) == len(receipt) > 1
        assert all(one["type"].startswith(f"{one['stream']}.case.") for one in receipt)


async def test_the_receipt_of_a_distinct_count_is_of_the_place_itself(city):
    await city.says(
        assigned(1, "2026-01-05", 1),
        assigned(1, "2026-01-06", 2, NEXT_DOOR),
        released(1, "2026-02-01", 1),
    )
    asked = {"since": "2026-01-01", "until": "2026-03-01"}
    for of, value, events in ((CITY, 1, 1), (HERE, 0, 2), (NEXT_DOOR, 1, 1)):
        receipt = await city.receipt("grid_workers", of=of, **asked)
        assert (sum(one["value"] for one in receipt), len(receipt)) == (value, events)
        assert await city.number("grid_workers", of=of, **asked) == value
        assert {one["area"] for one in receipt} == {of}


async def test_a_filtered_number_has_a_filtered_receipt(cases):
    asked = {"where": "kind:dispute", **MARCH}
    (one,) = await cases.receipt("cases_filed", **asked)
    assert (one["area"], one["day"]) == (NEXT_DOOR, "2026-03-01")


async def test_an_answer_says_where_its_receipts_are(cases):
    shown = await cases.shows("/v1/metrics/case_satisfaction", **MARCH)
    answers = [(await cases.get(address)).json()["items"] for address in shown["receipts"]]
    assert [sum(one["value"] for one in answer) for answer in answers] == [10, 3]


WRONG = (
    ("cases_found", {}, 404, "There is no such metric"),
    ("cases_filed", {"by": "colour"}, 422, "is asked by day, week, month, half_year, area"),
    ("cases_filed", {"where": "colour:red"}, 422, "it has kind, source, urgency"),
    ("cases_filed", {"where": "red"}, 422, "like where=kind:request"),
    ("grid_workers", {"where": "kind:request"}, 422, "it has none"),
    ("cases_filed", {"of": HERE, "by": "area"}, 422, "Nothing lies below a village"),
    ("cases_filed", {"of": HERE, "by": "level:county"}, 422, "There is no county below"),
    ("cases_filed", {"by": "level:moon"}, 422, "There is no moon below"),
    ("cases_filed", {"of": "340499999999"}, 404, "The register knows no area 340499999999"),
    ("cases_filed", {"of": "3404"}, 422, "area: String should match"),
    ("cases_filed", {"of": "000000000000"}, 422, "begins with a province"),
    ("cases_filed", {"since": "2026-03-02", "until": "2026-03-02"}, 422, "must be after"),
    ("cases_filed", {"since": "1066-10-14"}, 422, "a day is from 1949-10-01"),
    ("cases_filed", {"since": "1950-01-01", "by": "day"}, 422, "ask for at most 1100"),
    ("case_satisfaction/receipt", {}, 422, "/v1/metrics/cases_revisited/receipt"),
    ("cases_filed/receipt", {"cursor": "abc"}, 422, "This cursor belongs to no page"),
)


async def test_a_wrong_question_is_answered_with_a_sentence(city):
    for path, asked, status, sentence in WRONG:
        answer = await city.get(f"/v1/metrics/{path}", **asked)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.status_code == status, (path, asked)
        assert sentence in answer.json()["detail"]


async def test_the_catalogue_of_metrics_is_shown(city):
    shown = await city.shows("/v1/metrics")
    metrics = {one["id"]: one for one in shown["items"]}
    assert metrics["cases_open"]["title"] == {"zh": "在办事项", "en": "Open cases"}
    assert metrics["case_days_to_close"]["dimensions"] == ["kind", "category", "outcome"]
    assert (shown["to_rebuild"], shown["remedy"]) == ([], None)
