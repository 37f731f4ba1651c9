"""People sit together and settle what concerns them all, in six steps (I-07 … I-14)."""

from contracts.intake import (
    CaseClosed,
    CaseFiled,
    ForumClosed,
    ForumEstablished,
    ForumSessionHeld,
)
from tests.mission.city import Matter

THERE = {"committee": 2, "residents": 7}
SIX_STEPS = ["collected", "discussed", "decided", "in_execution", "supervised", "evaluated"]


def establishes(place, kind, **forum):
    return place.registers("forums", "registrar", kind=kind, name="柳下", **forum)["forum_id"]


def meets(place, forum, *matters, **session):
    """`matters` are a matter and what came of it, one after the other."""
    return place.city.post(f"/v1/forums/{forum}/sessions", "host", session_of(matters, session))


def meets_refused(place, forum, *matters, **session):
    body = session_of(matters, session)
    return place.city.refused(f"/v1/forums/{forum}/sessions", "host", body)


def session_of(matters, session):
    settled = [
        {"case_id": matter.id, "outcome": outcome}
        for matter, outcome in zip(matters[::2], matters[1::2], strict=True)
    ]
    return {"participants": THERE, "matters": settled, **session}


def carry_out(matter, **marks):
    """What was agreed on is decided, done, supervised and evaluated."""
    matter.take("decided", "host", outcome="pursued")
    matter.take("in_execution", "host", executor="property_company")
    matter.take("supervised", "supervisor")
    matter.take("evaluated", "host", score=5, **marks)


def test_i_07_six_steps_of_which_none_is_left_out(place):
    hall = establishes(place, "community_hall")
    matter = place.files("deliberation", category="facilities")
    for step in SIX_STEPS[2:]:
        assert "allowed now: discussed, withdrawn" in matter.refused(step, "host")
    session = meets(place, hall, matter, "agreed")["session_id"]
    assert "allowed now: decided" in matter.refused("in_execution", "host")
    carry_out(matter)

    assert matter.steps == SIX_STEPS
    (discussed,) = matter.took("discussed")
    assert (discussed.outcome, str(discussed.refs["session"])) == ("agreed", session)
    assert discussed.fields["forum"] == "community_hall"
    (done,) = matter.said_as(CaseClosed)
    assert (done.outcome, done.numbers) == ("good", {"score": 5})
    place.counts(1, "deliberation_matters_done", "fields.forum:community_hall")


def test_i_07_what_is_decided_against_ends_there(place):
    matter = place.files("deliberation", category="parking")
    meets(place, establishes(place, "community_hall"), matter, "agreed")
    matter.take("decided", "host", outcome="not_pursued")
    assert "has ended with decided" in matter.refused("in_execution", "host", executor="residents")
    place.counts(1, "cases_closed", "kind:deliberation", "outcome:not_pursued")
    place.counts(0, "deliberation_matters_done")


def test_i_08_a_matter_climbs_from_building_to_community(place):
    """Flow F3: what is not settled on one level goes up one, by one."""
    rungs = ("building_corner", "grid_pavilion", "community_hall")
    corner, pavilion, hall = (establishes(place, kind) for kind in rungs)
    above = place.city.get(f"/v1/forums/{corner}/above")
    assert [one["forum_id"] for one in above] == [pavilion]

    idea = place.files("suggestion", category="estate_governance")
    idea.take("assessed", "suggestion_desk", outcome="accepted")
    matter = idea.splits(
        "suggestion_desk",
        kind="deliberation",
        relation="leads_to",
        source="suggestion",
        category="safety",
    )
    meets(place, corner, matter, "open")
    assert "goes on to grid_pavilion" in matter.refused("raised", "host", venue="community_hall")
    matter.take("raised", "host", venue="grid_pavilion")
    assert "stands at grid_pavilion" in meets_refused(place, corner, matter, "open")
    meets(place, pavilion, matter, "open")
    matter.take("raised", "host", venue="community_hall")
    meets(place, hall, matter, "agreed")
    carry_out(matter)
    idea.take("assigned", "suggestion_desk", department="housing")
    idea.take("replied", "department", texts={"reply": "议定事项已办结"})

    raised = matter.took("raised")
    assert [one.fields["venue"] for one in raised] == ["grid_pavilion", "community_hall"]
    held = place.city.said(f"forum-{corner}", 2)[1]
    assert (type(held), held.matters, held.agreed) == (ForumSessionHeld, 1, 0)
    place.city.post(f"/v1/forums/{corner}/closure", "registrar")
    assert isinstance(place.city.said(f"forum-{corner}", 3)[-1], ForumClosed)
    assert "closed" in meets_refused(place, corner)
    place.counts(1, "deliberation_sessions", "kind:grid_pavilion")
    place.counts(1, "deliberation_matters_done", "fields.forum:community_hall")
    place.counts(2, "forums")


def test_i_09_brands_are_labels_that_count(place):
    assert (
        "there is no brand"
        in place.registers_refused(
            "forums", "registrar", kind="village", name="亭", brand="nobody"
        ).lower()
    )
    forum = establishes(place, "community_hall", brand="liuxia_shuoshi")
    meets(place, forum)
    meets(place, forum)
    established, *held = place.city.said(f"forum-{forum}", 3)
    assert (type(established), established.brand) == (ForumEstablished, "liuxia_shuoshi")
    assert [one.brand for one in held] == ["liuxia_shuoshi"] * 2
    uncle = {"kind": "good_talker", "form": "person", "name": "老娘舅", "brand": "laoniangjiu"}
    asked = place.registers("mediators", "registrar", **uncle)["mediator_id"]
    dispute = place.files("dispute", category="neighbours", source_class="none")
    dispute.take("assigned", "dispatcher", mediator=asked, panel="single")
    dispute.take("mediating", "mediator", method="plain", brand="laoniangjiu")
    dispute.take("mediated", "mediator", outcome="settled", matter="solved", heart="eased")
    place.counts(2, "deliberation_sessions", "brand:liuxia_shuoshi")
    place.counts(1, "disputes_mediated", "fields.brand:laoniangjiu")


def test_i_10_a_village_session_names_its_guideline(place):
    forum = establishes(place, "village")
    assert "names the guideline" in meets_refused(place, forum)
    assert "there is no guideline" in meets_refused(place, forum, guideline="drafted").lower()
    by = {"guideline": "village_2024_1"}
    matters = [place.files("deliberation", category="environment") for _ in "ab"]
    meets(place, forum, **by)
    meets(place, forum, matters[0], "agreed", matters[1], "agreed", **by)
    for matter in matters:
        carry_out(matter)
    held = place.city.said(f"forum-{forum}", 3)[1:]
    assert [(one.guideline, one.matters) for one in held] == [
        ("village_2024_1", 0),
        ("village_2024_1", 2),
    ]
    place.counts(2, "deliberation_sessions", "kind:village")
    place.counts(2, "deliberation_matters_done", "fields.forum:village")


def test_i_11_one_joint_council_in_each_community(place):
    council = establishes(place, "joint_council")
    again = place.registers_refused("forums", "registrar", kind="joint_council", name="二")
    assert f"has a joint_council already, {council}" in again
    without_lead = {"participants": {"owners_committee": 1, "property_company": 1}}
    assert "not held without committee" in meets_refused(place, council, **without_lead)
    parties = {"committee": 2, "owners_committee": 3, "property_company": 1, "units": 1}
    matters = [place.files("deliberation", category=one) for one in ("environment", "facilities")]
    meets(
        place,
        council,
        matters[0],
        "agreed",
        matters[1],
        "open",
        participants={**parties, "residents": 9},
    )
    carry_out(matters[0])
    held = place.city.said(f"forum-{council}", 2)[1]
    assert (held.kind, held.participants, held.matters, held.agreed) == ("joint_council", 16, 2, 1)
    place.counts(1, "communities_with_joint_council")
    place.counts(1, "deliberation_matters_agreed", "kind:joint_council")
    place.counts(1, "deliberation_matters_done", "category:environment")


def test_i_12_what_is_raised_at_a_night_talk_is_followed_up(place):
    """Flow F6: problems raised there become cases and matters of deliberation."""
    talk = establishes(place, "night_talk")
    lamp = {"kind": "request", "text": "三号楼路灯不亮", "category": "facilities"}
    fence = {"text": "要不要加装围栏", "category": "safety"}
    held = meets(
        place,
        talk,
        participants={"party_branch": 2, "owners_committee": 3, "property_company": 1},
        raised=[lamp, fence],
    )
    request, matter = (Matter(place.city, one["case_id"], one["receipt"]) for one in held["raised"])
    for one in (request, matter):
        (filed,) = one.said_as(CaseFiled)
        assert (filed.source, str(filed.refs["session"])) == ("night_talk", held["session_id"])
    assert request.seen["step"] == "dispatched"
    meets(place, talk, matter, "agreed")
    carry_out(matter)
    place.counts(1, "cases_filed", "kind:request", "source:night_talk")
    place.counts(1, "cases_filed", "kind:deliberation", "source:night_talk")
    place.counts(1, "night_talk_sites")


def test_i_13_small_deeds_have_four_marks(place):
    platform = establishes(place, "small_platform")
    off_the_list = place.files_refused("deliberation", category="dancing")
    assert "is one of environment, facilities" in off_the_list
    matter = place.files("deliberation", category="customs")
    meets(place, platform, matter, "agreed")
    marks = ("has_venue", "has_basis", "has_standard", "has_effect")
    carry_out(matter, **dict.fromkeys(marks, "yes"))
    (done,) = matter.said_as(CaseClosed)
    assert [done.fields[mark] for mark in marks] == ["yes"] * 4
    assert done.fields["forum"] == "small_platform"
    place.counts(1, "deliberation_matters_done", "fields.forum:small_platform")


def test_i_14_young_people_raise_and_settle(place):
    series = establishes(place, "youth")
    assert "not held without young_residents" in meets_refused(place, series)
    young = {"participants": {"young_residents": 12, "community_workers": 2, "volunteers": 3}}
    raised = [{"text": "想要一个书角", "category": "culture"}]
    (begun,) = meets(place, series, raised=raised, **young)["raised"]
    matter = Matter(place.city, begun["case_id"], begun["receipt"])
    meets(place, series, matter, "agreed", **young)
    carry_out(matter)
    place.city.post(f"/v1/forums/{series}/closure", "registrar")
    established, first, second, closed = place.city.said(f"forum-{series}", 4)
    assert (established.kind, first.participants, second.agreed) == ("youth", 17, 1)
    assert isinstance(closed, ForumClosed)
    place.counts(34, "deliberation_participations", "kind:youth")
    place.counts(1, "deliberation_matters_done", "fields.forum:youth")
