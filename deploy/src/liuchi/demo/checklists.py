"""Checklists of the city, and the one that says: this is a demo, all of it is invented."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

from liuchi.demo.client import Client, each
from liuchi.demo.progress import Progress
from liuchi.demo.register import CITY
from liuchi.demo.size import Size

LISTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "not_to_undertake": ("不应由社区承担工作事项清单", ("standing",)),
    "no_certificate": ("不应出具证明事项清单", ("same_person", "no_crime")),
    "township_duties": ("街道履职事项清单", ("basic", "shared")),
    "key_tasks": ("重点任务清单", ("first_half", "second_half")),
    "system_tasks": ("治理体系任务分工方案", ("organisation", "service", "support")),
    "care_items": ("关爱实事清单", ("care",)),
}
"""Kind → title, and categories of its items."""
TASKS = {"key_tasks", "system_tasks", "care_items"}
"""Kinds whose items are done."""

SAYS = "演示城市，数据均为虚构，截至 "
"""Begins the title of the list that marks the city; the instant up to which it is told follows."""
MARK_KIND = "topics"


@dataclass(frozen=True)
class Mark:
    list_id: str
    until: datetime
    loaded: frozenset[str]
    """What has been loaded, as `written`."""


async def find_mark(client: Client) -> Mark | None:
    """None where no demo was ever begun."""
    lists = await client.all("grid", "/v1/checklists", area=CITY, kind=MARK_KIND)
    found = next((row for row in lists if row["title"].startswith(SAYS)), None)
    if found is None:
        return None
    list_id = found["checklist_id"]
    items = await client.all("grid", f"/v1/checklists/{list_id}/items", state="open")
    until = datetime.fromisoformat(found["title"].removeprefix(SAYS))
    return Mark(list_id, until, frozenset(row["text"] for row in items))


async def begin_mark(client: Client, now: datetime) -> Mark:
    """Say that this is a demo, and that it ends with the last full hour."""
    until = now.replace(minute=0, second=0, microsecond=0)
    body = {"kind": MARK_KIND, "area": CITY, "title": f"{SAYS}{until.isoformat()}"}
    row = await client.post("grid", "/v1/checklists", body, f"mark-{until:%Y%m%d%H}")
    return Mark(row["checklist_id"], until, frozenset())


async def finish_mark(client: Client, mark: Mark, size: Size) -> None:
    """Say that a city of this size is loaded."""
    body = {"text": written(size), "category": "demo"}
    await client.post("grid", f"/v1/checklists/{mark.list_id}/items", body, f"loaded-{uuid4()}")


def written(size: Size) -> str:
    return f"{size.name} {size.seed}"


async def load(client: Client, progress: Progress, size: Size, until: datetime) -> None:
    """What is listed already stays as it is."""
    lists = LISTS if size.items else {}
    known = {row["title"]: row for row in await client.all("grid", "/v1/checklists", area=CITY)}
    progress.begin("checklists", len(lists))

    async def publish(one: tuple[str, tuple[str, tuple[str, ...]]]) -> None:
        kind, (name, categories) = one
        title = f"{name}（演示）"
        body = {"kind": kind, "area": CITY, "title": title}
        row = known.get(title)
        row = row or await client.post("grid", "/v1/checklists", body, f"checklist-{kind}")
        await _add_items(client, size, row, categories, until)
        progress.step("checklists")

    await each(lists.items(), publish)


async def _add_items(
    client: Client,
    size: Size,
    checklist: dict[str, Any],
    categories: tuple[str, ...],
    until: datetime,
) -> None:
    kind = checklist["kind"]
    rng = Random(f"{size.seed} {kind}")  # noqa: S311 - a city that can be had again
    path = f"/v1/checklists/{checklist['checklist_id']}/items"
    known = {row["text"]: row for row in await client.all("grid", path)}
    for number in range(1, size.items + 1):
        category, is_done = rng.choice(categories), rng.random() < 0.4
        due_on = (until + timedelta(days=rng.randrange(10, 90))).date()
        body: dict[str, object] = {"text": f"演示事项{number:02}", "category": category}
        if kind in TASKS:
            body["due_on"] = due_on.isoformat()
        item = known.get(f"演示事项{number:02}")
        item = item or await client.post("grid", path, body, f"item-{kind}-{number:04}")
        if is_done and kind in TASKS and item["state"] == "open":
            await client.post(
                "grid", f"{path}/{item['item_id']}/done", {}, f"done-{kind}-{number:04}"
            )
