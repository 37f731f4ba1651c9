"""The city as scenarios see it: places, what is brought in there, what is said and counted."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from typing import Any

import httpx2

from contracts import Envelope, Event
from contracts.intake import CaseStep
from reporting.periods import today
from tests.system.huainan import Huainan, eventually
from tests.system.valid import identity_number

RECENTLY = timedelta(days=61)
"""Whatever happened in a scenario happened since."""


@dataclass
class City:
    """Its bus is read along, as a downstream system does."""

    huainan: Huainan
    heard: list[Envelope] = field(default_factory=list)
    """All that intake said."""

    def next_village(self) -> "Place":
        return Place(self, next(self._villages))

    @cached_property
    def _villages(self) -> Iterator[str]:
        asked = {"level": "village", "limit": 500}
        found = self.huainan.get("grid", "/v1/areas", "registrar", params=asked)["items"]
        return iter([area["code"] for area in found])

    def said(self, subject: str, least: int = 1) -> list[Event]:
        """What was said of it, in order, once so many events are there."""
        eventually(lambda: len(self._said(subject)) >= least, f"{least} events of {subject}")
        return self._said(subject)

    def _said(self, subject: str) -> list[Event]:
        self.heard += self.huainan.all_said("intake", after=len(self.heard))
        return [one.event for one in self.heard if one.subject == subject]

    def post(self, path: str, by: str | None, body: object = None, **more: Any) -> Any:
        return self.huainan.post("intake", path, body, by, **more)

    def get(self, path: str, by: str = "admin", **more: Any) -> Any:
        return self.huainan.get("intake", path, by, **more)

    def fulfils(self, volunteer: str) -> None:
        """They have helped where they were asked to, and say so."""
        mine = {"role": "volunteer", "actor": volunteer}
        path = f"/v1/volunteers/{volunteer}/demands"
        (demand,) = self.huainan.get("volunteer", path, params={"state": "matched"}, **mine)[
            "items"
        ]
        self.huainan.post("volunteer", f"/v1/demands/{demand['demand_id']}/fulfilment", **mine)

    def refused(self, path: str, by: str | None, body: object = None, **more: Any) -> str:
        """The sentence why not."""
        return sentence(self.huainan.send("intake", "POST", path, by, json=body, **more))


@dataclass(frozen=True)
class Place:
    city: City
    code: str

    @property
    def township(self) -> "Place":
        return replace(self, code=f"{self.code[:9]}000")

    @property
    def county(self) -> "Place":
        return replace(self, code=f"{self.code[:6]}000000")

    def files(self, kind: str, by: str | None = None, **told: object) -> "Matter":
        """A resident does, unless it is told to somebody with a role."""
        filed = self.city.post(_desk(by), by, self._filing(kind, told))
        return Matter(self.city, filed["case_id"], filed["receipt"])

    def files_refused(self, kind: str, by: str | None = None, **told: object) -> str:
        return self.city.refused(_desk(by), by, self._filing(kind, told))

    def registers(self, what: str, by: str, **body: object) -> dict[str, Any]:
        """What comes of it is described by what it was made with, and its id."""
        made: dict[str, Any] = self.city.post(f"/v1/{what}", by, {"area": self.code, **body})
        return made

    def registers_refused(self, what: str, by: str, **body: object) -> str:
        return self.city.refused(f"/v1/{what}", by, {"area": self.code, **body})

    def has_worker(self) -> str:
        """From now on a grid worker is on duty here; the person, as a token names it."""
        within = {"area": self.township.code, "level": "township"}
        drawn = self.city.huainan.get("grid", "/v1/grids", params=within)["items"]
        above = drawn[0]["grid_id"] if drawn else self._draws(self.township, "township", None)
        post = {"role": "grid_worker", "way": "recruited", "engagement": "full_time"}
        post["grid_id"] = self._draws(self, "community", above)
        return str(self.city.huainan.post("grid", "/v1/posts", post, "registrar")["person_id"])

    def has_volunteer(self, skill: str) -> str:
        """From now on somebody here helps with that; their id."""
        person = {"identity_number": identity_number(), "name": "李雷", "phone": "13800000000"}
        body = {**person, "area": self.code, "skills": [skill]}
        made = self.city.huainan.post("volunteer", "/v1/registrations", body)
        return str(made["volunteer_id"])

    def figure(self, metric: str, *where: str) -> float | None:
        """`where` are dimension:value."""
        asked = {"area": self.code, "from": (today() - RECENTLY).isoformat(), "where": where}
        answer = self.city.huainan.get("reporting", f"/v1/metrics/{metric}", params=asked)
        value: float | None = answer["value"]
        return value

    def counts(self, expected: float, metric: str, *where: str) -> None:
        """The figure comes to that, soon after it was said on the bus."""
        eventually(
            lambda: self.figure(metric, *where) == expected,
            f"{metric} {where} is {expected}, it is {self.figure(metric, *where)}",
        )

    def _draws(self, where: "Place", level: str, above: str | None) -> str:
        body = {"level": level, "area": where.code, "parent_id": above}
        return str(self.city.huainan.post("grid", "/v1/grids", body, "registrar")["grid_id"])

    def _filing(self, kind: str, told: dict[str, object]) -> dict[str, object]:
        return {"kind": kind, "area": self.code, "text": "请帮忙看一看", **told}


@dataclass(frozen=True)
class Matter:
    """A case: by its receipt for whoever filed it, by its id for those who work on it."""

    city: City
    id: str
    receipt: str = ""

    @property
    def view(self) -> dict[str, Any]:
        return dict(self.city.get(f"/v1/cases/{self.id}"))

    @property
    def seen(self) -> dict[str, Any]:
        """As whoever filed it sees it."""
        return dict(self.city.post("/v1/receipts/case", None, {"code": self.receipt}))

    def take(self, step: str, by: str, actor: str = "somebody", **fields: object) -> dict[str, Any]:
        body = {"step": step, **fields}
        return dict(self.city.post(f"/v1/cases/{self.id}/steps", by, body, actor=actor))

    def refused(self, step: str, by: str, **fields: object) -> str:
        return self.city.refused(f"/v1/cases/{self.id}/steps", by, {"step": step, **fields})

    def say(self, step: str, **fields: object) -> dict[str, Any]:
        """Whoever filed it takes the step, by the receipt."""
        body = {"code": self.receipt, "step": step, **fields}
        return dict(self.city.post("/v1/receipts/case/steps", None, body))

    def splits(self, by: str, **into: object) -> "Matter":
        """A new case comes of it, which its own receipt says nothing of."""
        made = self.city.post(f"/v1/cases/{self.id}/splits", by, into)
        return Matter(self.city, made["case_id"])

    def splits_refused(self, by: str, **into: object) -> str:
        return self.city.refused(f"/v1/cases/{self.id}/splits", by, into)

    def reaches(self, step: str) -> None:
        eventually(lambda: self.view["step"] == step, f"the case is {step}, not {self.view}")

    def said(self) -> list[Event]:
        """All of it, in order, as it was said on the bus."""
        return self.city.said(f"case-{self.id}", self.view["version"])

    def said_as(self, event: type[Event]) -> list[Any]:
        return [one for one in self.said() if isinstance(one, event)]

    def took(self, step: str) -> list[Any]:
        """Each time that it took the step, as it was said on the bus."""
        return [one for one in self.said() if isinstance(one, CaseStep) and one.step == step]

    @property
    def steps(self) -> list[str]:
        """Those that were said on the bus, in order."""
        return [one.step for one in self.said() if isinstance(one, CaseStep)]


def sentence(answer: httpx2.Response) -> str:
    """Of a refusal."""
    assert answer.status_code in (403, 404, 409, 412, 422), (answer.status_code, answer.text)
    assert answer.headers["content-type"] == "application/problem+json"
    detail: str = answer.json()["detail"]
    return detail


def _desk(by: str | None) -> str:
    return "/v1/cases/on-behalf" if by else "/v1/cases"
