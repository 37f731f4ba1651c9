"""Intake's pages by keyboard, on a small phone, in both languages, with names for every control."""

import pytest
from playwright.async_api import Page, expect

from tests.web.conftest import Visit
from tests.web.hall import Hall

pytestmark = pytest.mark.browser

UNNAMED = """() => [...document.querySelectorAll("input, select, textarea, button")]
    .filter(one => one.type !== "hidden")
    .filter(one => one.checkVisibility() || one.closest("details"))
    .filter(one => !(one.labels && one.labels.length) && !one.textContent.trim())
    .map(one => one.outerHTML)"""

FAINT = """() => {
    const number = colour => colour.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
        .map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const ground = one => {
        for (; one; one = one.parentElement) {
            const colour = number(getComputedStyle(one).backgroundColor);
            if (colour.length < 4 || colour[3] === 1) return colour;
        }
        return [255, 255, 255];
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
        const one = walker.currentNode.parentElement;
        if (!walker.currentNode.textContent.trim() || !one.checkVisibility()) continue;
        const [a, b] = [number(getComputedStyle(one).color), ground(one)].map(light);
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (ratio < 4.5) found.push(`${one.tagName} ${one.className} ${ratio.toFixed(2)}`);
    }
    return found;
}"""
"""Text whose contrast is below 4.5 : 1 (WCAG 2.2, 1.4.3)."""


async def _is_for_all(page: Page, path: str) -> None:
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert await page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert await page.evaluate(UNNAMED) == [], path
    assert await page.evaluate(FAINT) == [], path
    assert await page.locator("h1").count() == 1, path


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
async def test_every_page_can_be_read_and_used_by_all(
    come: Visit, hall: Hall, width: int, locale: str
):
    case_id, code = hall.files(text="很长的" * 200)
    hall.filed_long_ago()
    someone = await come("dispatcher", "department", width=width, locale=locale)
    page = someone.page
    for path in (
        "/", "/follow", "/file/request", "/file/dispute?area=340403001001", "/queue?queue=all",
        f"/cases/{case_id}",
    ):  # fmt: skip
        await someone.opens(path)
        await _is_for_all(page, path)
    await someone.opens("/file/petition?area=340403001001")
    await page.locator("#file-phone").fill("x")
    await page.locator("main button").click()
    await expect(page.locator(".faults")).to_be_visible()
    await _is_for_all(page, "a form with faults")
    await someone.opens("/follow")
    await page.locator("#code").fill(code)
    await page.locator("main button").click()
    await expect(page.locator(".passed")).to_be_visible()
    await _is_for_all(page, "a case that is followed")
    someone.faults.clear()  # the browser itself writes down that a form came back


async def test_a_request_is_filed_by_the_keyboard_alone(come: Visit):
    resident = await come()
    page, press = resident.page, resident.page.keyboard.press
    await resident.opens("/")
    for link in ("/file/request", "340403000000", "340403001000", "340403001001"):
        await resident.tabs_to(f"main a[href*='{link}']")
        async with page.expect_navigation():
            await press("Enter")
    await resident.tabs_to("#file-text")
    await page.keyboard.type("灯坏了")
    await resident.tabs_to("#file-category")
    await page.keyboard.type("其他")
    await resident.tabs_to("main button")
    await press("Enter")
    await expect(page.locator("#receipt")).to_be_visible()


async def test_the_language_is_switched_where_one_is(come: Visit):
    resident = await come()
    page = resident.page
    await resident.opens("/file/request?area=340403001001")
    await page.get_by_role("link", name="English").click()
    await expect(page.get_by_label("What is it about?")).to_be_visible()
    await expect(page.locator("h1")).to_contain_text("向阳社区")
    await resident.opens("/")
    await expect(page.locator("h1")).to_have_text("What would you like to bring in?")


@pytest.mark.parametrize("area", ["999999999999", "340403999000", "here", "340403001009"])
async def test_a_place_that_is_none_is_chosen_again(come: Visit, area: str):
    resident = await come(locale="en-GB")
    await resident.opens(f"/file/request?area={area}&lang=xx")
    await expect(resident.page.get_by_role("alert")).to_contain_text("There is no such place")
    await resident.page.get_by_role("link", name="田家庵区").click()
    await expect(resident.page.get_by_role("link", name="田东街道")).to_be_visible()
    resident.faults.clear()
