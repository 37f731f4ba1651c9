"""Enters the cases of the other kinds; ids of those that are named elsewhere."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from liuchi.demo.affairs.courses import KINDS, Matter
from liuchi.demo.affairs.names import filled, named
from liuchi.demo.client import Client, each
from liuchi.demo.progress import Progress
from liuchi.demo.register import CITY

Filed = tuple[str, datetime, str]
"""Kind, time and place: which of the cases it is."""


async def load(
    client: Client, progress: Progress, planned: Sequence[Matter], ids: Mapping[str, str]
) -> dict[str, str]:
    """Ids by name, with those that were known. What was filed already is not filed again.

    What names something that is not there, such as a meeting that was missed, is left out.
    """
    known = await _known(client)
    missing = [
        one for one in planned if _filed(one) not in known and {*named(one.told)} <= ids.keys()
    ]
    progress.begin("other cases", len(missing))

    async def enter(one: Matter) -> None:
        key = f"{one.kind}-{one.area}-{one.at:%Y%m%d%H%M%S}"
        body = filled(one.record(), ids)
        row = await client.post("intake", "/v1/cases/records", body, key)
        known[_filed(one)] = row["case_id"]
        progress.step("other cases")

    await each(missing, enter)
    filed = {one.name: known[_filed(one)] for one in planned if one.name and _filed(one) in known}
    return {**ids, **filed}


def _filed(one: Matter) -> Filed:
    return one.kind, one.at, one.area


async def _known(client: Client) -> dict[Filed, str]:
    rows = [
        row
        for kind in KINDS
        for row in await client.all("intake", "/v1/cases", "reader", area=CITY, kind=kind)
    ]
    return {
        (row["kind"], datetime.fromisoformat(row["filed_at"]), row["area"]): row["case_id"]
        for row in rows
    }
