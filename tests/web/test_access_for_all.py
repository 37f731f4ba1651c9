"""By keyboard, on a small phone, in Chinese and in English."""

import pytest
from playwright.async_api import expect

from tests.web.city import CITY, COUNTY, TOWNSHIP
from tests.web.conftest import Visit

pytestmark = pytest.mark.browser


async def test_areas_and_receipts_are_reached_by_the_keyboard_alone(visit: Visit):
    visitor = await visit()
    page, press = visitor.page, visitor.page.keyboard.press
    await visitor.opens()
    await visitor.tabs_to(".skip")
    await press("Enter")
    await visitor.tabs_to(f"#county-{COUNTY}")
    await press("Enter")
    await expect(page.locator("h1")).to_have_text("田家庵区")
    await visitor.tabs_to(f"a[href*='area={TOWNSHIP}']")
    await press("Enter")
    await expect(page.locator("h1")).to_have_text("田东街道")
    await visitor.tabs_to(".figure[data-metric=cases_filed] .amount")
    await press("Enter")
    await expect(page.locator("main .value strong")).to_have_text("3")
    rows = page.locator("tbody tr")
    await expect(rows).to_have_count(3)
    await expect(rows.first).to_contain_text("intake.case.filed.v1")
    await visitor.tabs_to(".back a")
    await press("Enter")
    await expect(page.locator("h1")).to_have_text("田东街道")


async def test_what_colours_the_map_is_chosen_by_the_keyboard(visit: Visit):
    visitor = await visit(locale="en-GB")
    await visitor.opens()
    await visitor.tabs_to("#colour")
    await visitor.page.keyboard.type("Grids")
    await visitor.tabs_to(".colour button")
    await visitor.page.keyboard.press("Enter")
    county = visitor.page.locator(f"#county-{COUNTY}")
    await expect(county).to_have_attribute("aria-label", "田家庵区: 2 grids")


async def test_a_ratio_leads_to_the_receipts_of_both_its_parts(visit: Visit):
    visitor = await visit(locale="en-GB")
    await visitor.opens()
    await visitor.page.locator(".figure[data-metric=case_satisfaction] .amount").click()
    parts = visitor.page.locator(".parts li")
    await expect(parts).to_have_text(["Satisfaction points 4 points", "Cases revisited 1 times"])
    await parts.first.get_by_role("link").click()
    await expect(visitor.page.locator("tbody tr")).to_have_count(1)


async def test_the_language_is_switched_and_remembered(visit: Visit):
    visitor = await visit()
    page = visitor.page
    await visitor.opens(f"/?area={COUNTY}&period=7d")
    await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    await page.get_by_role("link", name="English").click()
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await expect(page.locator("h1")).to_have_text("田家庵区")
    await expect(page.locator(".figure[data-metric=cases_filed] h4")).to_have_text("Cases filed")
    await visitor.opens("/")
    await expect(page.locator(".figure[data-metric=cases_open] h4")).to_have_text("Open cases")
    await page.get_by_role("link", name="中文").click()
    await expect(page.locator(".figure[data-metric=cases_open] h4")).to_have_text("在办事项")


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        pytest.param("en-GB", "en", id="who prefers English gets it"),
        pytest.param("fr-FR", "zh-CN", id="who prefers neither gets Chinese"),
    ],
)
async def test_the_first_language_is_the_browsers(visit: Visit, locale: str, language: str):
    visitor = await visit(locale=locale)
    await visitor.opens()
    await expect(visitor.page.locator("html")).to_have_attribute("lang", language)


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
async def test_nothing_is_wider_than_a_small_phone(visit: Visit, locale: str):
    visitor = await visit(width=360, locale=locale)
    for path in ("/", f"/?area={COUNTY}&period=year", f"/receipts/cases_open?of={CITY}"):
        await visitor.opens(path)
        assert await visitor.width_of_content() <= 360, path
