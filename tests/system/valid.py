"""A valid request for every route that takes one: what a test then changes in one place."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import count
from urllib.parse import urlencode

from liuchi.demo.identity import with_check_character
from tests.system.huainan import PAPER
from tests.system.records import county_of, days, workday
from tests.system.routes import ROUTES, Route

Body = dict[str, object] | str | bytes | None
Things = Mapping[str, str]

_persons = count(1)


def identity_number() -> str:
    """Of somebody else each time, born in 1949, before everybody in a demo city."""
    day, place = divmod(next(_persons), 999)
    born = date(1949, 1, 1) + timedelta(days=day)
    return with_check_character(f"340402{born:%Y%m%d}{place + 1:03}")


def _filing(things: Things, role: str) -> Body:
    source = {"dispatcher": "hotline", "registrar": "hotline", "admin": "hotline"}.get(role, role)
    return {
        "area": things["code"],
        "text": "the street lamp is out",
        "name": "李雷",
        "phone": "13800000000",
        "source": source,
    }


def _record(things: Things, role: str) -> Body:
    filed = datetime.now(UTC) - timedelta(days=3)
    steps = [
        {"step": "classified", "category": "safety", "at": (filed + timedelta(hours=1)).isoformat()}
    ]
    return {**dict(_filing(things, role) or {}), "at": filed.isoformat(), "steps": steps}


def _person(things: Things, _role: str) -> Body:
    return {
        "identity_number": identity_number(),
        "name": "韩梅梅",
        "phone": "13800000000",
        "area": things["code"],
        "skills": ["repair"],
    }


def _item(_things: Things, _role: str) -> Body:
    return {"text": "look after the well", "category": "service"}


def _member(things: Things, _role: str) -> Body:
    return {"volunteer_id": things["volunteer_id"]}


def _note(_things: Things, _role: str) -> Body:
    return {"note": "asked again"}


def _box(things: Things, _role: str) -> Body:
    return {
        "area": things["code"],
        "kind": "letter_box",
        "place": "school",
        "level": "county",
        "name": "信箱",
        "address": "民生路 3 号",
    }


def _mediator(things: Things, _role: str) -> Body:
    return {
        "area": things["code"],
        "kind": "good_talker",
        "form": "person",
        "name": "李雷",
        "phone": "13800000000",
        "skills": ["neighbours"],
    }


BODIES: dict[str, Callable[[Things, str], Body]] = {
    "intake POST /v1/cases": lambda things, _: _filing(things, "resident"),
    "intake POST /v1/cases/on-behalf": _filing,
    "intake POST /v1/cases/records": _record,
    "intake POST /v1/cases/{case_id}/extensions": lambda *_: {
        "step": "resolved",
        "by": "1 workday",
        "note": "the part is not here yet",
    },
    "intake POST /v1/cases/{case_id}/suspensions": _note,
    "intake POST /v1/cases/{case_id}/resumptions": _note,
    "intake POST /v1/cases/duplicates": lambda things, _: _filing(things, "resident"),
    "intake POST /v1/cases/{case_id}/notes": lambda *_: {"text": "rang them up"},
    "intake POST /v1/cases/{case_id}/attachments": lambda *_: PAPER,
    "intake POST /v1/receipts/case/attachments": lambda *_: PAPER,
    "intake POST /v1/notices/{notice_id}/deliveries": lambda *_: {"outcome": "delivered"},
    "intake POST /v1/cases/{case_id}/links": lambda things, _: {"to_case": things["other_case_id"]},
    "intake POST /v1/cases/{case_id}/splits": lambda *_: {
        "kind": "request",
        "source": "hotline",
        "relation": "leads_to",
        "text": "the lamp beside it is out too",
    },
    "intake POST /v1/cases/{case_id}/steps": lambda *_: {"step": "withdrawn", "note": "said so"},
    "intake POST /v1/cases/{case_id}/joins": lambda things, _: {"into": things["other_case_id"]},
    "intake POST /open311/v2/requests.{format}": lambda things, _: urlencode(
        {
            "api_key": "asked of whoever gives them out",
            "service_code": things["service_code"],
            "address_id": things["code"],
            "description": "the street lamp is out",
        }
    ),
    "intake POST /v1/receipts/case": lambda things, _: {"code": things["receipt"]},
    "intake POST /v1/receipts/case/steps": lambda things, _: {
        "code": things["receipt"],
        "step": "withdrawn",
    },
    "intake POST /v1/topics": lambda things, _: {
        "area": things["code"],
        "theme": "estate_governance",
        "is_drive": True,
        "title": "金点子",
        "description": "what we would change first",
        **days("opens_on", "closes_on"),
    },
    "intake POST /v1/channels": _box,
    "intake POST /v1/channels/{channel_id}/openings": lambda *_: {"letters": 3},
    "intake POST /v1/observers": lambda things, _: {
        "channel_id": things["channel_id"],
        "name": "韩梅梅",
        "phone": "13800000000",
        "until": days("since", "until")["until"],
    },
    "intake POST /v1/observers/{observer_id}/observations": lambda *_: {
        "theme": "safety",
        "text": "a loose kerb",
    },
    "intake POST /v1/observations/{observation_id}/assessment": lambda *_: {"became": "note"},
    "intake POST /v1/mediators": _mediator,
    "intake POST /v1/forums": lambda things, _: {
        "area": things["code"],
        "kind": "night_talk",
        "name": "围楼夜话",
        "brand": "liuxia_shuoshi",
        "grid_id": things["grid_id"],
    },
    "intake POST /v1/forums/{forum_id}/sessions": lambda *_: {
        "participants": {"committee": 2, "residents": 15},
        "guideline": "village_2024_1",
        "minutes": "the pump is broken",
        "raised": [{"kind": "deliberation", "text": "where to park", "category": "parking"}],
    },
    "intake POST /v1/meetings": lambda things, _: {
        "area": county_of(things["code"]),
        "kind": "visit_down",
        "on": workday(),
    },
    "intake POST /v1/meetings/roster": lambda things, _: {
        "area": county_of(things["code"]),
        "month": workday()[:7],
        "days": [{"on": workday(), "leader_id": things["post_id"]}],
    },
    "intake POST /v1/meetings/{meeting_id}/outcome": lambda things, _: {
        "visitors": 7,
        "heard": 3,
        "place": things["code"],
        "minutes": "the pump will be replaced",
    },
    "grid POST /v1/areas/import": lambda *_: (
        "code,name,level,parent\n340402001999,新社区,village,340402001000\n"
    ),
    "grid POST /v1/areas/{code}/statistics": lambda *_: {
        "year": 2020,
        "households": 3,
        "population": 2,
        "urban_residents": 1,
    },
    "grid POST /v1/grids": lambda things, _: {
        "level": "estate",
        "area": things["code"],
        "parent_id": things["grid_id"],
        "name": "第九网格",
    },
    "grid POST /v1/posts": lambda things, _: {
        "role": "grid_worker",
        "grid_id": things["grid_id"],
        "way": "recruited",
        "engagement": "part_time",
        "name": "李雷",
        "phone": "13800000000",
    },
    "grid POST /v1/posts/{post_id}/release": lambda *_: {"way": "released"},
    "grid POST /v1/checklists": lambda things, _: {
        "kind": "system_tasks",
        "area": things["code"],
        "title": "what we care for",
    },
    "grid POST /v1/checklists/{list_id}/items": _item,
    "grid PUT /v1/checklists/{list_id}/items/{item_id}": _item,
    "volunteer POST /v1/registrations": _person,
    "volunteer POST /v1/volunteers": _person,
    "volunteer PUT /v1/volunteers/{volunteer_id}/skills": lambda *_: {"skills": ["repair"]},
    "volunteer POST /v1/teams": lambda things, _: {
        "name": "邻里队",
        "kind": "general",
        "area": things["code"],
    },
    "volunteer POST /v1/teams/{team_id}/members": _member,
    "volunteer POST /v1/activities": lambda things, _: {
        "team_id": things["team_id"],
        "kind": "service",
        "theme": "health",
        "area": things["code"],
        "starts_at": (datetime.now(UTC) + timedelta(days=3)).isoformat(),
        "places": 9,
    },
    "volunteer POST /v1/activities/{activity_id}/participants": _member,
    "volunteer POST /v1/activities/{activity_id}/outcome": lambda *_: {
        "beneficiaries": 9,
        "hours": 1.5,
    },
}
"""By route, in an order in which they can be sent one after the other."""


def with_bodies() -> Iterator[Route]:
    """Routes that take a body, in that order. Raises KeyError for one without a valid request."""
    places = {name: place for place, name in enumerate(BODIES)}
    taking = [route for route in ROUTES if "requestBody" in route.operation]
    yield from sorted(taking, key=lambda route: places[str(route)])


def body(route: Route, things: Things, role: str) -> dict[str, object]:
    """As httpx takes it; nothing for a route without a body."""
    if "requestBody" not in route.operation:
        return {}
    made = BODIES[str(route)](things, role)
    return {"content": made} if isinstance(made, str | bytes) else {"json": made}
