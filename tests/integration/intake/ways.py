"""One full way through each shipped kind, to its end: who takes which step, with what."""

from datetime import UTC, datetime

from chassis.workflow.workdays import day_of
from tests.integration.intake.town import COUNTY, VILLAGE

REPLY = {"texts": {"reply": "已经办好，谢谢您"}}
TEAM = {"leaders": 1, "coordinators": 1, "members": 3}
SOLVED = {"matter": "solved", "heart": "eased", "outcome": "settled", "brand": "laoniangjiu"}

WAYS = {
    "request": [
        ("classified", "dispatcher", {"category": "property"}),
        ("dispatched", "dispatcher", {}),
        ("in_progress", "department", {}),
        ("resolved", "department", {}),
        ("closed", "dispatcher", {}),
        ("revisited", "dispatcher", {"satisfaction": 5}),
    ],
    "suggestion": [
        ("assessed", "suggestion_desk", {"outcome": "accepted"}),
        ("assigned", "suggestion_desk", {"department": "housing"}),
        ("replied", "department", REPLY),
        ("adopted", "suggestion_desk", {"grade": "golden"}),
    ],
    "petition": [
        ("reception_rated", "petition_office", {"warmth": 5}),
        ("mediation_offered", "petition_office", {"outcome": "agreed"}),
        ("mediation_started", "mediator", {"mediator": "@mediator"}),
        ("mediation_ended", "mediator", {"outcome": "failure"}),
        ("accepted", "petition_office", {}),
        ("team_formed", "petition_office", TEAM),
        ("hearing", "petition_office", {}),
        ("heard", "petition_office", {}),
        ("replied", "petition_office", REPLY),
        ("review_requested", "petition_office", {}),
        ("reviewed", "review_office", REPLY),
        ("recheck_requested", "petition_office", {}),
        ("rechecked", "review_office", REPLY),
        ("closed", "petition_office", {"measure": "measure_1"}),
        ("revisited", "petition_office", {"satisfaction": 4}),
    ],
    "dispute": [
        ("outsider_named", "dispatcher", {"texts": {"nominee": "村东的老张"}}),
        ("mediator_declined", "mediator", {}),
        ("mediator_chosen", "dispatcher", {"mediator": "@mediator"}),
        ("mediator_accepted", "mediator", {}),
        ("mediating", "mediator", {"method": "three_character"}),
        ("phase_entered", "mediator", {"phase": "calm"}),
        ("phase_entered", "mediator", {"phase": "change_places"}),
        ("phase_entered", "mediator", {"phase": "reason"}),
        ("mediated", "mediator", SOLVED),
        ("agreement_signed", "mediator", {"texts": {"agreement": "各退三尺"}}),
        ("fulfilled", "mediator", {}),
        ("closed", "dispatcher", {}),
        ("revisited", "mediator", {"satisfaction": 5}),
    ],
    "relief": [
        ("assessed", "relief_office", {"level": "county"}),
        ("consulted_before", "relief_office", {}),
        ("solved_at_meeting", "relief_office", {"meeting": "@meeting", "outcome": "solved"}),
        ("assigned_after", "relief_office", {"department": "housing"}),
        ("followed_up", "department", {}),
        ("closed", "relief_office", {"texts": {"proof": "管网已并"}}),
        ("revisited", "relief_office", {"satisfaction": 5}),
    ],
    "window": [
        ("split", "window", {}),
        ("gathered", "window", {}),
        ("done", "window", {"trips": 1}),
        ("closed", "window", {}),
        ("revisited", "window", {"satisfaction": 5}),
    ],
    "part": [
        ("returned", "department", {}),
        ("handed_on", "window", {"department": "health"}),
        ("answered", "department", {}),
    ],
    "certificate": [("issued", "clerk", {})],
    "deliberation": [
        ("discussed", "host", {"session": "@session", "outcome": "open"}),
        ("raised", "host", {"venue": "building_corner"}),
        ("discussed", "host", {"session": "@session", "outcome": "agreed"}),
        ("decided", "host", {"outcome": "pursued"}),
        ("in_execution", "host", {"executor": "committee"}),
        ("supervised", "supervisor", {}),
        ("evaluated", "host", {"score": 5}),
    ],
}


async def make_records(town):
    """What the ways refer to, on record: its name in them -> id."""
    mediator = {"area": VILLAGE, "kind": "expert", "form": "person", "name": "李雷"}
    forum = {"area": VILLAGE, "kind": "community_hall", "name": "桂花树下"}
    meeting = {"area": COUNTY, "kind": "relief", "on": str(day_of(datetime.now(UTC)))}
    forum_id = await _make(town, "registrar", "forum", "/v1/forums", forum)
    sessions, session = f"/v1/forums/{forum_id}/sessions", {"participants": {"residents": 9}}
    return {
        "@mediator": await _make(town, "registrar", "mediator", "/v1/mediators", mediator),
        "@meeting": await _make(town, "relief_office", "meeting", "/v1/meetings", meeting),
        "@session": await _make(town, "host", "session", sessions, session),
    }


async def _make(town, role, what, path, body):
    answer = await town.client.post(path, json=body, headers=town.as_(role))
    assert answer.status_code == 201, answer.text
    return answer.json()[f"{what}_id"]
