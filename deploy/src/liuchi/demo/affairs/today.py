"""What is done today with what the past left: steps of cases, and observations assessed."""

from collections.abc import Mapping
from itertools import dropwhile
from typing import Any

from liuchi.demo.affairs.courses import FILE
from liuchi.demo.affairs.names import told
from liuchi.demo.cases import may_follow, take
from liuchi.demo.client import Client
from liuchi.demo.progress import Progress


async def load(client: Client, progress: Progress, ids: Mapping[str, str]) -> None:
    """Only what is still to be done."""
    rows = [row for row in told(FILE)["today"] if row["case"] in ids]
    steps = [
        (ids[row["case"]], row["role"], step)
        for row in rows
        for step in await _left(client, row, ids[row["case"]])
    ]
    progress.begin("steps of today", len(steps))
    for case_id, role, step in steps:
        await take(client, case_id, role=role, **step)
        progress.step("steps of today")
    await _assess(client, progress, ids)


async def _left(client: Client, row: Mapping[str, Any], case_id: str) -> list[dict[str, Any]]:
    """The steps that were not taken yet."""
    case = await client.get("intake", f"/v1/cases/{case_id}", "reader")
    may = may_follow(case)
    return [*dropwhile(lambda step: step["step"] not in may, row["steps"])]


async def _assess(client: Client, progress: Progress, ids: Mapping[str, str]) -> None:
    rows = await client.all("intake", "/v1/observations", is_open="true")
    waiting = {row["observation_id"] for row in rows}
    planned = {ids[one["observation"]]: one["body"] for one in told(FILE)["assessments"]}
    progress.begin("assessments", len(planned.keys() & waiting))
    for observation_id in planned.keys() & waiting:
        path, body = f"/v1/observations/{observation_id}/assessment", planned[observation_id]
        await client.post("intake", path, body, f"assessed-{observation_id}", "dispatcher")
        progress.step("assessments")
