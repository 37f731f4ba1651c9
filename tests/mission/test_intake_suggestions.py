"""People's suggestions: called for, collected on many ways, always answered (I-01 … I-06, I-34)."""

from datetime import timedelta

from contracts.intake import (
    CaseClosed,
    CaseFiled,
    CaseLinked,
    ChannelClosed,
    ChannelOpened,
    ObservationReported,
    ObserverAppointed,
    ObserverReleased,
    TopicClosed,
    TopicPublished,
)
from reporting.periods import today
from tests.mission.city import Matter

DAY = timedelta(days=1)


def calls_for(place, **topic):
    """A topic that is open from today on."""
    days = {"opens_on": today().isoformat(), "closes_on": (today() + 30 * DAY).isoformat()}
    return place.registers("topics", "editor", **{"title": "大家来出主意", **days, **topic})


def answer(idea, reply="已列入明年计划"):
    """Assessed, assigned and replied to."""
    idea.take("assessed", "suggestion_desk", outcome="accepted")
    idea.take("assigned", "suggestion_desk", department="housing")
    idea.take("replied", "department", texts={"reply": reply})


def test_i_01_public_suggestion_platform(place):
    """Flow F2: called for, handed in, assessed, assigned, replied, adopted, counted."""
    assert "for the role editor" in place.registers_refused("topics", "dispatcher")
    topic = calls_for(place, theme="livelihood")["topic_id"]
    idea = place.files("suggestion", category="livelihood", topic=topic)
    idea.take("assessed", "suggestion_desk", outcome="accepted")
    assert "allowed now: assigned, withdrawn" in idea.refused("adopted", "suggestion_desk")
    idea.take("assigned", "suggestion_desk", department="civil_affairs")
    assert idea.refused("replied", "department") == "Replied needs reply."
    idea.take("replied", "department", texts={"reply": "明年开春动工"})
    idea.take("adopted", "suggestion_desk", grade="ordinary")

    assert idea.steps == ["submitted", "assessed", "assigned", "replied", "adopted"]
    (filed,) = idea.said_as(CaseFiled)
    (closed,) = idea.said_as(CaseClosed)
    assert (str(filed.refs["topic"]), filed.source) == (topic, "resident")
    assert (closed.fields["department"], closed.fields["grade"]) == ("civil_affairs", "ordinary")
    (published,) = place.city.said(f"topic-{topic}")
    assert (type(published), published.theme) == (TopicPublished, "livelihood")
    place.counts(1, "topics_open", "theme:livelihood")
    place.counts(1, "suggestions_replied")
    place.counts(1, "suggestions_adopted", "category:livelihood")


def test_i_01_a_declined_suggestion_is_answered_too(place):
    idea = place.files("suggestion", category="transport")
    idea.take("assessed", "suggestion_desk", outcome="declined")
    assert "allowed now: replied, withdrawn" in idea.refused("not_adopted", "suggestion_desk")
    idea.take("replied", "suggestion_desk", texts={"reply": "该路段已另有安排"})
    idea.take("not_adopted", "suggestion_desk")
    place.counts(1, "cases_closed", "kind:suggestion", "outcome:not_adopted")
    place.counts(1, "suggestions_replied")


def test_i_02_golden_ideas(place):
    """Of a drive the best are chosen; when its closing day has come it takes no more."""
    drive = calls_for(place, theme="estate_governance", is_drive=True)["topic_id"]
    ideas = [place.files("suggestion", category="estate_governance", topic=drive) for _ in "abc"]
    for idea in ideas:
        answer(idea)
    ideas[0].take("adopted", "suggestion_desk", grade="golden")
    assert ideas[1].refused("adopted", "suggestion_desk") == "Adopted needs grade."
    ideas[1].take("adopted", "suggestion_desk", grade="ordinary")
    ideas[2].take("not_adopted", "suggestion_desk")

    place.city.post(f"/v1/topics/{drive}/closure", "editor")
    late = place.files_refused("suggestion", category="estate_governance", topic=drive)
    assert late == "The topic topic names is closed; name one that is open."
    assert [type(one) for one in place.city.said(f"topic-{drive}", 2)] == [
        TopicPublished,
        TopicClosed,
    ]
    assert [one.said_as(CaseClosed)[0].fields.get("grade") for one in ideas] == [
        "golden",
        "ordinary",
        None,
    ]
    place.counts(3, "public_suggestions_received", "fields.theme:estate_governance")
    place.counts(2, "suggestions_adopted")
    place.counts(1, "golden_ideas")
    place.counts(0, "topics_open")


def test_i_02_a_drive_ends_by_itself(place):
    days = {"opens_on": str(today() - 9 * DAY), "closes_on": str(today() - 2 * DAY)}
    entered = {"at": f"{today() - 9 * DAY}T01:00:00Z"}
    body = {"area": place.code, "theme": "environment", "is_drive": True, "title": "夏季行动"}
    drive = place.city.post("/v1/topics", "editor", body | days, params=entered)["topic_id"]
    assert isinstance(place.city.said(f"topic-{drive}", 2)[-1], TopicClosed)


def test_i_03_suggestions_go_to_the_unit_that_owns_the_matter(place):
    """The routing table by theme stands in the kind's file, and the member units do."""
    themes = place.city.get("/v1/kinds/suggestion")["fields"]["category"]
    unit = themes["safety"]["suggests"]["department"]
    idea = place.files("suggestion", category="safety")
    idea.take("assessed", "suggestion_desk", outcome="accepted")
    assert idea.refused("assigned", "suggestion_desk") == "Assigned needs department."
    assert "one of housing, transport," in idea.refused(
        "assigned", "suggestion_desk", department="nobody"
    )
    assert "may be taken by suggestion_desk" in idea.refused(
        "assigned", "department", department=unit
    )
    idea.take("assigned", "suggestion_desk", department=unit)
    idea.take("replied", "department", texts={"reply": "已加装护栏"})
    assigned = idea.said()[2]
    assert (assigned.step, assigned.fields["department"]) == ("assigned", "public_security")


def opens(at, kind, **channel):
    made = at.registers("channels", "registrar", kind=kind, name="建言角", **channel)
    return made["channel_id"]


def test_i_04_channels_of_every_sort(place):
    refused = place.registers_refused(
        "channels", "registrar", kind="letter_box", name="信箱", level="village"
    )
    assert "kind of place" in refused
    box = opens(place, "letter_box", place="residential_area", level="village")
    site = opens(place, "collection_site", place="school", level="township")
    covered = {"area": place.code, "level": "village"}
    (row,) = place.city.get("/v1/channels/coverage", params=covered)["items"]
    assert (row["area"], row["channels"]) == (place.code, 2)
    bare = {"area": place.county.code, "level": "village", "is_covered": "false"}
    assert place.code not in {
        one["area"] for one in place.city.get("/v1/channels/coverage", params=bare)["items"]
    }

    place.city.post(f"/v1/channels/{box}/openings", "window", {"letters": 1})
    by_box = {"source": "letter_box", "channel": box, "category": "environment"}
    assert "filed by clerk" in place.files_refused("suggestion", "window", **by_box)
    letter = place.files("suggestion", "clerk", **by_box)
    place.files("suggestion", "clerk", source="collection_site", channel=site, category="health")
    (filed,) = letter.said_as(CaseFiled)
    assert (filed.source, str(filed.refs["channel"])) == ("letter_box", box)

    place.city.post(f"/v1/channels/{box}/closure", "registrar")
    assert "is closed" in place.files_refused("suggestion", "clerk", **by_box)
    opened, closed = place.city.said(f"channel-{box}", 2)
    assert (type(opened), opened.place) == (ChannelOpened, "residential_area")
    assert isinstance(closed, ChannelClosed)
    place.counts(1, "public_suggestions_received", "source:letter_box")
    place.counts(1, "public_suggestions_received", "source:collection_site")
    place.counts(1, "channels_open", "place:school")
    place.counts(0, "channels_open", "kind:letter_box")


def test_i_05_one_entrance_for_requests_and_suggestions(place):
    """The column takes both; what turns out to be of another kind goes on as that one."""
    urgent = place.files("request", category="facilities")
    place.files("suggestion", source="online_column", category="development")
    mistaken = place.files("request", text="建议在河边修一条步道")
    as_idea = {"kind": "suggestion", "relation": "leads_to", "joins": True, "source": "case"}
    classifier = "dispatcher suggestion_desk"
    assert "needs category" in mistaken.splits_refused(classifier, **as_idea)
    idea = mistaken.splits(classifier, **as_idea, category="development")
    told = place.city.get(
        f"/v1/cases/{idea.id}/texts", "suggestion_desk", params={"purpose": "handling"}
    )
    assert told["text"] == "建议在河边修一条步道"
    assert "joined case" in mistaken.refused("classified", "dispatcher", category="other")
    (closed,) = mistaken.said_as(CaseClosed)
    assert closed.outcome == "joined"
    imported = place.files(
        "suggestion", "suggestion_desk", source="provincial_system", category="other"
    )
    imported.take(
        "assessed", "suggestion_desk", outcome="accepted", texts={"external_number": "GD-2024-17"}
    )
    assert [one.step for one in urgent.said()][:2] == ["filed", "classified"]
    place.counts(2, "cases_filed", "kind:request")
    for source in ("online_column", "provincial_system", "case"):
        place.counts(1, "public_suggestions_received", f"source:{source}")


def test_i_06_a_suggestion_leads_on_and_learns_the_outcome(place):
    """Suggestion to relief clue; its end comes back to whoever made the suggestion."""
    idea = place.files("suggestion", category="livelihood")
    idea.take("assessed", "suggestion_desk", outcome="accepted")
    onward = {"kind": "relief", "relation": "leads_to", "source": "suggestion"}
    clue = idea.splits("suggestion_desk", **onward)
    (linked,) = idea.said_as(CaseLinked)
    assert (linked.relation, str(linked.to_case), linked.outcome) == ("leads_to", clue.id, None)

    clue.take("assessed", "relief_office", level="county")
    clue.take("declined", "relief_office", reason="solved_otherwise")
    idea.take("assigned", "suggestion_desk", department="civil_affairs")
    assert [one.outcome for one in idea.said_as(CaseLinked)] == [None, "declined"]
    (back,) = clue.said_as(CaseLinked)
    assert (back.relation, str(back.to_case)) == ("comes_from", idea.id)
    idea.take("replied", "department", texts={"reply": "已另行解决"})
    idea.take("adopted", "suggestion_desk", grade="ordinary")
    place.counts(1, "cases_closed", "kind:suggestion", "outcome:adopted")
    place.counts(1, "cases_closed", "kind:relief", "outcome:declined")


def test_i_34_observers_see_and_their_word_becomes_a_case(place):
    """Flow F20: station set up, observer appointed, observations become note and case."""
    station = opens(place, "station", level="county")
    of_a_village = {"kind": "station", "name": "站", "level": "village"}
    assert "is set up by a city or a county or a province" in place.registers_refused(
        "channels", "registrar", **of_a_village
    )
    until = str(today() + 300 * DAY)
    appointed = place.city.post(
        "/v1/observers", "registrar", {"channel_id": station, "name": "何观察", "until": until}
    )
    observer, person = appointed["observer_id"], appointed["person_id"]
    seen = {"theme": "community_governance", "text": "楼道堆物无人管"}
    path = f"/v1/observers/{observer}/observations"
    assert "for themselves alone" in place.city.refused(path, "observer", seen, actor="another")
    noted, told = (
        place.city.post(path, "observer", seen, actor=person)["observation_id"] for _ in "ab"
    )
    place.city.post(f"/v1/observations/{noted}/assessment", "dispatcher", {"became": "note"})
    as_idea = {"became": "case", "kind": "suggestion", "category": "estate_governance"}
    became = place.city.post(f"/v1/observations/{told}/assessment", "dispatcher", as_idea)
    idea = Matter(place.city, became["observation"]["case_id"], became["receipt"])
    (filed,) = idea.said_as(CaseFiled)
    assert (filed.source, str(filed.refs["observation"])) == ("observer", told)
    (reported,) = place.city.said(f"observation-{told}")
    assert (type(reported), reported.became, reported.case_kind) == (
        ObservationReported,
        "case",
        "suggestion",
    )

    place.city.post(f"/v1/observers/{observer}/release", "registrar")
    assert "term is over" in place.city.refused(path, "observer", seen, actor=person)
    assert [type(one) for one in place.city.said(f"observer-{observer}", 2)] == [
        ObserverAppointed,
        ObserverReleased,
    ]
    place.counts(1, "public_suggestions_received", "source:observer")
    place.counts(1, "observation_sites", "kind:station", "level:county")
    place.counts(2, "observations_assessed")
    place.counts(0, "observers")
