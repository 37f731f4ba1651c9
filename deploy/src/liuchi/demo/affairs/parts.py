"""Splits what a window took in to the back offices; those that have done their part say so."""

from collections.abc import Mapping, Sequence
from typing import Any

from liuchi.demo.affairs.courses import FILE
from liuchi.demo.affairs.names import told
from liuchi.demo.cases import may_follow, take
from liuchi.demo.client import Client
from liuchi.demo.progress import Progress

WINDOW = "window"

Part = Mapping[str, Any]
"""A row of the file."""
There = Mapping[tuple[str, str], dict[str, Any]]
"""The parts that are there, by the case and the back office."""


async def load(client: Client, progress: Progress, ids: Mapping[str, str]) -> None:
    """What was split off already is not split off again."""
    planned = [part for part in told(FILE)["parts"] if part["of"] in ids]
    there = await _there(client, planned, ids)
    waiting = [part for part in planned if _waits(part, there)]
    progress.begin("parts", len(waiting))
    for part in waiting:
        found, whole = there.get(_key(part)), ids[part["of"]]
        part_id = found["case_id"] if found else await _hand_out(client, part, whole)
        if "answer" in part:
            answer = {"answer": part["answer"]}
            await take(client, part_id, "answered", "department", texts=answer)
        progress.step("parts")


def _waits(part: Part, there: There) -> bool:
    """To be handed out, or to be answered."""
    found = there.get(_key(part))
    return found is None or ("answer" in part and "answered" in may_follow(found))


def _key(part: Part) -> tuple[str, str]:
    return part["of"], part["department"]


async def _there(client: Client, planned: Sequence[Part], ids: Mapping[str, str]) -> There:
    found = {}
    for name in dict.fromkeys(part["of"] for part in planned):
        for link in await client.get("intake", f"/v1/cases/{ids[name]}/links", WINDOW):
            if link["relation"] == "has_part":
                case = await client.get("intake", f"/v1/cases/{link['to_case']}", WINDOW)
                found[name, case["fields"]["department"]] = case
    return found


async def _hand_out(client: Client, part: Part, case_id: str) -> str:
    body = {
        "kind": "part",
        "relation": "has_part",
        "source": WINDOW,
        "department": part["department"],
        "text": part["text"],
    }
    key = f"part-{part['department']}-{case_id}"
    row = await client.post("intake", f"/v1/cases/{case_id}/splits", body, key, WINDOW)
    part_id: str = row["case_id"]
    return part_id
