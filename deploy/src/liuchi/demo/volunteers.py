"""People who registered to help, invented from the first to the last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from liuchi.demo.client import Client, Refused, each
from liuchi.demo.identity import identity_numbers
from liuchi.demo.progress import Progress
from liuchi.demo.register import CITY, Place
from liuchi.demo.size import Size

ASKED_FOR = ("elderly_care", "child_care", "repair")
"""What cases are dispatched to volunteers for: every other volunteer can do one of these."""

SKILLS = {
    "elderly_care": 8,
    "child_care": 5,
    "repair": 6,
    "cleaning": 4,
    "first_aid": 2,
    "medical": 2,
    "mediation": 2,
    "digital": 3,
    "driving": 3,
    "teaching": 2,
    "arts": 2,
    "psychology": 1,
    "legal": 1,
}
"""What people can do, and how many of them, one against the other."""

CONFLICT = 409


@dataclass(frozen=True)
class Volunteer:
    number: int
    identity_number: str
    area: str
    skills: tuple[str, ...]
    registered_at: datetime


def plan(size: Size, communities: Sequence[Place], until: datetime) -> list[Volunteer]:
    """Most were there before the days of the cases; each lives in one of the communities."""
    rng = Random(f"{size.seed} volunteers")  # noqa: S311 - a city that can be had again
    numbers = identity_numbers(rng, CITY[:4] + "02", size.volunteers)
    found = []
    for number, identity_number in enumerate(numbers, 1):
        skills = rng.choices([*SKILLS], [*SKILLS.values()], k=rng.choice((1, 1, 2, 3)))
        if number % 2:
            skills.append(ASKED_FOR[number // 2 % len(ASKED_FOR)])
        ago = rng.uniform(31, 55) if rng.random() < 0.8 else rng.uniform(1, 30)
        found.append(
            Volunteer(
                number,
                identity_number,
                rng.choice(communities).code,
                tuple(sorted(set(skills))),
                until - timedelta(seconds=round(ago * 86_400)),
            )
        )
    return sorted(found, key=lambda one: one.registered_at)


async def load(client: Client, progress: Progress, volunteers: Sequence[Volunteer]) -> None:
    """Whoever is registered already stays so."""
    known = await client.all("volunteer", "/v1/volunteers", area=CITY)
    missing = volunteers if len(known) < len(volunteers) else ()
    progress.begin("volunteers", len(missing))

    async def register(one: Volunteer) -> None:
        body = {
            "identity_number": one.identity_number,
            "name": f"演示志愿者{one.number:04}",
            "phone": f"00000-2{one.number:05}",
            "area": one.area,
            "skills": one.skills,
        }
        key = f"volunteer-{one.number:05}"
        try:
            await client.post("volunteer", "/v1/volunteers", body, key, at=one.registered_at)
        except Refused as refusal:
            if refusal.status != CONFLICT:
                raise
        progress.step("volunteers")

    await each(missing, register)
