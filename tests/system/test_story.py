"""The main job, as those do it whose job it is: from a resident's words to the city's figures."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from contracts import Envelope, decode
from contracts.intake import CaseClosed, CaseFiled, CaseReopened, CaseRevisited
from reporting.periods import today
from tests.system.huainan import Huainan, eventually
from tests.system.valid import identity_number

SKILL, CATEGORY = "repair", "home_repair"
"""Requests of this category go to volunteers with this skill (kinds/request.toml)."""


@pytest.fixture
def village(huainan):
    """A place where nobody lives who could be asked before those of the story, and no case was."""
    people = huainan.get("volunteer", "/v1/volunteers", params={"limit": 500})["items"]
    cases = huainan.get("intake", "/v1/cases", "reader", params={"limit": 500})["items"]
    taken = {one["area"] for one in (*people, *cases)}
    areas = huainan.get("grid", "/v1/areas", params={"level": "village", "limit": 500})["items"]
    return next(area["code"] for area in areas if area["code"] not in taken)


class Case:
    """One case, as its resident sees it by the receipt and the city by its id."""

    def __init__(self, huainan: Huainan, village: str, **filing: str) -> None:
        self.huainan = huainan
        self.village = village
        self.trace = new_traceparent()
        filed = huainan.post(
            "intake", "/v1/cases", {"area": village, **filing}, headers={"traceparent": self.trace}
        )
        self.id = filed["case_id"]
        self.receipt = filed["receipt"]

    @property
    def step(self) -> str:
        asked = {"code": self.receipt}
        return self.huainan.send("intake", "POST", "/v1/receipts/case", json=asked).json()["step"]

    def reaches(self, step: str) -> None:
        eventually(lambda: self.step == step, f"the case is {step}, it is {self.step}")

    def take(self, step: str, role: str = "dispatcher", **more: object) -> dict:
        actor = str(more.pop("actor", "somebody"))
        path = f"/v1/cases/{self.id}/steps"
        return self.huainan.post("intake", path, {"step": step, **more}, role, actor=actor)

    def revisit(self, stars: int) -> dict:
        body = {"code": self.receipt, "step": "revisited", "satisfaction": stars}
        return self.huainan.post("intake", "/v1/receipts/case/steps", body)

    def figure(self, metric: str) -> float | None:
        """Today, where the case is."""
        asked = {"area": self.village, "from": today().isoformat()}
        return self.huainan.get("reporting", f"/v1/metrics/{metric}", params=asked)["value"]

    def receipts(self, metric: str) -> list[Envelope]:
        """The very events behind a figure, fetched from the bus."""
        asked = {"area": self.village, "from": today().isoformat()}
        path = f"/v1/metrics/{metric}/receipt"
        rows = self.huainan.get("reporting", path, params=asked)["items"]
        return [decode(self.huainan.said(row["stream"], row["sequence"])) for row in rows]

    def on_board(self) -> dict:
        asked = {"area": self.village}
        rows = self.huainan.get("reporting", "/v1/boards/cases", params=asked)["items"]
        return next((row for row in rows if row["case_id"] == self.id), {})

    def told(self, stream: str) -> list[Envelope]:
        """All that was said of it on a stream of the bus, in order."""
        return [one for one in self.huainan.all_said(stream) if self.id in one.to_json().decode()]


def new_traceparent():
    return f"00-{uuid4().hex}-{uuid4().hex[:16]}-00"


def trace_id(traceparent):
    return traceparent.split("-")[1]


def test_a_volunteer_helps_and_the_city_counts_it(huainan, village):
    volunteer = huainan.post("volunteer", "/v1/registrations", person(village))["volunteer_id"]
    case = Case(huainan, village, category=CATEGORY, text="the tap drips", name="王奶奶")
    case.reaches("in_progress")

    demand = own_demand(huainan, volunteer, case)
    assert huainan.get("volunteer", f"/v1/demands/{demand}")["skill"] == SKILL
    fulfilment = new_traceparent()
    huainan.post(
        "volunteer",
        f"/v1/demands/{demand}/fulfilment",
        role="volunteer",
        actor=volunteer,
        headers={"traceparent": fulfilment},
    )
    case.reaches("resolved")
    case.take("closed")
    assert case.revisit(5)["step"] == "revisited"

    eventually(lambda: case.figure("case_satisfaction") == 5, "the figures are there")
    assert (case.figure("cases_filed"), case.figure("cases_closed")) == (1, 1)
    assert case.figure("cases_open") == 0
    behind = {
        "cases_filed": CaseFiled,
        "cases_closed": CaseClosed,
        "cases_revisited": CaseRevisited,
    }
    for metric, said in behind.items():
        (envelope,) = case.receipts(metric)
        assert (type(envelope.event), str(envelope.event.case_id)) == (said, case.id)
    row = case.on_board()
    assert (row["step"], row["satisfaction"], row["category"]) == ("revisited", 5, CATEGORY)
    assert datetime.fromisoformat(row["closed_at"]) <= datetime.now(UTC)
    assert_one_thread(case, fulfilment)


def assert_one_thread(case, fulfilment):
    """What was said follows from what was heard, in the trace of the request that began it."""
    filed, classified, dispatched, begun, resolved, *_ = case.told("intake")
    posted, matched, fulfilled = case.told("volunteer")
    assert [one.causation_id for one in (posted, matched)] == [dispatched.id] * 2
    assert begun.causation_id == matched.id
    assert resolved.causation_id == fulfilled.id

    by_request = (filed, classified, dispatched, posted, matched, begun)
    assert {one.correlation_id for one in by_request} == {filed.id}
    assert {trace_id(one.traceparent) for one in by_request} == {trace_id(case.trace)}
    assert {trace_id(one.traceparent) for one in (fulfilled, resolved)} == {trace_id(fulfilment)}


def test_a_bad_word_of_the_resident_opens_it_again(huainan, village):
    worker = on_duty(huainan, village)
    case = Case(huainan, village, category="environment", text="the bins are full")
    case.reaches("dispatched")
    mine = {"mine": "true", "is_open": "true"}
    listed = huainan.get("intake", "/v1/cases", "grid_worker", actor=worker, params=mine)["items"]
    assert [one["case_id"] for one in listed] == [case.id]

    for stars in (1, 4):
        case.take("in_progress", "grid_worker", actor=worker)
        case.take("resolved", "grid_worker", actor=worker, note="emptied")
        case.take("closed")
        assert case.revisit(stars)["step"] == ("reopened" if stars == 1 else "revisited")

    eventually(lambda: case.figure("case_satisfaction") == 2.5, "both words are counted")
    assert (case.figure("cases_reopened"), case.figure("cases_closed")) == (1, 2)
    assert case.figure("cases_open") == 0
    (reopened,) = case.receipts("cases_reopened")
    assert isinstance(reopened.event, CaseReopened)
    revisits = [one.event.satisfaction for one in case.receipts("cases_revisited")]
    assert sorted(revisits) == [1, 4]
    assert (case.on_board()["step"], case.on_board()["satisfaction"]) == ("revisited", 4)
    assert UUID(case.id) in {one.event.case_id for one in case.told("intake")}


def person(village):
    return {
        "identity_number": identity_number(),
        "name": "韩梅梅",
        "phone": "13800000000",
        "area": village,
        "skills": [SKILL],
    }


def own_demand(huainan, volunteer, case):
    """As the volunteer sees it, with their own token."""
    path = f"/v1/volunteers/{volunteer}/demands"
    asked = {"role": "volunteer", "actor": volunteer, "params": {"state": "matched"}}
    (demand,) = huainan.get("volunteer", path, **asked)["items"]
    assert demand["case_id"] == case.id
    return demand["demand_id"]


def on_duty(huainan, village):
    """Draw a grid there and find somebody to work in it; returns the person, as intake has it."""
    township = f"{village[:9]}000"
    grids = huainan.get("grid", "/v1/grids", params={"area": township, "level": "township"})[
        "items"
    ]
    above = grids[0]["grid_id"] if grids else draw(huainan, "township", township, None)
    grid_id = draw(huainan, "community", village, above)
    role = {"role": "grid_worker", "way": "recruited", "engagement": "full_time"}
    post = huainan.post("grid", "/v1/posts", {**role, "grid_id": grid_id}, "registrar")
    huainan.settles()
    return post["person_id"]


def draw(huainan, level, area, parent):
    body = {"level": level, "area": area, "parent_id": parent}
    return huainan.post("grid", "/v1/grids", body, "registrar")["grid_id"]
