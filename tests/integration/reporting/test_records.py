"""What a city set up so that people are heard is counted as the figures of the texts ask."""

from datetime import date

from contracts.intake import (
    ChannelClosed,
    ChannelOpened,
    MediatorEnrolled,
    MediatorLeft,
    ObservationReported,
    ObserverAppointed,
    ObserverReleased,
    TopicClosed,
    TopicPublished,
)
from tests.integration.reporting.city import (
    CITY,
    COUNTY,
    HERE,
    NEXT_COUNTY,
    NEXT_DOOR,
    OTHER_CITY,
    PROVINCE,
    at,
    number,
)

YEAR = {"since": "2026-01-01", "until": "2027-01-01"}


def topic(kind, one, day, theme="estate_governance", is_drive=True):
    fields = {"topic_id": number(one), "theme": theme, "is_drive": is_drive}
    if kind is TopicPublished:
        fields |= {"opens_on": date(2026, 3, 1), "closes_on": date(2026, 4, 1)}
    return kind(area=CITY, time=at(day), **fields)


def channel(kind, one, day, of="station", level="county", area=HERE, place=None):
    fields = {"channel_id": number(one), "kind": of, "place": place, "level": level}
    return kind(area=area, time=at(day), **fields)


def observer(kind, one, person, day, area=HERE):
    fields = {"observer_id": number(one), "person_id": number(person), "channel_id": number(1)}
    if kind is ObserverAppointed:
        fields["until"] = date(2027, 3, 1)
    return kind(area=area, time=at(day), **fields)


def observation(one, day, became, theme="safety"):
    fields = {"observation_id": number(one), "observer_id": number(1), "channel_id": number(1)}
    return ObservationReported(area=HERE, time=at(day), theme=theme, became=became, **fields)


def mediator(kind, one, day, of="expert", form="person", brand=None):
    fields = {"mediator_id": number(one), "kind": of, "form": form, "brand": brand}
    return kind(area=HERE, time=at(day), **fields)


async def test_topics_are_counted_by_theme_and_those_that_are_open(city):
    await city.says(
        topic(TopicPublished, 1, "2026-03-01"),
        topic(TopicPublished, 2, "2026-03-01", "safety", is_drive=False),
        topic(TopicClosed, 1, "2026-04-01"),
    )
    assert await city.number("topics_published", **YEAR) == 2
    assert await city.number("topics_published", where="is_drive:true", **YEAR) == 1
    assert await city.parts("topics_open", by="theme", **YEAR) == {
        "estate_governance": 0,
        "safety": 1,
    }
    assert await city.number("topics_open", since="2026-03-01", until="2026-04-01") == 2


async def test_observation_sites_are_those_designated_and_not_closed(city):
    """Figures: one of the province in a district, contact points, stations of city and counties."""
    await city.says(
        channel(ChannelOpened, 1, "2026-01-05", "contact_point", "province", area=NEXT_COUNTY),
        channel(ChannelOpened, 2, "2026-01-05", "contact_point", "county"),
        channel(ChannelOpened, 3, "2026-01-06", "station", "city"),
        channel(ChannelOpened, 4, "2026-01-07", "station", "county", area=NEXT_DOOR),
        channel(ChannelOpened, 5, "2026-01-07", "letter_box", "county", place="school"),
        channel(ChannelClosed, 4, "2026-06-01", "station", "county", area=NEXT_DOOR),
    )
    sites = {**YEAR, "area": PROVINCE}
    assert await city.number("observation_sites", **sites) == 3
    assert await city.number("observation_sites", where="kind:station", **sites) == 1
    assert await city.number("observation_sites", where="kind:contact_point", **sites) == 2
    assert await city.parts("observation_sites", by="level", **sites) == {
        "city": 1,
        "county": 1,
        "province": 1,
    }
    assert await city.number("channels_open", of=COUNTY, where="place:school", **YEAR) == 1


async def test_an_observer_of_two_stations_is_one_person(city):
    await city.says(
        observer(ObserverAppointed, 1, 7, "2026-01-05"),
        observer(ObserverAppointed, 2, 7, "2026-01-06", NEXT_DOOR),
        observer(ObserverAppointed, 3, 8, "2026-01-06"),
        observer(ObserverAppointed, 4, 9, "2026-01-06", OTHER_CITY),
        observer(ObserverReleased, 1, 7, "2026-06-01"),
        observer(ObserverReleased, 3, 8, "2026-07-01"),
    )
    spring = {"since": "2026-03-01", "until": "2026-04-01"}
    assert await city.number("observers", **spring) == 2
    assert await city.number("observers", **YEAR) == 1
    assert await city.number("observers", of=HERE, **YEAR) == 0


async def test_observations_are_counted_by_what_became_of_them(city):
    await city.says(
        observation(1, "2026-03-01", "note"),
        observation(2, "2026-03-02", "case"),
        observation(3, "2026-03-03", "case", "environment"),
    )
    assert await city.parts("observations_assessed", by="became", **YEAR) == {"case": 2, "note": 1}
    assert await city.number("observations_assessed", where="theme:safety", **YEAR) == 2


async def test_mediators_are_those_on_the_menu(city):
    await city.says(
        mediator(MediatorEnrolled, 1, "2026-03-01"),
        mediator(MediatorEnrolled, 2, "2026-03-01", "women", "group", "xinhe"),
        mediator(MediatorEnrolled, 3, "2026-03-01", "chamber", "organisation"),
        mediator(MediatorLeft, 1, "2026-05-01"),
    )
    assert await city.number("mediators", **YEAR) == 2
    assert await city.parts("mediators", by="form", **YEAR) == {
        "group": 1,
        "organisation": 1,
        "person": 0,
    }
    assert await city.number("mediators", where="brand:xinhe", **YEAR) == 1
