"""A resident brings something in and follows it: without any script, on a small phone."""

import asyncio
import re

import pytest
from playwright.async_api import Page, expect

from tests.web.conftest import Visit
from tests.web.hall import Hall

pytestmark = pytest.mark.browser

TYPED = "楼道灯坏了三天，\n老人晚上不敢下楼。"


async def _choose_village(page: Page, kind: str) -> None:
    await page.locator("main").get_by_role("link", name=kind).click()
    for name in ("田家庵区", "田东街道", "向阳社区"):
        await page.get_by_role("link", name=name, exact=True).click()


async def _code(page: Page) -> str:
    await expect(page.locator("#receipt")).to_have_text(re.compile(r"(\w{4}-){2}\w{4}"))
    return await page.locator("#receipt").inner_text()


async def test_a_request_is_filed_followed_and_withdrawn_without_scripts(come: Visit):
    resident = await come(width=360, has_scripts=False)
    page = resident.page
    await resident.opens("/")
    await _choose_village(page, "诉求")
    await page.get_by_label("请说说情况").fill(TYPED)
    await page.get_by_label("类别").select_option("facilities")
    await page.get_by_role("button", name="提交").click()
    code = await _code(page)
    assert code not in page.url
    await resident.opens("/")
    await page.get_by_role("textbox", name="回执码").fill(f" {code.lower().replace('-', ' ')} ")
    await page.get_by_role("button", name="查询").click()
    await expect(page.locator("h1")).to_contain_text("已派发")
    await expect(page.locator(".passed .what")).to_have_text(["已派发", "已分类", "已提交"])
    await expect(page.locator(".due").first).to_contain_text("1个工作日")
    assert code not in page.url
    await page.get_by_role("button", name="撤回").click()
    await expect(page.locator("h1")).to_contain_text("已撤回")
    await expect(page.locator("form[action='/follow/steps']")).to_have_count(0)


async def test_a_suggestion_is_filed(come: Visit):
    resident = await come(locale="en-GB")
    page = resident.page
    await resident.opens("/")
    await _choose_village(page, "Suggestion")
    await page.get_by_label("What is it about?").fill("benches by the river")
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("alert")).to_contain_text("Category: Please choose one.")
    await expect(page.get_by_label("What is it about?")).to_have_value("benches by the river")
    await page.get_by_label("Category").select_option("environment")
    await page.get_by_role("button", name="Send").click()
    await _code(page)
    await page.get_by_role("button", name="See how it stands").click()
    await expect(page.locator("h1")).to_contain_text("Submitted")
    resident.faults.clear()  # the browser itself writes down that the form came back


async def test_two_clicks_file_once(come: Visit, hall: Hall):
    resident = await come()
    page = resident.page
    await resident.opens("/file/request?area=340403001001")
    await page.get_by_label("请说说情况").fill(TYPED)
    await page.get_by_role("button", name="提交").dblclick()
    await _code(page)
    clerk = await come("dispatcher")
    await clerk.opens("/queue?queue=all")
    await expect(clerk.page.locator(".case")).to_have_count(1)


async def test_the_same_form_sent_twice_gets_the_same_receipt(come: Visit):
    """As two clicks on a slow line do: both arrive."""
    resident = await come()
    await resident.opens("/file/request?area=340403001001")
    form = {
        one: await resident.page.locator(f"[name={one}]").first.input_value()
        for one in ("key", "area")
    }
    request = resident.page.context.request
    headers = {"accept": "text/html"}
    sent = (
        request.post("/file/request", form={**form, "text": TYPED}, headers=headers)
        for _ in range(3)
    )
    pages = [await answer.text() for answer in await asyncio.gather(*sent)]
    codes = {re.findall(r'id="receipt">([^<]+)<', page)[0] for page in pages}
    assert len(codes) == 1
    other = await request.post("/file/request", form={**form, "text": "又一件"}, headers=headers)
    assert other.status == 422
    assert "已经提交过了" in await other.text()


async def test_a_likely_duplicate_is_offered_and_joined(come: Visit, hall: Hall):
    hall.files(text="楼道灯坏了三天，老人晚上不敢下楼")
    resident = await come(width=360)
    page = resident.page
    await resident.opens("/file/request?area=340403001001")
    await page.get_by_label("请说说情况").fill(TYPED)
    await page.get_by_role("button", name="提交").click()
    await expect(page.locator("h1")).to_have_text("已有人反映过类似的事")
    await page.get_by_label(re.compile("是这一件")).check()
    await page.get_by_role("button", name="提交").click()
    await _code(page)
    await page.get_by_role("button", name="查看进度").click()
    await expect(page.locator("main")).to_contain_text("合并办理")
    await expect(page.locator("h1")).to_contain_text("已派发")
