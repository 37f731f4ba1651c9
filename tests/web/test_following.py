"""What whoever filed something does later: by its code, and by the keyboard alone."""

from filecmp import cmp
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.web.conftest import Visit
from tests.web.hall import Hall
from tests.web.visitor import Visitor

pytestmark = pytest.mark.browser


async def _takes(clerk: Visitor, case_id: str, *steps: str) -> None:
    for step in steps:
        await clerk.opens(f"/cases/{case_id}")
        form = clerk.page.locator(f"#take-{step}")
        if await form.get_attribute("open") is None:
            await form.locator("summary").first.click()
        await form.get_by_role("button").click()
        await expect(clerk.page.get_by_role("status")).to_have_text("已办理。")


async def test_a_case_is_worked_on_then_rated_by_the_keyboard_alone(come: Visit, hall: Hall):
    case_id, code = hall.files()
    clerk = await come("dispatcher", "department")
    await _takes(clerk, case_id, "in_progress", "resolved", "closed")
    resident = await come(width=360)
    page, press = resident.page, resident.page.keyboard.press
    await resident.opens("/")
    await resident.tabs_to("#code")
    await page.keyboard.type(code)
    await press("Enter")
    await expect(page.locator("h1")).to_contain_text("已销号")
    await resident.tabs_to("#revisited-satisfaction input")
    await press("ArrowLeft")  # from the first of five round to the last
    await resident.tabs_to("#revisited-satisfaction ~ button")
    await press("Enter")
    await expect(page.locator("h1")).to_contain_text("已回访")
    await expect(page.get_by_role("status")).to_contain_text("谢谢")


async def test_a_wrong_code_is_told_beside_its_field(come: Visit):
    resident = await come(locale="en-GB")
    page = resident.page
    await resident.opens("/follow")
    await page.get_by_label("Receipt code").fill("0000-0000-0000")
    await page.get_by_role("button", name="Look it up").click()
    await expect(page.get_by_role("alert")).to_contain_text("No case has this code")
    field = page.get_by_label("Receipt code")
    await expect(field).to_have_value("0000-0000-0000")
    await expect(field).to_have_attribute("aria-describedby", "code-hint code-fault")
    resident.faults.clear()  # the browser itself writes down the status


async def test_a_rating_left_out_is_asked_for(come: Visit, hall: Hall):
    case_id, code = hall.files()
    clerk = await come("dispatcher", "department")
    await _takes(clerk, case_id, "in_progress", "resolved", "closed")
    resident = await come()
    page = resident.page
    await resident.opens("/follow")
    await page.get_by_label("回执码").fill(code)
    await page.get_by_role("button", name="查询").click()
    await page.get_by_role("button", name="提交评价").click()
    await expect(page.get_by_role("alert")).to_contain_text("请选择一项。")
    resident.faults.clear()


async def test_a_picture_is_sent_with_the_code_and_downloaded_by_who_works_on_it(
    come: Visit, hall: Hall, tmp_path: Path
):
    case_id, code = hall.files()
    resident = await come(width=360)
    picture = tmp_path / "lamp.png"
    await resident.page.screenshot(path=picture)
    await resident.opens("/follow")
    await resident.page.get_by_label("回执码").fill(code)
    await resident.page.get_by_role("button", name="查询").click()
    await resident.page.get_by_label("照片").set_input_files(picture)
    await resident.page.get_by_role("button", name="上传").click()
    await expect(resident.page.get_by_role("status")).to_contain_text("谢谢")
    assert await resident.width_of_content() <= 360

    clerk = await come("dispatcher")
    await clerk.opens(f"/cases/{case_id}")
    await clerk.page.get_by_label("查看目的").select_option("handling")
    await clerk.page.get_by_role("button", name="查看").click()
    async with clerk.page.expect_download() as downloading:
        await clerk.page.get_by_role("button", name="下载照片").click()
    assert cmp(await (await downloading.value).path(), picture, shallow=False)
