"""The other kinds of case and their records are planned as intake takes them, whatever the day."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid5

import pytest

from chassis.workflow.workdays import day_of
from contracts.intake import CaseStepOverdue
from intake.api.records.channels import NewChannel, NewOpening
from intake.api.records.forums import NewForum
from intake.api.records.mediators import NewMediator
from intake.api.records.meetings import NewOutcome
from intake.api.records.observations import NewObservation
from intake.api.records.observers import NewObserver
from intake.api.records.sessions import NewSession
from intake.api.records.topics import NewTopic
from intake.desk import load_kinds
from intake.domain import meeting, references
from intake.domain.decisions import deciding
from intake.lists import load_lists
from liuchi.demo import affairs, register
from liuchi.demo.affairs import courses, meetings, names, records
from liuchi.demo.size import FULL, SMALL
from tests.unit.demo.entered import filed

KINDS, LISTS = load_kinds(), load_lists()
DECIDER = deciding(KINDS)
PLACES = register.read()
COMMUNITIES = register.communities(PLACES, SMALL)

DAYS = {
    "a Sunday": datetime(2026, 11, 22, 8, tzinfo=UTC),
    "a Monday at midnight": datetime(2026, 11, 22, 16, tzinfo=UTC),
    "a Friday": datetime(2026, 11, 20, 4, tzinfo=UTC),
    "after the long holidays": datetime(2026, 10, 8, 1, tzinfo=UTC),
    "a year without a calendar": datetime(2031, 3, 12, 7, tzinfo=UTC),
}
UNTIL = DAYS["a Friday"]

BODIES = {
    "topics": NewTopic,
    "channels": NewChannel,
    "openings": NewOpening,
    "observers": NewObserver,
    "observations": NewObservation,
    "mediators": NewMediator,
    "forums": NewForum,
    "sessions": NewSession,
    "sessions_on_cases": NewSession,
}

on_every_day = pytest.mark.parametrize("until", DAYS.values(), ids=DAYS)


def planned(until, size=SMALL):
    kept = records.plan(size, COMMUNITIES, until, [*records.SORTS])
    met = meetings.plan(size, COMMUNITIES, until)
    known = affairs.occasions(kept, met)
    return kept, met, courses.plan(size, courses.City(COMMUNITIES, until, known))


def an_id(name):
    return uuid5(UUID(int=0), name)


class Ids(dict):
    """An id for whatever name."""

    def __missing__(self, name):
        return an_id(name)


def entered(one):
    return names.filled(one.record(), Ids())


def test_the_same_seed_makes_the_same_affairs_and_another_one_others():
    assert planned(UNTIL) == planned(UNTIL)
    for one, other in zip(planned(UNTIL), planned(UNTIL, replace(SMALL, seed=21)), strict=True):
        assert one != other


@on_every_day
def test_intake_takes_every_case(until):
    *_, told = planned(until)
    stands = Counter()
    for one in told:
        case = DECIDER.replay(DECIDER.decide(None, filed(KINDS, entered(one), until)))
        assert case.filed_at == one.at < until
        stands[one.kind] += 1
    assert stands.keys() == {*courses.KINDS}
    assert min(stands.values()) >= 9 * SMALL.rounds


def test_cases_of_every_kind_are_open_ended_and_late():
    *_, told = planned(UNTIL)
    found = {(kind, what): 0 for kind in courses.KINDS for what in ("open", "ended", "late")}
    for one in told:
        said = DECIDER.decide(None, filed(KINDS, entered(one), UNTIL))
        found[one.kind, "open" if DECIDER.replay(said).is_open else "ended"] += 1
        found[one.kind, "late"] += any(isinstance(event, CaseStepOverdue) for event in said)
    assert all(found.values()), found


@on_every_day
def test_steps_are_told_in_order_and_none_lies_ahead(until):
    *_, told = planned(until)
    for one in told:
        times = [one.at, *(datetime.fromisoformat(step["at"]) for step in one.told["steps"]), until]
        assert times == sorted(times)


def test_every_step_of_every_course_is_told_on_a_usual_day():
    *_, told = planned(UNTIL)
    said = Counter((one.kind, step["step"]) for one in told for step in one.told["steps"])
    courses_of = names.told(courses.FILE)
    asked = {
        (kind, step["step"])
        for kind in courses.KINDS
        for course in courses_of[kind]["course"]
        for step in course.get("steps", ())
    }
    assert asked <= said.keys()


@on_every_day
def test_what_a_case_refers_to_is_on_record_near_it(until):
    kept, met, told = planned(until)
    known = {**{one.name: of_record(kept, one) for one in kept}, **of_meetings(met)}
    for one in told:
        for brought in ({**one.told, "steps": ()}, *one.told["steps"]):
            for field, value in brought.items():
                for name in names.named(value):
                    references.check(KINDS[one.kind], one.area, field, known[name])


def of_record(kept, one):
    owner = next((other for other in kept if one.of and other.name == one.of), one)
    kind = one.body.get("kind") or one.body.get("theme", "")
    return references.Record(one.sort.removesuffix("s"), kind, owner.body.get("area"), True)


def of_meetings(met):
    return {one.name: references.Record("meeting", one.kind, register.CITY, True) for one in met}


@on_every_day
def test_records_are_what_intake_takes_and_told_apart_by_their_times(until):
    kept, *_ = planned(until)
    made = {one.name: one.at for one in kept}
    for one in kept:
        asked = BODIES[one.sort].model_validate(names.filled(one.body, Ids()))
        assert one.at < until
        assert all(made[name] < one.at for name in one.names & made.keys())
        if one.sort == "topics":
            assert day_of(one.at) <= asked.opens_on < asked.closes_on
    assert len({(one.sort, one.at) for one in kept}) == len(kept)


@on_every_day
def test_meetings_are_scheduled_and_held_on_their_days(until):
    _, met, _ = planned(until)
    assert {one.kind for one in met} - {"reception"} == {"relief", "visit_down", "mediation_tour"}
    for one in met:
        scheduled_at = min(one.held_at - meetings.DAY, until)
        rules = LISTS.meeting_kinds[one.kind]
        leader = UUID(one.leader) if one.leader else None
        command = meeting.ScheduleMeeting(
            UUID(int=1), one.kind, rules, register.CITY, one.on, scheduled_at, leader
        )
        there = meeting.decider.replay(meeting.decider.decide(None, command))
        if one.outcome:
            asked = NewOutcome.model_validate(names.filled(one.outcome, Ids()))
            assert one.held_at < until
            outcomes = [matter.outcome for matter in asked.matters]
            held = meeting.HoldMeeting(rules, one.held_at, outcomes, asked.heard, place=asked.place)
            assert meeting.decider.decide(there, held)


def test_where_holidays_are_not_published_nobody_is_on_the_roster():
    _, met, told = planned(DAYS["a year without a calendar"])
    assert all(one.leader is None for one in met)
    assert all(one.told["source"] != "reception" for one in told)


def test_a_city_without_rounds_has_requests_only():
    *_, told = planned(UNTIL, replace(FULL, rounds=0))
    assert told == []
