"""What the figures of the source texts count of each kind of case, by what its steps bring."""

from tests.integration.reporting.city import CITY, COUNTY, HERE, NEXT_COUNTY, closed, filed, taken

YEAR = {"of": CITY, "since": "2026-01-01", "until": "2027-01-01"}
DAY = "2026-03-02"


def suggested(one, source, theme=None, area=HERE):
    said = filed(one, DAY, area, "suggestion", source)
    brought = {"category": "environment", "fields": {"theme": theme} if theme else {}}
    return said.model_copy(update={"step": "submitted", **brought})


def ended(one, kind, step, outcome=None, area=HERE, **brought):
    said = {"step": step, "outcome": outcome or step, **brought}
    return closed(one, DAY, area, kind, **said)


async def test_suggestions_are_counted_by_way_and_by_the_theme_of_the_call(city):
    await city.says(
        suggested(1, "letter_box", "estate_governance"),
        suggested(2, "resident", "estate_governance", NEXT_COUNTY),
        suggested(3, "resident"),
        filed(4, DAY),
        taken(1, DAY, "suggestion", "replied"),
        ended(1, "suggestion", "adopted", fields={"grade": "golden"}),
        ended(2, "suggestion", "adopted", fields={"grade": "ordinary"}, area=NEXT_COUNTY),
        ended(3, "suggestion", "not_adopted"),
    )
    received = "public_suggestions_received"
    assert await city.number(received, **YEAR) == 3
    assert await city.number(received, **YEAR, where="fields.theme:estate_governance") == 2
    assert await city.parts(received, by="source", **YEAR) == {"letter_box": 1, "resident": 2}
    assert await city.number(received, **{**YEAR, "of": COUNTY}) == 2
    assert await city.number("suggestions_replied", **YEAR) == 1
    assert await city.number("golden_ideas", **YEAR) == 1
    assert await city.parts("suggestions_adopted", by="fields.grade", **YEAR) == {
        "golden": 1,
        "ordinary": 1,
    }
    assert await city.number("suggestion_adoption_rate", **YEAR) == 66.7


async def test_mediation_of_petitions_and_disputes_is_counted_by_what_came_of_it(city):
    by_fan = {"method": "fan_jiuping", "brand": "fan_jiuping", "matter": "solved", "heart": "eased"}
    plain = {"method": "plain", "matter": "not_solved", "heart": "not_eased"}
    await city.says(
        taken(1, DAY, "petition", "mediation_ended", outcome="success"),
        taken(2, DAY, "petition", "mediation_ended", outcome="success"),
        taken(3, DAY, "petition", "mediation_ended", outcome="failure"),
        taken(4, DAY, "petition", "reception_rated", outcome="good", numbers={"warmth": 5}),
        taken(5, DAY, "petition", "reception_rated", outcome="bad", numbers={"warmth": 2}),
        ended(1, "petition", "closed", fields={"measure": "measure_1"}),
        ended(2, "petition", "closed", fields={"measure": "measure_1"}),
        ended(3, "petition", "closed", fields={"measure": "measure_4"}),
        taken(6, DAY, "dispute", "mediated", outcome="settled", fields=by_fan),
        taken(7, DAY, "dispute", "mediated", outcome="not_settled", fields=plain),
    )
    assert await city.number("petitions_mediated", **YEAR) == 3
    assert await city.number("petition_mediation_success_rate", **YEAR) == 66.7
    assert await city.number("reception_warmth", **YEAR) == 3.5
    assert await city.number("petition_law_measures", **YEAR) == 2
    settled = {**YEAR, "where": ["outcome:settled", "fields.method:fan_jiuping"]}
    assert await city.number("disputes_mediated", **settled) == 1
    assert await city.parts("disputes_mediated", by="fields.brand", **YEAR) == {
        "": 1,
        "fan_jiuping": 1,
    }


async def test_what_was_done_is_counted_by_level_forum_and_trips(city):
    await city.says(
        ended(1, "relief", "closed", fields={"level": "city"}, category="heating"),
        ended(2, "relief", "closed", fields={"level": "county"}),
        ended(3, "relief", "declined", fields={"level": "city"}),
        ended(4, "deliberation", "evaluated", "good", fields={"forum": "village"}),
        ended(5, "deliberation", "evaluated", "bad", fields={"forum": "joint_council"}),
        ended(6, "deliberation", "decided", "not_pursued", fields={"forum": "village"}),
        ended(7, "certificate", "issued"),
        ended(8, "certificate", "refused", category="kinship"),
        *(
            taken(10 + trips, DAY, "window", "done", numbers={"trips": trips})
            for trips in (0, 1, 1, 2)
        ),
    )
    levels = await city.parts("relief_matters_closed", by="fields.level", **YEAR)
    assert levels == {"city": 1, "county": 1}
    forums = await city.parts("deliberation_matters_done", by="fields.forum", **YEAR)
    assert forums == {"joint_council": 1, "village": 1}
    answers = await city.parts("certificates_answered", by="outcome", **YEAR)
    assert answers == {"issued": 1, "refused": 1}
    assert await city.number("window_trips", **YEAR) == 4
    assert await city.number("window_one_trip_rate", **YEAR) == 75.0
    (first, second) = await city.receipt("relief_matters_closed", **YEAR)
    assert {first["type"], second["type"]} == {"intake.case.closed.v1"}
