"""The demo city: loaded once, and what reporting says of it is what was filed."""

import asyncio
from collections import Counter
from datetime import datetime

import pytest

from chassis.workflow.workdays import SHANGHAI
from contracts import SERVICES
from liuchi import demo
from liuchi.demo.affairs.courses import KINDS
from liuchi.demo.affairs.records import SORTS
from liuchi.demo.client import connected
from liuchi.demo.live import Day, go_on
from liuchi.demo.register import CITY
from tests.system.conftest import TINY
from tests.system.huainan import ELSEWHERE

COUNTY = TINY.counties[0]
AFFAIRS = (
    *(sort.replace("_", " ") for sort in SORTS),
    "meetings",
    "other cases",
    "meetings held",
    "parts",
    "steps of today",
    "assessments",
)


class Watch:
    """Notes what was begun and how many steps each part took."""

    def __init__(self):
        self.begun = {}
        self.done = Counter()

    def begin(self, what, count):
        self.begun[what] = count

    def step(self, what):
        self.done[what] += 1


def events(huainan):
    huainan.settles()
    return {
        service: huainan.rows(service)["events"] for service in SERVICES if service != "reporting"
    }


def forget(huainan):
    """Take back that the city is loaded, as if it had broken off just before its end."""
    lists = huainan.get("grid", "/v1/checklists", "registrar", params={"kind": "topics"})["items"]
    (mark,) = [row for row in lists if "虚构" in row["title"]]
    items = f"/v1/checklists/{mark['checklist_id']}/items"
    for item in huainan.get("grid", items, "registrar", params={"state": "open"})["items"]:
        gone = huainan.send("grid", "DELETE", f"{items}/{item['item_id']}", "registrar")
        assert gone.is_success, gone.text


def test_a_second_time_changes_nothing(city, huainan):
    before = events(huainan)
    watch = Watch()
    asyncio.run(demo.load(city, TINY, watch))
    assert events(huainan) == before
    assert watch.begun == {}


def test_what_broke_off_is_looked_through_and_nothing_is_done_twice(city, huainan):
    forget(huainan)
    before = events(huainan)
    watch = Watch()
    asyncio.run(demo.load(city, TINY, watch))
    after = events(huainan)
    assert {service: (after[service] - before[service]).total() for service in after} == {
        "intake": 0,
        "grid": 1,
        "volunteer": 0,
    }
    parts = ("grids", "grid workers", "volunteers", "cases", "public filings", *AFFAIRS)
    assert [watch.begun[part] for part in parts] == [0] * len(parts)
    assert {what: count for what, count in watch.begun.items() if count} == watch.done


def test_the_city_is_as_large_as_was_asked(huainan):
    areas = huainan.get("grid", "/v1/areas", "registrar", params={"limit": 500})["items"]
    assert {area["code"][:6] for area in areas if area["level"] != "city"} == {COUNTY[:6]}
    posts = huainan.get("grid", "/v1/posts", "registrar", params={"role": "grid_worker"})["items"]
    assert len({post["area"] for post in posts}) == TINY.communities
    grids = huainan.get("grid", "/v1/grids", "registrar")["items"]
    assert {grid["level"] for grid in grids} == {"township", "community", "estate"}
    volunteers = huainan.get("volunteer", "/v1/volunteers")["items"]
    assert len(volunteers) >= TINY.volunteers


def test_it_says_of_itself_that_it_is_invented(huainan):
    lists = huainan.get("grid", "/v1/checklists", "registrar", params={"kind": "topics"})["items"]
    assert any("演示城市，数据均为虚构" in row["title"] for row in lists)


def test_reporting_counts_what_was_filed(huainan):
    huainan.settles()
    cases = huainan.get("intake", "/v1/cases", "reader", params={"limit": 500})["items"]
    days = Counter(
        str(datetime.fromisoformat(case["filed_at"]).astimezone(SHANGHAI).date()) for case in cases
    )
    asked = {"area": CITY, "from": min(days), "by": "day"}
    told = huainan.get("reporting", "/v1/metrics/cases_filed", "reader", params=asked)
    assert {part["key"]: part["value"] for part in told["items"] if part["value"]} == days
    assert told["value"] == len(cases) < 500
    assert Counter(case["kind"] for case in cases)["request"] >= TINY.cases + TINY.helped
    asked = {"area": CITY, "from": min(days)}
    still_open = huainan.get("reporting", "/v1/metrics/cases_open", "reader", params=asked)
    assert still_open["value"] == sum(case["is_open"] for case in cases)


@pytest.mark.parametrize(
    ("metric", "at_least"),
    [
        pytest.param("volunteers_registered", TINY.volunteers, id="volunteers"),
        pytest.param("volunteer_teams", TINY.teams, id="teams"),
        pytest.param("volunteer_activities", TINY.activities, id="activities"),
        pytest.param("demands_fulfilled", 1, id="help by volunteers"),
        pytest.param("households", 3_000, id="households"),
        pytest.param("public_suggestions_received", 10, id="suggestions"),
        pytest.param("golden_ideas", 1, id="golden ideas"),
        pytest.param("petitions_mediated_successfully", 2, id="petitions"),
        pytest.param("receptions_rated", 3, id="receptions"),
        pytest.param("disputes_mediated", 5, id="disputes"),
        pytest.param("relief_matters_closed", 2, id="relief"),
        pytest.param("relief_matters_resolved", 3, id="matters solved at meetings"),
        pytest.param("relief_meetings_held", 3, id="relief meetings"),
        pytest.param("visitors_received", 10, id="visitors"),
        pytest.param("deliberation_matters_done", 2, id="deliberations"),
        pytest.param("deliberation_sessions", 9, id="sessions"),
        pytest.param("deliberation_matters_agreed", 2, id="matters agreed on"),
        pytest.param("certificates_answered", 6, id="certificates"),
        pytest.param("window_requests_done", 5, id="requests at the window"),
        pytest.param("topics_published", 4, id="topics"),
        pytest.param("channels_open", 8, id="channels"),
        pytest.param("observers", 3, id="observers"),
        pytest.param("observations_assessed", 4, id="observations"),
        pytest.param("mediators", 7, id="mediators"),
        pytest.param("forums", 6, id="forums"),
    ],
)
def test_reporting_counts_the_rest_too(huainan, metric, at_least):
    huainan.settles()
    asked = {"area": CITY, "from": "2020-01-01"}
    told = huainan.get("reporting", f"/v1/metrics/{metric}", "reader", params=asked)
    assert told["value"] >= at_least


@pytest.mark.parametrize("kind", KINDS)
def test_cases_of_every_kind_are_under_way_and_late(huainan, kind):
    cases = huainan.get("intake", "/v1/cases", "reader", params={"kind": kind})["items"]
    assert len({case["step"] for case in cases}) >= 3
    assert any(case["overdue_since"] for case in cases if case["is_open"])


def test_one_asked_for_what_nobody_may_ask_for_was_refused(huainan):
    asked = {"kind": "certificate", "step": "refused"}
    assert huainan.get("intake", "/v1/cases", "reader", params=asked)["items"]


def test_the_back_offices_answered_and_one_is_awaited(huainan):
    parts = huainan.get("intake", "/v1/cases", "reader", params={"kind": "part"})["items"]
    assert Counter(part["step"] for part in parts) == {"answered": 3, "assigned": 1}


def test_relief_meetings_are_numbered_in_their_order(huainan):
    asked = {"kind": "relief", "state": "held"}
    held = huainan.get("intake", "/v1/meetings", "relief_office", params=asked)["items"]
    assert [row["number"] for row in sorted(held, key=lambda row: row["on"])] == [1, 2, 3]


async def test_live_it_goes_on_and_what_is_filed_is_seen_through(city):
    day = Day(pause=(0.0, 0.1))
    async with connected(city, TINY.seed) as client:
        going = asyncio.create_task(go_on(client, day, rate=10))
        async with asyncio.timeout(60):
            while day.ended < 5 and not going.done():
                await asyncio.sleep(0.05)
        going.cancel()
        with pytest.raises(asyncio.CancelledError):
            await going
    assert day.fault == ""
    assert day.filed >= day.ended >= 5


def test_nothing_of_it_lies_elsewhere(huainan):
    for service, path in (("grid", "/v1/areas"), ("intake", "/v1/cases")):
        found = huainan.get(service, path, "dispatcher", area=ELSEWHERE)
        assert found["items"] == []
