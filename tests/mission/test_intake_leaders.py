"""Leaders meet each week, sit each workday and go to see (I-15, I-16)."""

from datetime import timedelta
from uuid import uuid4

from chassis.workflow.workdays import is_workday
from contracts.intake import (
    CaseClosed,
    CaseEscalated,
    CaseFiled,
    CaseReopened,
    MeetingHeld,
    MeetingScheduled,
)
from reporting.periods import today

DAY = timedelta(days=1)
DONE = {"proof": "已通水，住户确认"}


def meets(place, kind, by, *, on=None, **outcome):
    """Leaders of the county meet; what came of it is recorded on the same day."""
    plan = {"kind": kind, "on": str(on or today())}
    meeting = place.county.registers("meetings", by, **plan)["meeting_id"]
    place.city.post(f"/v1/meetings/{meeting}/outcome", by, outcome)
    return meeting


def comes_before_leaders(place, **outcomes):
    """A relief meeting; returns what was said of it."""
    matters = [{"case_id": matter, "outcome": outcome} for matter, outcome in outcomes.items()]
    meeting = meets(place, "relief", "relief_office", matters=matters)
    return place.city.said(f"meeting-{meeting}", 2)[1]


def is_consulted_about(clue, level="county"):
    clue.take("assessed", "relief_office", level=level)
    clue.take("consulted_before", "relief_office")


def test_i_15_weekly_relief_closes_in_eight_steps(place):
    """Flow F4: a hard case is handed up, solved at a meeting, done, asked about, done again."""
    meetings = place.county.figure("relief_meetings_held", "level:county") or 0
    hard = place.files("request", category="facilities")
    hard.reaches("dispatched")
    hard.take("escalated", "dispatcher", level="county")
    clue = hard.splits("dispatcher", kind="relief", relation="leads_to", source="case")
    assert "allowed now: assessed, withdrawn" in clue.refused("closed", "relief_office")
    is_consulted_about(clue)
    assert "comes before a relief; name it in matters" in meets_refused(place)
    later = place.files("relief", "grid_worker", source="grid_worker")
    is_consulted_about(later)
    first = comes_before_leaders(place, **{clue.id: "solved", later.id: "postponed"})
    second = comes_before_leaders(place, **{later.id: "solved"})
    assert (type(first), first.matters, first.solved) == (MeetingHeld, 2, 1)
    assert (first.level, second.number) == ("county", first.number + 1)

    clue.take("assigned_after", "relief_office", department="housing")
    clue.take("followed_up", "department")
    clue.take("followed_up", "relief_office")
    assert clue.refused("closed", "relief_office") == "Closed needs proof."
    clue.take("closed", "relief_office", texts=DONE)
    clue.take("revisited", "relief_office", satisfaction=2)
    assert clue.view["step"] == "reopened"
    clue.take("followed_up", "relief_office")
    clue.take("closed", "relief_office", texts=DONE)
    clue.take("revisited", "relief_office", satisfaction=5)
    hard.take("resolved", "department")
    hard.take("closed", "dispatcher")

    assert clue.steps == [
        *("clue_collected", "assessed", "consulted_before", "solved_at_meeting", "assigned_after"),
        *("followed_up", "followed_up", "closed", "revisited", "reopened"),
        *("followed_up", "closed", "revisited"),
    ]
    (solved,) = clue.took("solved_at_meeting")
    assert solved.refs == {"meeting": first.meeting_id}
    assert len(clue.said_as(CaseReopened)) == 1
    assert (hard.said_as(CaseEscalated)[0].to, hard.said_as(CaseClosed)[0].kind) == (
        "county",
        "request",
    )
    place.counts(2, "cases_closed", "kind:relief")
    place.counts(1, "cases_escalated")
    place.county.counts(meetings + 2, "relief_meetings_held", "level:county")


def meets_refused(place):
    plan = place.county.registers("meetings", "relief_office", kind="relief", on=str(today()))
    path = f"/v1/meetings/{plan['meeting_id']}/outcome"
    return place.city.refused(path, "relief_office", {"visitors": 3})


def test_i_16_a_leader_sits_each_workday_and_goes_to_see(place):
    received = place.county.figure("visitors_received") or 0
    day = next(day for day in (today() - count * DAY for count in range(20)) if is_workday(day))
    off = next(
        day for day in (day.replace(day=1) + n * DAY for n in range(28)) if not is_workday(day)
    )
    entered = {"params": {"at": f"{day.replace(day=1)}T00:00:00+08:00"}}
    roster = {"area": place.county.code, "month": f"{day:%Y-%m}"}
    leader = {"on": str(day), "leader_id": str(uuid4())}
    path = "/v1/meetings/roster"
    not_then = {**roster, "days": [{**leader, "on": str(off)}]}
    assert "has the workdays of its month" in place.city.refused(
        path, "petition_office", not_then, **entered
    )
    put = {**roster, "days": [leader]}
    days = place.city.post(path, "petition_office", put, **entered)["days"]
    (sits,) = (one["meeting"] for one in days if one["on"] == str(day))
    other = {**roster, "days": [{**leader, "leader_id": str(uuid4())}]}
    assert "one leader sits each day" in place.city.refused(
        path, "petition_office", other, **entered
    )

    reception = sits["meeting_id"]
    came = {"visitors": 2, "heard": 2}
    place.city.post(f"/v1/meetings/{reception}/outcome", "petition_office", came)
    visitor = place.files("petition", "petition_office", source="reception", meeting=reception)
    down = place.county.registers("meetings", "petition_office", kind="visit_down", on=str(today()))
    went = f"/v1/meetings/{down['meeting_id']}/outcome"
    assert "names in place" in place.city.refused(went, "petition_office", {"heard": 1})
    place.city.post(went, "petition_office", {"heard": 1, "place": place.code})

    scheduled, held = place.city.said(f"meeting-{reception}", 2)
    assert (type(scheduled), scheduled.kind, scheduled.on) == (MeetingScheduled, "reception", day)
    assert (type(held), held.visitors, held.matters) == (MeetingHeld, 2, 2)
    assert str(visitor.said_as(CaseFiled)[0].refs["meeting"]) == reception
    assert place.city.said(f"meeting-{down['meeting_id']}", 2)[1].kind == "visit_down"
    place.counts(1, "cases_filed", "kind:petition", "source:reception")
    place.county.counts(received + 2, "visitors_received")
