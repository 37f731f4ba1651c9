"""Somebody at a browser: what they asked for, and what went wrong in front of them."""

from playwright.async_api import ConsoleMessage, Page, Request, expect

MOST_TABS = 250

IS_SEEN = """() => {
    const style = getComputedStyle(document.activeElement);
    const path = document.activeElement.querySelector("path");
    return style.outlineStyle !== "none" || (path && getComputedStyle(path).strokeWidth === "8px");
}"""


class Visitor:
    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.faults: list[str] = []
        self.elsewhere: list[str] = []
        page.on("console", self._on_console)
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        page.on("request", self._on_request)

    async def opens(self, path: str = "/") -> None:
        await self.page.goto(path)

    async def sees_live(self) -> None:
        await expect(self.page.locator("#live")).to_have_attribute("data-state", "live")

    def headline(self, metric: str) -> str:
        """A selector for the number."""
        return f".figure[data-metric={metric}] .amount [data-live]"

    async def reads(self, metric: str) -> str:
        return await self.page.locator(self.headline(metric)).inner_text()

    async def sees(self, metric: str, amount: str) -> None:
        await expect(self.page.locator(self.headline(metric))).to_have_text(amount)

    async def tabs_to(self, selector: str) -> None:
        """By the Tab key alone; every stop on the way must be seen to have the focus."""
        for _ in range(MOST_TABS):
            await self.page.keyboard.press("Tab")
            assert await self.page.evaluate(IS_SEEN), "the focus cannot be seen"
            if await self.page.evaluate("one => document.activeElement.matches(one)", selector):
                return
        raise AssertionError(f"Tab never comes to {selector}")

    async def width_of_content(self) -> int:
        width: int = await self.page.evaluate("document.documentElement.scrollWidth")
        return width

    def check(self) -> None:
        assert self.elsewhere == [], "the page asked another host"
        assert self.faults == [], "the console is not empty"

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(message.text)

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.url}/", "data:")):
            self.elsewhere.append(request.url)
