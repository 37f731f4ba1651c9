"""Fills the register and counts the households."""

import json
from collections.abc import Sequence
from random import Random
from typing import Any

from liuchi.demo.client import Client, Refused, each
from liuchi.demo.progress import Progress
from liuchi.demo.register import CITY, Place, as_csv
from liuchi.demo.size import Size


async def load(client: Client, progress: Progress, places: Sequence[Place]) -> None:
    """Each province by a registrar of its own. What is registered already stays as it is."""
    provinces = [place.code for place in places if place.level == "province"]
    text = as_csv(places)
    progress.begin("areas", len(provinces))
    for province in provinces:
        answer = await client.upload("grid", f"/v1/areas/import?area={province}", text, province)
        last = json.loads(answer.splitlines()[-1])
        if "registered" not in last:
            raise Refused(500, f"grid: {last.get('error', answer)}")
        progress.step("areas")


async def count_households(
    client: Client, progress: Progress, size: Size, places: Sequence[Place], year: int
) -> None:
    """Invented numbers for each township of the city; counties add them up."""
    counted = counts(size, places, year)
    progress.begin("households", len(counted))

    async def count(one: tuple[str, dict[str, Any]]) -> None:
        code, body = one
        await client.post("grid", f"/v1/areas/{code}/statistics", body, f"households-{code}-{year}")
        progress.step("households")

    await each(counted.items(), count)


def counts(size: Size, places: Sequence[Place], year: int) -> dict[str, dict[str, int]]:
    """By code of the township."""
    rng = Random(f"{size.seed} households")  # noqa: S311 - a city that can be had again
    found = {}
    for place in places:
        if place.level == "township" and place.code.startswith(CITY[:4]):
            households = rng.randrange(3_000, 24_000)
            population = round(households * rng.uniform(2.3, 3.1))
            found[place.code] = {
                "year": year,
                "households": households,
                "population": population,
                "urban_residents": round(population * rng.uniform(0.3, 0.95)),
            }
    return found
