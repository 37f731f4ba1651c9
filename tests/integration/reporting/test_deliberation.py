"""Forums, their sessions and leaders' meetings are counted as the figures of the texts ask."""

from datetime import date

from contracts.intake import (
    ForumClosed,
    ForumEstablished,
    ForumSessionHeld,
    MeetingHeld,
    MeetingMissed,
)
from tests.integration.reporting.city import CITY, COUNTY, HERE, NEXT_COUNTY, NEXT_DOOR, at, number

YEAR = {"since": "2026-01-01", "until": "2027-01-01"}


def forum(event, one, day, of="joint_council", area=HERE, brand=None):
    return event(area=area, time=at(day), forum_id=number(one), kind=of, brand=brand)


def session(one, day, participants, matters=0, agreed=0, of="joint_council", brand=None):
    said = {"forum_id": number(1), "session_id": number(one), "kind": of, "brand": brand}
    said |= {"participants": participants, "matters": matters, "agreed": agreed}
    return ForumSessionHeld(area=HERE, time=at(day), **said)


def about(one, day, of, level):
    area = CITY if level == "city" else COUNTY
    said = {"meeting_id": number(one), "kind": of, "level": level, "on": date.fromisoformat(day)}
    return {"area": area, "time": at(day), **said}


def held(one, day, of="relief", level="city", matters=0, **came):
    return MeetingHeld(**about(one, day, of, level), matters=matters, **{"visitors": 0, **came})


def missed(one, day, of="reception", level="city"):
    return MeetingMissed(**about(one, day, of, level))


async def test_communities_with_a_council_are_those_that_still_have_one(city):
    await city.says(
        forum(ForumEstablished, 1, "2026-01-05"),
        forum(ForumEstablished, 2, "2026-01-05", area=NEXT_DOOR),
        forum(ForumEstablished, 3, "2026-01-05", area=NEXT_COUNTY),
        forum(ForumEstablished, 4, "2026-01-05", "night_talk", brand="liuxia_shuoshi"),
        forum(ForumEstablished, 5, "2026-01-05", "night_talk", NEXT_DOOR),
        forum(ForumClosed, 2, "2026-06-01", area=NEXT_DOOR),
        forum(ForumClosed, 5, "2026-06-01", "night_talk", NEXT_DOOR),
        forum(ForumEstablished, 6, "2026-07-01", area=NEXT_DOOR),
    )
    summer = {"since": "2026-06-01", "until": "2026-07-01"}
    councils = "communities_with_joint_council"
    assert await city.number(councils, of=CITY, **summer) == 2
    assert await city.number(councils, of=CITY, **YEAR) == 3
    assert await city.number(councils, of=COUNTY, **YEAR) == 2
    assert await city.number("night_talk_sites", of=CITY, **YEAR) == 1
    assert await city.parts("forums", by="kind", of=CITY, **YEAR) == {
        "joint_council": 3,
        "night_talk": 1,
    }
    assert await city.number("forums", of=CITY, where="brand:liuxia_shuoshi", **YEAR) == 1


async def test_sessions_who_came_and_what_they_agreed_on(city):
    await city.says(
        session(1, "2026-01-05", 17, matters=3, agreed=2),
        session(2, "2026-02-05", 9, matters=1, agreed=1, brand="liuxia_shuoshi"),
        session(3, "2026-03-05", 40, of="village"),
        session(4, "2026-03-06", 20, matters=2, of="village"),
    )
    councils = {"where": "kind:joint_council", **YEAR}
    assert await city.number("deliberation_sessions", **councils) == 2
    assert await city.parts("deliberation_sessions", by="kind", **YEAR) == {
        "joint_council": 2,
        "village": 2,
    }
    assert await city.number("deliberation_sessions", where="brand:liuxia_shuoshi", **YEAR) == 1
    assert await city.number("deliberation_participations", **councils) == 26
    assert await city.number("deliberation_matters_discussed", **YEAR) == 6
    assert await city.number("deliberation_matters_agreed", **councils) == 3


async def test_relief_meetings_of_the_city_and_of_its_counties(city):
    await city.says(
        held(1, "2026-03-06", number=1, matters=2, solved=1),
        held(2, "2026-03-13", number=2, matters=1, solved=1),
        held(3, "2026-03-13", level="county", number=1, matters=4, solved=3),
        held(4, "2026-03-14", "reception", matters=2, visitors=7),
    )
    assert await city.parts("relief_meetings_held", by="level", of=CITY, **YEAR) == {
        "city": 2,
        "county": 1,
    }
    until_the_first = {"of": CITY, "since": "2026-01-01", "until": "2026-03-07"}
    assert await city.number("relief_meetings_held", where="level:city", **until_the_first) == 1
    assert await city.parts("relief_matters_resolved", by="level", of=CITY, **YEAR) == {
        "city": 2,
        "county": 3,
    }


async def test_who_was_received_and_what_was_missed(city):
    await city.says(
        held(1, "2026-03-06", "reception", visitors=7),
        held(2, "2026-03-09", "reception", visitors=5),
        held(3, "2026-03-09", "visit_down", "county", visitors=30),
        missed(4, "2026-03-10"),
        missed(5, "2026-03-10", "visit_down", "county"),
    )
    assert await city.parts("leaders_meetings_held", by="kind", of=CITY, **YEAR) == {
        "reception": 2,
        "visit_down": 1,
    }
    assert await city.parts("leaders_meetings_missed", by="level", of=CITY, **YEAR) == {
        "city": 1,
        "county": 1,
    }
    receptions = {"of": CITY, "where": "kind:reception", **YEAR}
    assert await city.number("visitors_received", **receptions) == 12
