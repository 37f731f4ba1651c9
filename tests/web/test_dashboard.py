"""What the dashboard shows, and that it moves."""

from datetime import UTC, datetime

import pytest
from playwright.async_api import expect

from tests.web.city import CITY, COUNTY, OTHER_VILLAGE, filed
from tests.web.conftest import Visit
from tests.web.dashboard import Dashboard

pytestmark = pytest.mark.browser


async def _days(visitor) -> dict[str, str]:
    """The period the page is about, as the API is asked for it."""
    source = await visitor.page.locator("#live").get_attribute("data-source")
    asked = dict(pair.split("=") for pair in source.partition("?")[2].split("&"))
    return {"from": asked["from"], "to": asked["to"]}


async def test_headline_numbers_equal_the_apis(dashboard: Dashboard, visit: Visit):
    visitor = await visit()
    await visitor.opens()
    answer = dashboard.asks("/v1/headlines", params=await _days(visitor)).json()
    assert {item["metric"] for item in answer["items"]} >= {
        "cases_open", "cases_filed", "cases_closed", "case_satisfaction", "case_days_to_close",
        "grids_active", "grid_workers", "grid_worker_coverage_rate", "volunteers_registered",
        "volunteer_activities",
    }  # fmt: skip
    for item in answer["items"]:
        assert await visitor.reads(item["metric"]) == f"{item['value']:,.{item['decimals']}f}"
        title = visitor.page.locator(f".figure[data-metric={item['metric']}] h4")
        assert await title.inner_text() == item["title"]["zh"]


async def test_each_county_has_its_own_numbers(dashboard: Dashboard, visit: Visit):
    visitor = await visit()
    await visitor.opens()
    asked = {"by": "area", "area": CITY, **await _days(visitor)}
    for metric in ("cases_filed", "grid_worker_coverage_rate", "case_satisfaction"):
        answer = dashboard.asks(f"/v1/metrics/{metric}", params=asked).json()
        for item in answer["items"]:
            cell = visitor.page.locator(f"#cell-{metric}-{item['key']}")
            value = item["value"]
            shown = "–" if value is None else f"{value:,.{answer['decimals']}f}"
            assert await cell.inner_text() == shown


async def test_the_trend_has_the_numbers_of_each_day(dashboard: Dashboard, visit: Visit):
    visitor = await visit()
    await visitor.opens()
    asked = {"by": "day", **await _days(visitor)}
    answer = dashboard.asks("/v1/metrics/cases_filed", params=asked).json()
    await visitor.page.locator("summary").click()
    assert len(answer["items"]) == 30
    for item in answer["items"]:
        cell = visitor.page.locator(f"[id='filed-{item['key']}']")
        assert await cell.inner_text() == str(item["value"])


async def test_a_number_moves_when_an_event_arrives(dashboard: Dashboard, visit: Visit):
    visitor = await visit()
    await visitor.opens()
    await visitor.sees_live()
    await visitor.sees("cases_filed", "5")
    await visitor.page.evaluate("window.isTheSamePage = true")
    await dashboard.talk.hears(filed(OTHER_VILLAGE, datetime.now(UTC)), "case-1")
    await visitor.sees("cases_filed", "6")
    cell = visitor.page.locator("#cell-cases_filed-340402000000")
    await expect(cell).to_have_text("3")
    county = visitor.page.locator("#county-340402000000")
    await expect(county).to_have_attribute("aria-label", "大通区: 3 件")
    assert await visitor.page.evaluate("window.isTheSamePage"), "it was loaded anew"


async def test_updates_can_be_paused(dashboard: Dashboard, visit: Visit):
    visitor = await visit()
    await visitor.opens()
    await visitor.sees_live()
    switch = visitor.page.locator("#live-switch")
    await switch.click()
    await expect(visitor.page.locator("#live-state")).to_have_text("已暂停")
    await dashboard.talk.hears(filed(OTHER_VILLAGE, datetime.now(UTC)), "case-1")
    await dashboard.talk.settles()
    await visitor.sees("cases_filed", "5")
    await switch.click()
    await visitor.sees_live()
    await visitor.sees("cases_filed", "6")


async def test_a_page_whose_server_was_away_catches_up(dashboard: Dashboard, visit: Visit):
    visitor = await visit()
    await visitor.opens()
    await visitor.sees_live()
    dashboard.stop()
    await expect(visitor.page.locator("#live")).to_have_attribute("data-state", "lost")
    await dashboard.talk.hears(filed(OTHER_VILLAGE, datetime.now(UTC)), "case-1")
    dashboard.start()
    await expect(visitor.page.locator(visitor.headline("cases_filed"))).to_have_text(
        "6", timeout=30_000
    )
    await visitor.sees_live()
    visitor.faults.clear()  # the browser itself writes down that nobody answered


async def test_the_note_on_the_borders_is_on_the_page(visit: Visit):
    notes = {"zh-CN": "边界仅供演示", "en-GB": "Borders are for demonstration only"}
    for locale, note in notes.items():
        visitor = await visit(locale=locale)
        await visitor.opens()
        await expect(visitor.page.locator("main")).to_contain_text(note)


async def test_it_can_be_read_without_scripts(visit: Visit):
    visitor = await visit(has_scripts=False)
    await visitor.opens()
    await visitor.sees("cases_filed", "5")
    await visitor.page.get_by_role("link", name="近7天").click()
    await visitor.sees("cases_filed", "5")


@pytest.mark.parametrize(
    ("area", "shown"), [(COUNTY, "3"), (CITY, "5")], ids=["of a county", "of the city"]
)
async def test_a_reader_begins_with_their_own_area(visit: Visit, area: str, shown: str):
    visitor = await visit(area=area)
    await visitor.opens()
    await visitor.sees("cases_filed", shown)
    links = await visitor.page.locator("a.county").count()
    assert links == (1 if area == COUNTY else 2), "only what a reader may see can be chosen"
