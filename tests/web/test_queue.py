"""Those who work on cases: what waits for them, and one case through its steps."""

import pytest
from playwright.async_api import expect

from tests.web.city import VILLAGE
from tests.web.conftest import Visit
from tests.web.hall import Hall

pytestmark = pytest.mark.browser


async def test_a_case_is_found_and_taken_through_its_steps(come: Visit, hall: Hall):
    case_id, _ = hall.files(category=None, text="楼上漏水")
    clerk = await come("dispatcher", "department")
    page = clerk.page
    await clerk.opens("/queue")
    await page.locator(f"a[href='/cases/{case_id}']").click()
    await page.locator("#classified-category").select_option("property")
    await page.get_by_role("button", name="确认：已分类").click()
    await expect(page.locator("h1")).to_contain_text("已分类")
    await page.get_by_role("group", name="派给谁").get_by_label("职能部门").check()
    await page.locator("#dispatched-department").select_option("housing")
    await page.locator("#dispatched-note").fill("先打电话")
    await page.get_by_role("button", name="确认：已派发").click()
    await expect(page.locator(".facts")).to_contain_text("住房城乡建设")
    await expect(page.locator(".passed li").first).to_contain_text(
        "已派发：职能部门（住房城乡建设）"
    )
    assert "楼上漏水" not in await page.content()
    await page.get_by_label("查看目的").select_option("handling")
    await page.get_by_role("button", name="查看").click()
    await expect(page.locator(".told")).to_contain_text("楼上漏水")
    await expect(page.locator(".told")).to_contain_text("先打电话")


async def test_what_is_missing_is_told_beside_its_field_and_the_note_is_kept(
    come: Visit, hall: Hall
):
    case_id, _ = hall.files(category=None)
    clerk = await come("dispatcher", locale="en-GB")
    page = clerk.page
    await clerk.opens(f"/cases/{case_id}")
    await page.locator("#classified-note").fill("call first")
    await page.get_by_role("button", name="Confirm: Classified").click()
    await expect(page.locator("#classified-category-fault")).to_have_text("Please choose one.")
    await expect(page.locator("#classified-note")).to_have_value("call first")
    clerk.faults.clear()


async def test_who_decides_on_an_old_version_is_told_and_nothing_happens(come: Visit, hall: Hall):
    case_id, _ = hall.files()
    first, second = await come("department"), await come("department")
    for clerk in (first, second):
        await clerk.opens(f"/cases/{case_id}")
    await first.page.get_by_role("button", name="确认：办理中").click()
    await expect(first.page.get_by_role("status")).to_have_text("已办理。")
    await second.page.locator("#take-returned summary").first.click()
    await second.page.get_by_role("button", name="确认：已退回").click()
    await expect(second.page.get_by_role("alert")).to_contain_text("刚被别人办理过")
    await expect(second.page.locator("h1")).to_contain_text("办理中")
    second.faults.clear()


async def test_what_is_late_stands_in_its_queue_with_the_date_and_how_it_is_counted(
    come: Visit, hall: Hall
):
    late = hall.filed_long_ago()
    hall.files()
    clerk = await come("dispatcher", locale="en-GB")
    page = clerk.page
    await clerk.opens("/queue?queue=overdue")
    await expect(page.locator(".case")).to_have_count(1)
    await expect(page.locator(".case .late")).to_contain_text("overdue")
    await page.locator(f"a[href='/cases/{late}']").click()
    due = page.locator(".due").first
    await expect(due).to_contain_text("Overdue")
    await expect(due).to_contain_text("1 workday from")


async def test_filters_narrow_the_list_and_pages_follow(come: Visit, hall: Hall):
    for _ in range(26):
        hall.files(urgency="urgent")
    clerk = await come("dispatcher")
    page = clerk.page
    await clerk.opens("/queue?queue=open")
    await expect(page.locator(".case")).to_have_count(25)
    await page.get_by_role("link", name="后面的").click()
    await expect(page.locator(".case")).to_have_count(1)
    await page.get_by_label("种类").select_option("dispute")
    await page.get_by_role("button", name="筛选").click()
    await expect(page.locator(".case")).to_have_count(0)
    await page.get_by_label("种类").select_option("request")
    await page.get_by_role("button", name="筛选").click()
    await page.get_by_label("环节").select_option("dispatched")
    await page.get_by_role("combobox", name="地区").select_option("340403000000")
    await page.get_by_role("button", name="筛选").click()
    await expect(page.locator(".case")).to_have_count(25)
    assert VILLAGE[:6] in page.url
