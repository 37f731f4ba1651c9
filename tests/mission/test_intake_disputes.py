"""Disputes settled by somebody whom the parties trust (I-22 … I-30)."""

from contracts.intake import (
    CaseClosed,
    CaseFiled,
    MediatorEnrolled,
    MediatorLeft,
    MeetingHeld,
)
from reporting.periods import today

SETTLED = {"outcome": "settled", "matter": "solved", "heart": "eased"}


def enrols(place, kind, form="person", **mediator):
    made = place.registers(
        "mediators", "registrar", kind=kind, form=form, name="说事人老周", **mediator
    )
    return made["mediator_id"]


def brings(place, category="neighbours", **dispute):
    return place.files("dispute", category=category, **{"source_class": "none", **dispute})


def is_mediated(dispute, method, phases=(), *, result=SETTLED, **asked):
    """By whoever was asked, phase after phase, to the end of the matter."""
    if asked:
        dispute.take("assigned", "dispatcher", **asked)
    dispute.take("mediating", "mediator", method=method)
    for phase in phases:
        dispute.take("phase_entered", "mediator", phase=phase)
    dispute.take("mediated", "mediator", **result)
    dispute.take("closed", "dispatcher")


def test_i_22_disputes_are_worked_one_by_one_by_source(place):
    assert "Filed needs source_class" in place.files_refused("dispute", category="land")
    assert "one of lawsuit, petition, police_call, none" in place.files_refused(
        "dispute", category="land", source_class="rumour"
    )
    expert = enrols(place, "expert")
    for source_class in ("lawsuit", "petition", "police_call"):
        dispute = brings(place, "land", source_class=source_class)
        assert "allowed now: mediator_chosen" in dispute.refused("mediated", "mediator", **SETTLED)
        is_mediated(dispute, "plain", mediator=expert, panel="single")
        (closed,) = dispute.said_as(CaseClosed)
        assert (closed.fields["source_class"], closed.fields["matter"]) == (source_class, "solved")
    place.counts(3, "cases_closed", "kind:dispute", "category:land")
    place.counts(3, "disputes_mediated", "outcome:settled")


def test_i_23_settled_by_the_six_foot_lane(place):
    expert = enrols(place, "respected_local")
    dispute = brings(place)
    dispute.take("assigned", "dispatcher", mediator=expert, panel="single")
    assert dispute.refused("mediating", "mediator") == "Mediating needs method."
    assert "one of six_foot_lane, fengqiao" in dispute.refused(
        "mediating", "mediator", method="by_force"
    )
    is_mediated(dispute, "six_foot_lane")
    other = brings(place)
    unsettled = {"outcome": "not_settled", "matter": "not_solved", "heart": "not_eased"}
    is_mediated(other, "fengqiao", result=unsettled, mediator=expert, panel="single")
    (mediated,) = dispute.took("mediated")
    assert (mediated.outcome, mediated.fields["method"]) == ("settled", "six_foot_lane")
    place.counts(1, "disputes_mediated", "fields.method:six_foot_lane", "outcome:settled")
    place.counts(1, "disputes_mediated", "fields.method:fengqiao", "outcome:not_settled")


def test_i_24_five_phases_one_after_the_other(place):
    expert = enrols(place, "good_talker")
    dispute = brings(place, "property", origin="legacy")
    dispute.take("assigned", "dispatcher", mediator=expert, panel="single")
    dispute.take("mediating", "mediator", method="five_character")
    dispute.take("phase_entered", "mediator", phase="lead")
    assert "goes on to guide" in dispute.refused("phase_entered", "mediator", phase="discuss")
    assert "does not fit here; it is one of lead, guide, discuss, reconcile, control" in (
        dispute.refused("phase_entered", "mediator", phase="calm")
    )
    for phase in ("guide", "discuss", "reconcile", "control"):
        dispute.take("phase_entered", "mediator", phase=phase)
    assert "the last of" in dispute.refused("phase_entered", "mediator", phase="control")
    dispute.take("mediated", "mediator", **SETTLED)
    dispute.take("closed", "dispatcher")
    dispute.say("revisited", satisfaction=1)  # it flared up again
    assert dispute.view["step"] == "reopened"
    phases = dispute.took("phase_entered")
    assert [one.fields["phase"] for one in phases] == [
        *("lead", "guide", "discuss", "reconcile", "control")
    ]
    assert {one.fields["origin"] for one in phases} == {"legacy"}
    place.counts(1, "disputes_mediated", "fields.method:five_character")
    place.counts(1, "cases_reopened", "kind:dispute")


def test_i_25_the_matter_solved_and_the_heart_eased(place):
    alone = {"kind": "confidante", "form": "person", "name": "闺蜜"}
    assert "group" in place.registers_refused("mediators", "registrar", **alone)
    team = enrols(place, "confidante", "group", brand="confidantes", skills=["psychology"])
    dispute = brings(place, "family")
    dispute.take("assigned", "dispatcher", mediator=team, panel="group")
    dispute.take("mediating", "mediator", method="three_character")
    for phase in ("calm", "change_places", "reason"):
        dispute.take("phase_entered", "mediator", phase=phase)
    both = "Mediated needs matter, heart."
    assert dispute.refused("mediated", "mediator", outcome="settled") == both
    dispute.take("mediated", "mediator", outcome="settled", matter="solved", heart="not_eased")
    dispute.take("closed", "dispatcher")
    (closed,) = dispute.said_as(CaseClosed)
    assert (closed.fields["matter"], closed.fields["heart"]) == ("solved", "not_eased")
    place.counts(1, "disputes_mediated", "fields.matter:solved", "fields.heart:not_eased")


def test_i_26_a_panel_from_the_pool(place):
    pool = {
        kind: enrols(place, kind, brand="fan_jiuping")
        for kind in ("good_talker", "expert", "law_explainer")
    }
    listed = place.city.get("/v1/mediators", params={"area": place.code, "brand": "fan_jiuping"})
    assert {one["mediator_id"] for one in listed["items"]} == set(pool.values())
    dispute = brings(place, "wages")
    assert "needs mediator, panel" in dispute.refused("assigned", "dispatcher")
    panel = {"mediator": pool["expert"], "panel": "panel", "panel_size": 3, "size": "large"}
    is_mediated(dispute, "fan_jiuping", **panel)
    (assigned,) = dispute.took("assigned")
    assert (assigned.numbers, str(assigned.refs["mediator"])) == (
        {"panel_size": 3},
        pool["expert"],
    )
    place.city.post(f"/v1/mediators/{pool['expert']}/departure", "registrar")
    enrolled, left = place.city.said(f"mediator-{pool['expert']}", 2)
    assert (type(enrolled), enrolled.brand, type(left)) == (
        MediatorEnrolled,
        "fan_jiuping",
        MediatorLeft,
    )
    assert "is closed" in brings(place, "wages").refused("assigned", "dispatcher", **panel)
    place.counts(1, "disputes_mediated", "fields.method:fan_jiuping")
    place.counts(2, "mediators", "brand:fan_jiuping")


def test_i_27_parties_choose_from_the_menu_or_outside_it(place):
    """Flow F10: chosen, declined, somebody of one's own named instead, and as valid."""
    cadre = enrols(place, "retired_cadre", skills=["neighbours"])
    asked = {"area": place.code, "kind": "retired_cadre"}
    menu = place.city.get("/v1/mediators", "mediator", params=asked)["items"]
    assert [(one["mediator_id"], one["name"]) for one in menu] == [(cadre, None)]
    dispute = brings(place)
    assert "may be taken by dispatcher, mediator" in dispute.refused(
        "mediator_chosen", "grid_worker", mediator=cadre
    )
    dispute.take("mediator_chosen", "dispatcher", mediator=cadre)
    dispute.take("mediator_declined", "mediator")
    assert dispute.refused("outsider_named", "dispatcher") == "outsider_named needs nominee."
    dispute.take("outsider_named", "dispatcher", texts={"nominee": "邻村老支书"})
    assert "allowed now: mediator_accepted" in dispute.refused(
        "mediating", "mediator", method="plain"
    )
    dispute.take("mediator_accepted", "mediator")
    is_mediated(dispute, "plain")

    plan = {"kind": "mediation_tour", "on": str(today())}
    tour = place.county.registers("meetings", "petition_office", **plan)["meeting_id"]
    went = {"place": place.code, "heard": 2}
    place.city.post(f"/v1/meetings/{tour}/outcome", "petition_office", went)
    there = place.files(
        "dispute", "mediator", source="mediator", category="land", source_class="none", tour=tour
    )
    assert isinstance(place.city.said(f"meeting-{tour}", 2)[1], MeetingHeld)
    assert str(there.said_as(CaseFiled)[0].refs["tour"]) == tour
    assert dispute.steps[:5] == [
        *("filed", "mediator_chosen", "mediator_declined", "outsider_named", "mediator_accepted")
    ]
    place.counts(1, "disputes_mediated", "outcome:settled")
    place.counts(1, "mediators", "kind:retired_cadre")


def test_i_28_women_mediate_as_a_group(place):
    group = enrols(place, "women", "group", brand="xinhe")
    dispute = brings(place, "family")
    is_mediated(dispute, "xinhe", mediator=group, panel="group")
    (enrolled,) = place.city.said(f"mediator-{group}")
    assert (enrolled.kind, enrolled.form, enrolled.brand) == ("women", "group", "xinhe")
    (closed,) = dispute.said_as(CaseClosed)
    assert (closed.fields["method"], closed.fields["panel"]) == ("xinhe", "group")
    place.counts(1, "disputes_mediated", "fields.method:xinhe")


def test_i_29_a_chamber_of_commerce_mediates_and_reports_back(place):
    assert place.registers_refused(
        "mediators", "registrar", kind="chamber", form="person", name="会长"
    )
    chamber = enrols(place, "chamber", "organisation")
    dispute = brings(place, "enterprise")
    is_mediated(dispute, "plain", mediator=chamber, panel="chamber")
    petition = place.files("petition", "petition_office", source="letter")
    petition.take("mediation_offered", "petition_office", outcome="agreed")
    petition.take("mediation_started", "petition_office", mediator=chamber)
    petition.take("mediation_ended", "mediator", outcome="success")
    petition.take("closed", "petition_office", measure="measure_2")
    (started,) = petition.took("mediation_started")
    assert str(started.refs["mediator"]) == chamber
    place.counts(1, "mediators", "form:organisation")
    place.counts(1, "disputes_mediated", "outcome:settled")
    place.counts(1, "petitions_mediated", "outcome:success")


def test_i_30_two_villages_make_their_peace(place):
    """The other village's side is a part of the case, filed where that village is."""
    other = place.city.next_village()
    feud = brings(place, "village_feud", origin="legacy")
    side = feud.splits(
        "dispatcher",
        kind="dispute",
        relation="has_part",
        area=other.code,
        category="village_feud",
        source="hotline",
        source_class="none",
    )
    assert (side.view["area"], side.view["category"]) == (other.code, "village_feud")
    elder = enrols(place.county, "respected_local")
    phases = ("talks", "custom_lifted", "pact_signed", "watch")
    feud.take("assigned", "dispatcher", mediator=elder, panel="single", size="large")
    feud.take("mediating", "mediator", method="reconciliation")
    assert "goes on to talks" in feud.refused("phase_entered", "mediator", phase="pact_signed")
    for phase in phases:
        feud.take("phase_entered", "mediator", phase=phase)
    feud.take("mediated", "mediator", **SETTLED)
    feud.take("agreement_signed", "dispatcher", texts={"agreement": "两村结为睦邻"})
    feud.take("fulfilled", "mediator")
    feud.take("closed", "dispatcher")
    entered = feud.took("phase_entered")
    assert [one.fields["phase"] for one in entered] == list(phases)
    (closed,) = feud.said_as(CaseClosed)
    assert (closed.fields["matter"], closed.fields["heart"]) == ("solved", "eased")
    place.counts(1, "disputes_mediated", "fields.method:reconciliation", "fields.heart:eased")
