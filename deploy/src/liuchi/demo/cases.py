"""Enters the cases of the past days, and has volunteers help with those of today."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from random import Random
from typing import Any

from liuchi.demo.client import Client, each
from liuchi.demo.progress import Progress
from liuchi.demo.register import CITY, Place
from liuchi.demo.size import Size
from liuchi.demo.stories import TEXTS, Story

Told = tuple[datetime, str]
"""When and where a case was filed: which of the stories it is."""


async def load(
    client: Client,
    progress: Progress,
    size: Size,
    stories: Sequence[Story],
    communities: Sequence[Place],
) -> None:
    """What was filed already is not filed again."""
    known = await _known(client)
    missing = [story for story in stories if (story.at, story.area) not in known]
    progress.begin("cases", len(missing))

    async def enter(story: Story) -> None:
        key = f"case-{story.area}-{story.at:%Y%m%d%H%M%S}"
        await client.post("intake", "/v1/cases/records", story.record(), key)
        progress.step("cases")

    await each(missing, enter)
    await _file_in_public(client, progress, size, communities)
    helped = [story for story in stories if story.stars is not None]
    await _help(client, progress, helped, await _known(client))


async def _known(client: Client) -> dict[Told, dict[str, Any]]:
    return {
        (datetime.fromisoformat(row["filed_at"]), row["area"]): row
        for row in await client.all("intake", "/v1/cases", "dispatcher", area=CITY, kind="request")
    }


async def _file_in_public(
    client: Client, progress: Progress, size: Size, communities: Sequence[Place]
) -> None:
    """As residents do, without a token: by the one-key call, which no other case here came by."""
    rows = (await _known(client)).values()
    filed = sum(row["source"] == "one_key" for row in rows)
    rng = Random(f"{size.seed} one key")  # noqa: S311 - a city that can be had again
    progress.begin("public filings", max(size.public - filed, 0))
    for number in range(1, size.public + 1):
        category = rng.choice([*TEXTS])
        body = {
            "area": rng.choice(communities).code,
            "category": category,
            "source": "one_key",
            "text": f"（演示）{rng.choice(TEXTS[category])}",
        }
        if number > filed:
            await client.post("intake", "/v1/cases", body, f"one-key-{number:04}", role=None)
            progress.step("public filings")


async def _help(
    client: Client,
    progress: Progress,
    helped: Sequence[Story],
    known: Mapping[Told, Mapping[str, Any]],
) -> None:
    """Volunteers come where one was found, the case is closed and its resident asked."""
    cases = [(story, known[story.at, story.area]) for story in helped]
    cases = [(story, row) for story, row in cases if row["step"] != "revisited"]
    progress.begin("help by volunteers", len(cases))
    await client.settles("intake", "volunteer")
    await client.settles("volunteer", "intake")
    asked = await client.all("volunteer", "/v1/demands", "dispatcher", area=CITY, state="matched")
    demands = {row["case_id"]: row["demand_id"] for row in asked}

    async def come(one: tuple[Story, Mapping[str, Any]]) -> None:
        _, row = one
        if row["case_id"] in demands:
            await fulfil(client, demands[row["case_id"]])

    async def end(one: tuple[Story, Mapping[str, Any]]) -> None:
        story, row = one
        step = (await client.get("intake", f"/v1/cases/{row['case_id']}", "dispatcher"))["step"]
        if step == "resolved":
            await take(client, row["case_id"], "closed")
            step = "closed"
        if step == "closed":
            await take(client, row["case_id"], "revisited", satisfaction=story.stars)
        progress.step("help by volunteers")

    await each(cases, come)
    await client.settles("volunteer", "intake")
    await each(cases, end)


async def fulfil(client: Client, demand_id: str) -> None:
    """A volunteer called in: it is done."""
    path = f"/v1/demands/{demand_id}/fulfilment"
    await client.post("volunteer", path, {}, f"fulfilled-{demand_id}", "dispatcher")


def may_follow(case: Mapping[str, Any]) -> set[str]:
    """The steps that may be taken with it now, by whoever may."""
    return {choice["step"] for choice in case["allowed"]}


async def take(
    client: Client, case_id: str, step: str, role: str = "dispatcher", **fields: object
) -> None:
    """A step of a case, now."""
    body = {"step": step, **fields}
    await client.post("intake", f"/v1/cases/{case_id}/steps", body, f"{step}-{case_id}", role)
