"""Petitions: mediation first, then the clocks of the regulation (I-17 … I-21)."""

from datetime import UTC, datetime, timedelta

from chassis.workflow.workdays import day_of
from contracts.intake import (
    CaseClosed,
    CaseDeadlineExtended,
    CaseFiled,
    CaseStepTaken,
)
from tests.mission.city import Matter

DAY = timedelta(days=1)
REPLY = {"reply": "经核实，已责成整改"}


def test_i_17_mediation_comes_first(place):
    """Flow F9: offered before anything else; only without success the petition goes on."""
    petition = place.files("petition")
    assert "allowed now: mediation_offered" in petition.refused("accepted", "petition_office")
    petition.take("mediation_offered", "petition_office", outcome="agreed")
    assert "allowed now: mediation_started" in petition.refused("accepted", "petition_office")
    petition.take("mediation_started", "mediator")
    petition.take("mediation_ended", "mediator", outcome="success")
    petition.take("closed", "petition_office", measure="measure_1")
    petition.say("revisited", satisfaction=5)

    unsettled = place.files("petition")
    unsettled.take("mediation_offered", "petition_office", outcome="agreed")
    unsettled.take("mediation_started", "petition_office")
    unsettled.take("mediation_ended", "petition_office", outcome="failure")
    unsettled.take("accepted", "petition_office")
    unsettled.take("replied", "department", texts=REPLY)
    declined = place.files("petition")
    declined.take("mediation_offered", "petition_office", outcome="declined")
    declined.take("accepted", "petition_office")

    ends = [
        one.outcome
        for each in (petition, unsettled)
        for one in each.said_as(CaseStepTaken)
        if one.step == "mediation_ended"
    ]
    assert ends == ["success", "failure"]
    place.counts(2, "petitions_mediated")
    place.counts(50, "petition_mediation_success_rate")
    place.counts(2, "cases_open", "kind:petition")


def test_i_17_statutory_clocks_are_kept(place):
    """Reply in 60 days, at most 30 more; a hearing does not count; a late review is refused, and
    nobody closes what may still be reviewed.
    """
    petition = place.files("petition")
    petition.take("mediation_offered", "petition_office", outcome="declined")
    petition.take("accepted", "petition_office")
    longer = f"/v1/cases/{petition.id}/extensions"
    assert "at most" in place.city.refused(
        longer, "petition_office", {"step": "replied", "by": "31 days"}
    )
    place.city.post(longer, "petition_office", {"step": "replied", "by": "30 days"})
    (extended,) = petition.said_as(CaseDeadlineExtended)
    (accepted,) = petition.took("accepted")
    assert extended.due_at - accepted.due_at == 30 * DAY
    petition.take("hearing", "petition_office")
    assert [due["due_at"] for due in petition.view["due"]] == [None]

    now = datetime.now(UTC)
    past = [("mediation_offered", 49, "declined"), ("accepted", 48, None), ("replied", 40, None)]
    steps = [
        {"step": step, "at": str(now - ago * DAY), **({"outcome": outcome} if outcome else {})}
        | ({"texts": REPLY} if step == "replied" else {})
        for step, ago, outcome in past
    ]
    entered = place.city.post(
        "/v1/cases/records", "registrar", record(place, now - 50 * DAY, steps)
    )
    old = Matter(place.city, entered["case_id"], entered["receipt"])
    assert "that time is over" in old.refused("review_requested", "petition_office")
    assert old.view["is_open"]
    old.take("closed", "petition_office", measure="measure_1")

    replied = place.files("petition")
    replied.take("mediation_offered", "petition_office", outcome="declined")
    replied.take("accepted", "petition_office")
    for step, by, right in (
        ("replied", "department", "review_requested"),
        ("reviewed", "review_office", "recheck_requested"),
    ):
        replied.take(step, by, texts=REPLY)
        wait = replied.refused("closed", "petition_office", measure="measure_1")
        assert f"until then {right} may be" in wait
        assert str(day_of(now) + 31 * DAY) in wait
        replied.say(right)


def record(place, at, steps):
    return {
        "kind": "petition",
        "area": place.code,
        "text": "请求复查",
        "source": "visit",
        "at": str(at),
        "steps": steps,
    }


def test_i_18_a_petition_is_closed_under_a_measure(place):
    """The register of the five measures is the kind's own list; a closed petition names one."""
    measures = place.city.get("/v1/kinds/petition")["fields"]["measure"]
    assert len(measures) == 5
    petition = place.files("petition")
    petition.take("mediation_offered", "petition_office", outcome="agreed")
    petition.take("mediation_started", "petition_office")
    petition.take("mediation_ended", "petition_office", outcome="success")
    assert petition.refused("closed", "petition_office") == "Closed needs measure."
    assert "one of measure_1, measure_2" in petition.refused(
        "closed", "petition_office", measure="measure_6"
    )
    petition.take("closed", "petition_office", measure="measure_3")
    assert petition.said_as(CaseClosed)[0].fields == {"measure": "measure_3"}
    place.counts(1, "petition_law_measures")


def test_i_19_a_team_has_its_slots_filled(place):
    """1+1+3+N: the fixed slots are checked, the open ones are counted."""
    petition = place.files("petition", "petition_office", source="visit")
    petition.take("mediation_offered", "petition_office", outcome="declined")
    petition.take("accepted", "petition_office")
    team = {"leaders": 1, "coordinators": 1, "members": 3, "others": 6}
    assert "needs members" in petition.refused(
        "team_formed", "petition_office", leaders=1, coordinators=1
    )
    for slot in ("leaders", "coordinators", "members"):
        assert (
            f"{slot} is a whole number from"
            in petition.refused(
                "team_formed", "petition_office", **{**team, slot: team[slot] + 1}
            ).lower()
        )
    petition.take("team_formed", "petition_office", **team)
    petition.take("replied", "department", texts=REPLY)
    petition.say("review_requested")
    petition.take("reviewed", "review_office", texts=REPLY)
    petition.say("recheck_requested")
    petition.take("rechecked", "review_office", texts=REPLY)
    petition.take("closed", "petition_office", measure="measure_1")
    (formed,) = petition.took("team_formed")
    assert formed.numbers == team
    place.counts(1, "cases_closed", "kind:petition")


def test_i_20_who_waits_in_the_reading_room_may_bring_a_petition(place):
    rooms = ["waiting_and_reading_room", "public_reading_space", "staff_library"]
    room = {"kind": "reception_place", "name": "揭社通", "level": "county"}
    assert (
        "there is no function"
        in place.county.registers_refused(
            "channels", "registrar", functions=["canteen"], **room
        ).lower()
    )
    opened = place.county.registers("channels", "registrar", functions=rooms, **room)
    assert sorted(opened["functions"]) == sorted(rooms)
    waiting = {"source": "waiting_room", "channel": opened["channel_id"]}
    assert "filed by petition_office" in place.files_refused("petition", "window", **waiting)
    petition = place.files("petition", "petition_office", **waiting)
    (filed,) = petition.said_as(CaseFiled)
    assert (filed.source, str(filed.refs["channel"])) == ("waiting_room", opened["channel_id"])
    (said,) = place.city.said(f"channel-{opened['channel_id']}")
    assert (said.kind, said.level) == ("reception_place", "county")
    place.counts(1, "cases_filed", "kind:petition", "source:waiting_room")


def test_i_21_the_bureau_handles_the_department_guides_the_visitor_rates(place):
    petition = place.files("petition", "petition_office", source="visit", text="信访内容")
    assert petition.refused("mediation_offered", "grid_worker", outcome="agreed")
    path = f"/v1/cases/{petition.id}"
    for by, sees, reads in (("petition_office", 200, 200), ("reader", 200, 403)):
        asked = {"params": {"purpose": "handling"}}
        shown = place.city.huainan.send("intake", "GET", path, by)
        told = place.city.huainan.send("intake", "GET", f"{path}/texts", by, **asked)
        assert (shown.status_code, told.status_code) == (sees, reads), by
    strangers = place.city.huainan.send("intake", "GET", path, "clerk")
    assert strangers.status_code == 403

    assert "whole number from 1 to 5" in place.city.refused(
        "/v1/receipts/case/steps",
        None,
        {"code": petition.receipt, "step": "reception_rated", "warmth": 6},
    )
    petition.say("reception_rated", warmth=2)
    (rated,) = petition.took("reception_rated")
    assert (rated.outcome, rated.numbers) == ("bad", {"warmth": 2})
    petition.take("mediation_offered", "petition_office", outcome="declined")
    place.counts(2, "reception_warmth")
