"""What people bring to the window, by phone and from the street (I-31 … I-37)."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from contracts.intake import (
    CaseClassified,
    CaseClosed,
    CaseDispatched,
    CaseFiled,
    CaseReopened,
    CaseRevisited,
    CaseStepOverdue,
)
from tests.system.huainan import eventually

FLOWS = {"F1", "F2", "F3", "F4", "F5", "F6", "F9", "F10", "F20", "F22", "F27", "F28"}


def written(pattern):
    """In the modules of these scenarios."""
    modules = Path(__file__).parent.glob("test_intake*.py")
    return {found for one in modules for found in re.findall(pattern, one.read_text("utf-8"))}


def test_every_mechanism_of_intake_has_a_scenario():
    assert written(r"\ndef test_(i_\d\d)_") == {f"i_{number:02}" for number in range(1, 38)}


def test_every_flow_through_intake_is_gone_through():
    assert {f"F{number}" for number in written(r"Flow F(\d+):")} == FLOWS


def sees_to(case, by="grid_worker", actor="somebody"):
    case.take("in_progress", by, actor)
    case.take("resolved", by, actor)
    case.take("closed", "dispatcher")


def test_i_31_one_key_and_a_clock_for_each_class(place):
    """A complaint, a quarrel and a matter of property service: each in its own time."""
    on_key = {"source": "one_key"}
    property_service = place.files("request", category="property", **on_key)
    quarrel = place.files("request", category="neighbour_dispute", **on_key)
    danger = place.files("request", category="safety", **on_key)
    (sent,) = property_service.said_as(CaseDispatched)
    assert (sent.to, sent.department, sent.is_automatic) == ("department", "housing", True)
    dues = [_due(case, "resolved") for case in (danger, quarrel, property_service)]
    assert dues == sorted(dues)
    assert len(set(dues)) == 3
    assert "lies with department" in property_service.refused("in_progress", "grid_worker")
    sees_to(property_service, "department")
    property_service.say("revisited", satisfaction=4)
    assert property_service.steps == [
        *("filed", "classified", "dispatched", "in_progress", "resolved", "closed", "revisited")
    ]
    place.counts(3, "cases_filed", "kind:request", "source:one_key")
    place.counts(4, "case_satisfaction", "kind:request")


def test_i_31_what_is_not_in_time_is_announced_once(place):
    now = datetime.now(UTC)
    steps = [{"step": "classified", "category": "property", "at": str(now - timedelta(days=19))}]
    paper = {
        "area": place.code,
        "text": "电梯停运",
        "source": "one_key",
        "at": str(now - timedelta(days=20)),
    }
    filed = place.city.post("/v1/cases/records", "registrar", {**paper, "steps": steps})
    late = [
        one
        for one in place.city.said(f"case-{filed['case_id']}", 4)
        if isinstance(one, CaseStepOverdue)
    ]
    assert [(one.step, one.escalated_to) for one in late] == [
        ("dispatched", "admin"),
        ("resolved", "dispatcher"),
    ]
    place.counts(2, "cases_overdue", "kind:request")


def _due(case, step):
    return next(one["due_at"] for one in case.view["due"] if one["step"] == step)


def test_i_32_one_window_splits_it_and_gathers_the_answers(place):
    """Flow F27: the back offices answer to the window, and nobody comes twice."""
    asked = place.files("window", "window", source="window", on_behalf="self", category="licence")
    asked.take("split", "window")
    to = {"kind": "part", "relation": "has_part", "source": "window"}
    parts = [
        asked.splits("window", **to, department=one) for one in ("housing", "market_regulation")
    ]
    assert "still open: 2" in asked.refused("gathered", "window")
    parts[0].take("answered", "department", texts={"answer": "已核准"})
    assert "still open: 1" in asked.refused("gathered", "window")
    parts[1].take("returned", "department")
    parts[1].take("handed_on", "window", department="public_security")
    parts[1].take("answered", "department", texts={"answer": "已备案"})
    asked.take("gathered", "window")
    assert asked.refused("done", "window") == "Done needs trips."
    asked.take("done", "window", trips=1)
    asked.take("closed", "window")
    asked.say("revisited", satisfaction=5)

    (done,) = asked.took("done")
    assert done.numbers == {"trips": 1}
    assert [one.said_as(CaseClosed)[0].outcome for one in parts] == ["answered", "answered"]
    place.counts(100, "window_one_trip_rate")
    place.counts(2, "cases_closed", "kind:part")


def test_i_33_a_barred_certificate_is_refused_with_the_right_office(place):
    title = {"area": place.code, "kind": "no_certificate", "title": "不应出具证明事项"}
    grid = place.city.huainan
    listed = grid.post("grid", "/v1/checklists", title, "registrar")["checklist_id"]
    items = f"/v1/checklists/{listed}/items"
    item = grid.post("grid", items, {"text": "亲属关系证明", "category": "kinship"}, "registrar")
    eventually(lambda: _is_barred(place, "kinship"), "intake heard of the list")
    refused = place.files("certificate", category="kinship")
    filed, closed = refused.said()
    assert (type(filed), closed.outcome) == (CaseFiled, "refused")
    assert closed.fields["department"] == "public_security"
    assert str(closed.refs["item"]) == item["item_id"]
    assert "the step to take is refused" in refused.refused("issued", "clerk")

    free = place.files("certificate", category="residence")
    assert "may be taken by clerk" in free.refused("issued", "window")
    free.take("issued", "clerk")
    grid.send("grid", "DELETE", f"{items}/{item['item_id']}", "registrar")
    eventually(lambda: not _is_barred(place, "kinship"), "intake heard that it is off the list")
    place.counts(1, "certificates_answered", "category:residence", "outcome:issued")
    assert (place.figure("certificates_answered", "outcome:refused") or 0) >= 1


def _is_barred(place, category):
    asked = place.files("certificate", category=category)
    return asked.view["step"] == "refused"


def test_i_35_riders_are_heard_and_are_eyes_on_the_road(place):
    """What is hard for themselves, what they see on the street, and what is wrong in a sector."""
    rider = {"source": "new_employment"}
    assert "one of property, environment" in place.files_refused(
        "request", category="traffic_jam", **rider
    )
    finding = place.files("request", category="street_finding", **rider)
    abuse = place.files("request", category="sector_supervision", **rider)
    gate = place.files("request", category="entry", **rider)
    sent = [one.said_as(CaseDispatched)[0].department for one in (finding, abuse)]
    assert sent == ["urban_management", "market_regulation"]
    assert [type(one) for one in gate.said()] == [CaseFiled, CaseClassified]
    sees_to(finding, "department")
    finding.say("revisited", satisfaction=5)
    place.counts(3, "cases_filed", "kind:request", "source:new_employment")
    place.counts(1, "cases_closed", "category:street_finding")


def test_i_36_staff_of_a_building_carry_it_for_a_firm(place):
    """The proxy files it at the window of the building; the principal rates it."""
    desk = {"kind": "window", "name": "楼宇党群服务中心", "level": "township"}
    window = place.registers("channels", "registrar", place="business_building", **desk)
    errand = {"source": "red_errand", "category": "enterprise"}
    assert "needs on_behalf" in place.files_refused("window", "window", **errand)
    assert "filed by window" in place.files_refused("window", "clerk", on_behalf="proxy", **errand)
    errand |= {"on_behalf": "proxy", "channel": window["channel_id"]}
    carried = place.files("window", "window", **errand)
    carried.take("done", "window", trips=0)
    carried.take("closed", "window")
    carried.say("revisited", satisfaction=5)
    (filed,) = carried.said_as(CaseFiled)
    assert (filed.source, filed.fields) == ("red_errand", {"on_behalf": "proxy"})
    place.counts(1, "cases_filed", "kind:window", "source:red_errand")
    place.counts(1, "window_requests_within_one_trip", "fields.on_behalf:proxy")


def test_i_37_a_request_from_filing_to_satisfaction(place):
    """Flow F1: by the grid worker, then by volunteers; a bad word opens it again."""
    worker, volunteer = place.has_worker(), place.has_volunteer("elderly_care")
    case = place.files("request", category="environment")
    case.reaches("dispatched")
    assert "allowed now: in_progress, resolved" in case.refused("closed", "dispatcher")
    case.take("in_progress", "grid_worker", worker)
    case.take("dispatched", "dispatcher", to="volunteers", skill="elderly_care")
    assert "lies with volunteers" in case.refused("resolved", "grid_worker")
    case.reaches("in_progress")
    place.city.fulfils(volunteer)
    case.reaches("resolved")
    case.take("closed", "dispatcher")
    case.say("revisited", satisfaction=2)
    case.take("dispatched", "dispatcher", to="grid_worker")
    sees_to(case, actor=worker)
    case.say("revisited", satisfaction=5)

    assert [one.to for one in case.said_as(CaseDispatched)] == [
        *("grid_worker", "volunteers", "grid_worker")
    ]
    assert len(case.said_as(CaseReopened)) == 1
    assert [one.satisfaction for one in case.said_as(CaseRevisited)] == [2, 5]
    place.counts(2, "cases_closed", "kind:request")
    place.counts(3.5, "case_satisfaction")


def test_what_a_neighbour_squad_finds_becomes_a_case(place):
    """Flow F5: the grid worker reports what the squad found."""
    worker = place.has_worker()
    squad = {"source": "neighbour_squad", "category": "safety"}
    assert "filed by grid_worker" in place.files_refused("request", **squad)
    case = place.files("request", "grid_worker", **squad)
    case.reaches("dispatched")
    sees_to(case, actor=worker)
    place.counts(1, "cases_filed", "source:neighbour_squad")


def test_a_publicity_session_solves_a_problem(place):
    """Flow F22: what is asked for where people are told something becomes a case."""
    held = {"source": "publicity", "category": "elderly_care"}
    case = place.files("request", "grid_worker", **held)
    (sent,) = case.said_as(CaseDispatched)
    assert (sent.to, sent.skill) == ("volunteers", "elderly_care")
    case.take("dispatched", "dispatcher", to="department", department="civil_affairs")
    sees_to(case, "department")
    place.counts(1, "cases_filed", "source:publicity")


def test_a_case_in_a_border_zone_goes_to_the_joint_owner(place):
    """Flow F28: the joint office of both sides takes it."""
    case = place.files("request", category="border_zone")
    (sent,) = case.said_as(CaseDispatched)
    assert (sent.to, sent.department) == ("department", "joint_border_office")
    sees_to(case, "department")
    place.counts(1, "cases_closed", "category:border_zone")
