"""Schedules leaders' meetings, puts them on the roster, and records those that were held."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from liuchi.demo.affairs.meetings import DAY, Meeting
from liuchi.demo.affairs.names import filled
from liuchi.demo.cases import may_follow
from liuchi.demo.client import Client
from liuchi.demo.progress import Progress
from liuchi.demo.register import CITY

STEP = "solved_at_meeting"
"""Of a case that came before a meeting."""


async def schedule(
    client: Client, progress: Progress, planned: Sequence[Meeting], until: datetime
) -> dict[str, str]:
    """Ids by name, of those that cases may refer to. What is scheduled already stays as it is."""
    rows = await _rows(client)
    missing = [one for one in planned if one.key not in rows]
    progress.begin("meetings", len(missing))
    for one in missing:
        if one.leader is None:
            body = {"kind": one.kind, "area": CITY, "on": one.on.isoformat()}
            at = min(one.held_at - 3 * DAY, until)
            await client.post("intake", "/v1/meetings", body, one.key, one.role, at=at)
            progress.step("meetings")
    sitting = [one for one in missing if one.leader]
    for (month, role), days in groupby(sitting, key=lambda one: (f"{one.on:%Y-%m}", one.role)):
        await _put_on_roster(client, month, role, [*days], until)
    for _ in sitting:
        progress.step("meetings")
    rows = await _rows(client)
    return {one.name: rows[one.key]["meeting_id"] for one in planned if rows[one.key]["is_open"]}


async def _put_on_roster(
    client: Client, month: str, role: str, sitting: Sequence[Meeting], until: datetime
) -> None:
    body = {
        "area": CITY,
        "month": month,
        "days": [{"on": one.on.isoformat(), "leader_id": one.leader} for one in sitting],
    }
    first = sitting[0]
    at = min(first.held_at - DAY, until)
    await client.post("intake", "/v1/meetings/roster", body, f"roster-{first.key}", role, at=at)


async def hold(
    client: Client, progress: Progress, planned: Sequence[Meeting], ids: Mapping[str, str]
) -> None:
    """One after the other, for some are numbered. One whose cases did not come is not held."""
    rows = await _rows(client)
    waiting = [one for one in planned if one.outcome and rows[one.key]["state"] == "scheduled"]
    progress.begin("meetings held", len(waiting))
    for one in waiting:
        outcome = {**(one.outcome or {})}
        if "matters" in outcome:
            outcome["matters"] = await _came(client, one, filled(outcome["matters"], ids))
        if outcome.get("matters") != []:
            path = f"/v1/meetings/{ids[one.name]}/outcome"
            await client.post("intake", path, outcome, f"held-{one.key}", one.role, at=one.held_at)
        progress.step("meetings held")


async def _came(
    client: Client, meeting: Meeting, matters: Sequence[Mapping[str, str]]
) -> list[Mapping[str, str]]:
    """Those whose case waits for the meeting."""
    cases = [
        await client.get("intake", f"/v1/cases/{matter['case_id']}", meeting.role)
        for matter in matters
    ]
    waits = {case["case_id"] for case in cases if STEP in may_follow(case)}
    return [matter for matter in matters if matter["case_id"] in waits]


async def _rows(client: Client) -> dict[str, dict[str, Any]]:
    """The city's own, by key."""
    met = await client.all("intake", "/v1/meetings", "petition_office", area=CITY)
    return {
        f"{row['kind']}-{row['on'].replace('-', '')}": row for row in met if row["area"] == CITY
    }
