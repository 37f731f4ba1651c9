"""A token becomes a cookie, by a person's own doing and nobody else's."""

import httpx2
import pytest
from playwright.async_api import expect

from tests.web.city import COUNTY
from tests.web.conftest import Visit
from tests.web.dashboard import Dashboard

UNAUTHORISED = "the server responded with a status of 401"


@pytest.mark.browser
async def test_a_link_with_a_token_signs_in_and_forgets_it(dashboard: Dashboard, visit: Visit):
    visitor = await visit(is_signed_in=False)
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    token = dashboard.token()
    await visitor.opens(f"/#token={token}")
    await visitor.sees("cases_filed", "5")
    assert await visitor.page.evaluate("location.hash") == ""
    assert not any(token in url for url in asked), "a server's log may keep addresses"
    (cookie,) = await visitor.page.context.cookies()
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    assert await visitor.page.evaluate("document.cookie") == ""
    visitor.faults = [fault for fault in visitor.faults if UNAUTHORISED not in fault]


@pytest.mark.browser
async def test_a_pasted_token_signs_in_and_signing_out_ends_it(dashboard: Dashboard, visit: Visit):
    visitor = await visit(is_signed_in=False)
    await visitor.opens()
    await visitor.page.get_by_label("令牌").fill("not a token")
    await visitor.page.get_by_role("button", name="登录").click()
    await expect(visitor.page.get_by_role("alert")).to_contain_text("无效或已过期")
    await visitor.page.get_by_label("令牌").fill(f" {dashboard.token()}\n")
    await visitor.page.get_by_role("button", name="登录").click()
    await visitor.sees("cases_filed", "5")
    await visitor.page.get_by_role("button", name="退出").click()
    await expect(visitor.page.get_by_label("令牌")).to_be_visible()
    assert await visitor.page.context.cookies() == []
    visitor.faults = [fault for fault in visitor.faults if UNAUTHORISED not in fault]


async def test_the_cookie_opens_pages_and_the_live_stream_only(dashboard: Dashboard):
    async with httpx2.AsyncClient(
        base_url=dashboard.url, cookies={"liuchi_token": dashboard.token()}
    ) as client:
        page = await client.get("/")
        assert page.status_code == 200
        assert page.headers["cache-control"] == "no-store"
        assert (await client.get("/v1/metrics")).status_code == 401


CANNOT_BE_SHOWN = {
    "/?area=340402000000": 403,  # outside one's own
    "/receipts/cases_filed?of=340402000000": 403,
    "/?area=340403999000": 404,  # nobody registered it
    "/?colour=nothing_like_it": 404,
    "/receipts/nothing_like_it": 404,
    "/?area=here": 422,
    "/?period=ever": 422,
    "/receipts/cases_filed?cursor=x": 422,
}


async def test_what_cannot_be_shown_is_told_on_a_page(dashboard: Dashboard):
    async with httpx2.AsyncClient(
        base_url=dashboard.url,
        cookies={"liuchi_token": dashboard.token(COUNTY)},
        headers={"accept": "text/html"},
    ) as client:
        for path, status in CANNOT_BE_SHOWN.items():
            answer = await client.get(path)
            assert answer.status_code == status, path
            assert "返回首页" in answer.text
