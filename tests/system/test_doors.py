"""Every route of every service refuses a missing token, a wrong role and a foreign area."""

import re

import pytest

from tests.system.huainan import CITY, ELSEWHERE, IN_HUAINAN
from tests.system.routes import ROLES, ROUTES
from tests.system.valid import body

EVERY_SERVICE = {
    "GET /health/live": "asked by whoever restarts it",
    "GET /health/ready": "asked by whoever sends requests to it",
    "GET /openapi.json": "what there is, not what is in it",
    "GET /metrics": "sums without a name; a city shuts it off at its proxy",
}
PUBLIC = {
    "intake POST /v1/cases": "a resident files",
    "intake POST /v1/cases/duplicates": "what was filed already, without its words",
    "intake POST /v1/receipts/case/attachments": "a resident attaches; the code is the key",
    "intake POST /v1/receipts/case": "a resident asks; the code is the key",
    "intake POST /v1/receipts/case/steps": "a resident withdraws or rates; the code is the key",
    "intake GET /v1/kinds": "what a form is built from",
    "intake GET /v1/kinds/{kind}": "what a form is built from",
    "intake GET /open311/v2/discovery.{format}": "where the standard is spoken",
    "intake GET /open311/v2/services.{format}": "what a form is built from",
    "intake GET /open311/v2/services/{service_code}.{format}": "what a form is built from",
    "intake GET /open311/v2/requests.{format}": "the standard asks for it; nothing that was told",
    "intake GET /open311/v2/requests/{service_request_id}.{format}": "the same of one",
    "intake GET /open311/v2/tokens/{token}.{format}": "an id, which opens nothing",
    "intake POST /open311/v2/requests.{format}": "an app reports; its key stands in the form",
    "intake GET /v1/lists": "what a form is built from",
    "intake GET /v1/topics": "residents see what they are asked for",
    "intake GET /v1/topics/{topic_id}": "residents see what they are asked for",
    "intake GET /v1/forums": "residents see where they may speak",
    "intake GET /v1/forums/{forum_id}": "residents see where they may speak",
    "intake GET /v1/forums/{forum_id}/above": "residents see where a matter goes from there",
    "intake GET /v1/channels": "residents see where they are heard",
    "intake GET /v1/channels/{channel_id}": "residents see where they are heard",
    "volunteer GET /v1/catalogue": "what a form is built from",
    "volunteer POST /v1/registrations": "somebody offers to help",
    "intake GET /": "what a resident may file",
    "intake GET /file/{kind}": "a resident's form",
    "intake POST /file/{kind}": "a resident files",
    "intake GET /follow": "a resident's form",
    "intake POST /follow": "a resident asks; the code is the key",
    "intake POST /follow/steps": "a resident withdraws or rates; the code is the key",
    "intake POST /follow/files": "a resident attaches; the code is the key",
    "intake POST /session": "signs in: a token is what is brought",
    "intake POST /session/end": "signs out",
    "reporting POST /session": "signs in: a token is what is brought",
    "reporting POST /session/end": "signs out",
}
"""What needs no token, and why. Nothing else does not."""

PLACELESS = {
    "GET /v1/status": "the state of a service",
    "GET /v1/dead-letters": "the state of a service",
    "GET /v1/dead-letters/{letter_id}": "the state of a service",
    "POST /v1/dead-letters/{letter_id}/replay": "the state of a service",
    "DELETE /v1/dead-letters/{letter_id}": "the state of a service",
    "GET /v1/post-roles": "a catalogue",
    "GET /v1/checklist-kinds": "a catalogue",
    "GET /v1/metrics": "a catalogue",
}
"""What asks for a token and belongs to no place, and why. Everything else keeps to one."""

FILTERED = {
    "volunteer GET /v1/volunteers/{volunteer_id}/demands": "what of it lies in the caller's area",
}
"""What names a thing and yet answers with a list, and why."""

AREA = {"reporting GET /receipts/{metric_id}": "of"}
"""By which parameter a list is asked for an area, where that is not `area`."""

GUARDED = [pytest.param(route, id=str(route)) for route in ROUTES if route.roles is not None]
PLACED = [one for one in GUARDED if one.id.partition(" ")[2] not in PLACELESS]


pytestmark = pytest.mark.usefixtures("at_rest")


def ask(huainan, route, role, **more):
    """A request that is right in everything but who sends it. SSE is read to its first event."""
    more["params"] = {**route.query, **more.get("params", {})}
    more |= body(route, huainan.things, role or route.role)
    path = route.path.format(**huainan.things)
    with huainan.stream(route.service, route.method, path, role, **more) as answer:
        if answer.headers["content-type"].startswith("text/event-stream"):
            return answer.status_code, next(
                line for line in answer.iter_lines() if line.startswith("data")
            )
        return answer.status_code, answer.read().decode()


@pytest.fixture
def nothing_stored(huainan, request):
    """Every table of the route's service is the same afterwards, to the last row."""
    service = request.getfixturevalue("route").service
    before = huainan.rows(service)
    yield
    assert huainan.rows(service) == before


def test_no_route_is_public_but_those_that_must_be():
    found = {str(route) for route in ROUTES if route.roles is None}
    every = {
        f"{service} {route}" for service in {r.service for r in ROUTES} for route in EVERY_SERVICE
    }
    assert found == every | PUBLIC.keys()


def test_what_belongs_to_no_place_is_there():
    assert {str(route).partition(" ")[2] for route in ROUTES} >= PLACELESS.keys()


@pytest.mark.parametrize("route", GUARDED)
@pytest.mark.usefixtures("nothing_stored")
def test_nobody_enters_without_a_token_or_with_another_role(huainan, route):
    assert ask(huainan, route, None)[0] == 401
    for role in sorted(ROLES - set(route.roles)):
        assert_refused(route, ask(huainan, route, role), role, "wrong-role")


@pytest.mark.parametrize("route", [one for one in PLACED if one.values[0].method == "GET"])
def test_who_may_and_is_from_here_is_shown_it(huainan, route):
    """Or the next test would prove nothing."""
    asked = {} if route.names_something else {AREA.get(str(route), "area"): CITY}
    status, text = ask(huainan, route, route.role, params=asked)
    assert status == 200, text
    assert route.names_something or IN_HUAINAN.search(text)


@pytest.mark.parametrize("route", PLACED)
@pytest.mark.usefixtures("nothing_stored")
def test_nobody_from_elsewhere_sees_or_changes_what_is_here(huainan, route):
    is_list = route.method == "GET" and (not route.names_something or str(route) in FILTERED)
    asked = {AREA.get(str(route), "area"): CITY} if is_list else {}
    for role in route.roles:
        foreign = {"role": role, "area": ELSEWHERE, "headers": {"if-match": '"0"'}}
        if str(route) not in FILTERED:
            # Volunteers are told that it is another's before where it is.
            kind = "wrong-role|outside-area" if role == "volunteer" else "outside-area"
            assert_refused(route, ask(huainan, route, params=asked, **foreign), role, kind)
        if is_list:
            assert_shows_nothing(huainan, ask(huainan, route, **foreign))


def assert_refused(route, answer, role, kind):
    status, text = answer
    assert status == 403, (role, text)
    is_page = not route.operation
    assert is_page or re.search(f"urn:liuchi:problem:({kind})", text), (role, text)


def assert_shows_nothing(huainan, answer):
    status, text = answer
    assert status in (200, 403), text
    assert not IN_HUAINAN.search(text)
    assert not [name for name, one in huainan.things.items() if len(one) == 36 and one in text]
