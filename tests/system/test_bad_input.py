"""Whatever is sent: a problem that says what to do and repeats nothing, and nothing stored."""

import json
import re

import pytest

from tests.system.routes import ROUTES
from tests.system.spoilt import TYPED, WRONG, spoilt
from tests.system.valid import body, with_bodies

NO_JSON = (b"", b'{"area": ', b"[1,", b"\xff\xfe", TYPED.encode(), b"null", b"[]", b"7", b'"area"')
TOO_LONG = b" " * 6_000_000

NO_AREA = (
    "999999999999",
    "000000000000",
    "340402999999",
    "3404020010019",
    "３４０４０２００１００１",
)
SENTENCE = re.compile(r"^([^a-z]|[a-z]+_).*[.]$", re.DOTALL)
"""It may begin with a code, which has no capitals."""

FORMS = {
    "intake POST /file/{kind}": "a form, answered by a page",
    "intake POST /follow": "a form, answered by a page",
    "intake POST /follow/steps": "a form, answered by a page",
    "intake POST /cases/{case_id}/steps": "a form, answered by a page",
    "intake POST /cases/{case_id}/clock": "a form, answered by a page",
    "intake POST /cases/{case_id}/notes": "a form, answered by a page",
    "intake POST /cases/{case_id}/texts": "a button, answered by a page",
    "intake POST /session": "a form, answered by a page",
    "intake POST /session/end": "a button, answered by a page",
    "reporting POST /session": "a form, answered by a page",
    "reporting POST /session/end": "a button, answered by a page",
    "intake POST /open311/v2/requests.{format}": "a form, answered as the standard says",
}
"""What is sent by a form, and not answered by a problem."""

TAKING = [pytest.param(route, id=str(route)) for route in with_bodies()]
JSON = [one for one in TAKING if one.values[0].body]
CHANGING = [
    pytest.param(route, id=str(route))
    for route in ROUTES
    if route.method != "GET" and str(route) not in FORMS
]


pytestmark = pytest.mark.usefixtures("at_rest")


@pytest.fixture(autouse=True)
def _nothing_stored(huainan, route):
    """Every table of the route's service is the same afterwards, to the last row."""
    before = huainan.rows(route.service)
    yield
    assert huainan.rows(route.service) == before


@pytest.fixture
def send(huainan, route):
    """Send something as somebody who may; returns the answer."""
    role = route.role if route.roles else None

    def send(**sent):
        path = route.path.format(**huainan.things | sent.pop("at", {}))
        headers = {"idempotency-key": "one-of-bad-input-0001", "content-type": "application/json"}
        return huainan.send(
            route.service,
            route.method,
            path,
            role,
            headers=headers | sent.pop("headers", {}),
            **sent,
        )

    return send


@pytest.fixture
def valid(huainan, route):
    return body(route, huainan.things, route.role)


def is_a_problem(answer, *statuses):
    assert answer.status_code in statuses, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["type"]
    assert problem["title"]
    assert SENTENCE.match(problem["detail"]), problem["detail"]
    assert TYPED not in answer.text


@pytest.mark.parametrize("route", JSON)
def test_what_is_no_json_object_is_refused(send):
    for content in NO_JSON:
        is_a_problem(send(content=content), 400, 422)


@pytest.mark.parametrize("route", JSON)
def test_a_field_of_a_wrong_type_is_refused(send, route, valid):
    made = list(spoilt(route.body, valid["json"]))
    assert len(made) > len(WRONG) / 2
    for place, wrong in made:
        answer = send(json=wrong)
        assert answer.status_code == 422, (place, answer.text)
        is_a_problem(answer, 422)


@pytest.mark.parametrize("route", JSON)
def test_a_field_that_nobody_knows_is_refused(send, valid):
    is_a_problem(send(json={**valid["json"], "nobody_knows": TYPED}), 422)


@pytest.mark.parametrize("route", CHANGING)
def test_a_body_too_long_is_refused_whether_it_says_so_or_not(send, route):
    is_a_problem(send(content=TOO_LONG), 413)
    if "requestBody" in route.operation:
        is_a_problem(send(content=iter([TOO_LONG])), 413)


@pytest.mark.parametrize(
    "route", [one for one in JSON if "area" in one.values[0].body.get("properties", {})]
)
def test_a_code_that_is_no_area_is_refused(send, valid):
    for code in NO_AREA:
        is_a_problem(send(json={**valid["json"], "area": code}), 403, 409, 422)


@pytest.mark.parametrize(
    "route",
    [one for one in CHANGING if re.search(r"_id}|{code}", one.values[0].path)],
)
def test_an_address_of_nothing_is_refused(huainan, send, valid):
    for nothing in ("x", TYPED, "019cac0e-6f00-7000-8000-000000000001", "0" * 12, "-1"):
        at = {name: nothing for name in huainan.things if name.endswith("_id") or name == "code"}
        is_a_problem(send(at=at, **valid), 404, 409, 422)


def particular(service_route, *bad):
    route = next(one for one in ROUTES if str(one) == service_route)
    return [pytest.param(route, one, id=f"{service_route} {one}") for one in bad]


NO_ID = "019cac0e-6f00-7000-8000-000000000001"

FILING = [{"kind": "no_such"}, {"category": "no_such"}, {"source": "no_such"}, {"urgency": "asap"}]
PERSON = [
    {"identity_number": "340402194901010010"},
    {"identity_number": "340402194902300012"},
    {"identity_number": "34040219490101001"},
    {"identity_number": TYPED},
    {"skills": ["no_such"]},
    {"phone": TYPED},
]
STEPS = [
    {"step": "closed"},
    {"step": "filed"},
    {"step": "no_such"},
    {"step": "dispatched", "to": "department", "department": "no_such"},
    {"step": "dispatched", "to": "grid_worker", "post_id": "019cac0e-6f00-7000-8000-000000000001"},
    {"step": "escalated", "level": "no_such"},
    {"step": "escalated"},
    {"step": "withdrawn", "outcome": "no_such"},
    {"step": "withdrawn", "nobody_knows": "no_such"},
]


@pytest.mark.parametrize(
    ("route", "bad"),
    [
        *particular("intake POST /v1/cases", *FILING, {"source": "hotline"}, {"text": " "}),
        *particular("intake POST /v1/cases/on-behalf", *FILING),
        *particular(
            "intake POST /v1/cases/records",
            *FILING,
            {"at": "2999-01-01T00:00:00Z"},
            {"at": "1999-01-01T00:00:00Z"},
            {"steps": [{"step": "closed", "at": "2020-01-01T00:00:00Z"}]},
        ),
        *particular("intake POST /v1/cases/{case_id}/steps", *STEPS),
        *particular(
            "intake POST /v1/cases/{case_id}/extensions",
            {"step": "no_such"},
            {"step": "closed"},
            {"by": "for ever"},
            {"by": "900 workdays"},
            {"by": "0 days"},
        ),
        *particular("intake POST /v1/cases/{case_id}/resumptions", {}),
        *particular("intake POST /v1/receipts/case", {"code": "0000-0000-0000"}, {"code": "7"}),
        *particular("intake POST /v1/receipts/case/steps", {"step": "closed"}, {"satisfaction": 6}),
        *particular("intake POST /v1/cases/duplicates", {"text": " "}, {"phone": TYPED}),
        *particular("intake POST /v1/cases/{case_id}/notes", {"text": " "}, {"text": "\x00"}),
        *particular("intake POST /v1/cases/{case_id}/links", {"to_case": NO_ID}, {"to_case": "x"}),
        *particular("intake POST /v1/cases/{case_id}/joins", {"into": NO_ID}, {"into": "x"}),
        *particular(
            "intake POST /v1/cases/{case_id}/splits",
            {"kind": "no_such"},
            {"kind": "certificate"},
            {"relation": "joins"},
            {"area": "340402999999"},
            {"source": "no_such"},
            {"text": " "},
        ),
        *particular("intake POST /v1/notices/{notice_id}/deliveries", {"outcome": "read"}),
        *particular(
            "intake POST /v1/topics",
            {"theme": "no_such"},
            {"opens_on": "1999-01-01"},
            {"closes_on": "1999-01-01"},
            {"closes_on": "2024-02-30"},
        ),
        *particular(
            "intake POST /v1/channels",
            {"kind": "no_such"},
            {"place": "no_such"},
            {"place": None},
            {"level": "estate"},
            {"functions": ["no_such"]},
            {"name": "\x1f"},
        ),
        *particular(
            "intake POST /v1/observers",
            {"channel_id": "019cac0e-6f00-7000-8000-000000000001"},
            {"until": "1999-01-01"},
            {"phone": TYPED},
        ),
        *particular(
            "intake POST /v1/observers/{observer_id}/observations",
            {"theme": "no_such"},
            {"text": " "},
            {"text": "x" * 5001},
        ),
        *particular(
            "intake POST /v1/observations/{observation_id}/assessment",
            {"became": "case"},
            {"became": "case", "kind": "no_such"},
            {"became": "case", "kind": "request", "category": "no_such"},
            {"kind": "request"},
        ),
        *particular(
            "intake POST /v1/forums",
            {"kind": "no_such"},
            {"kind": "joint_council", "area": "340402000000"},
            {"brand": "no_such"},
            {"name": "\x1f"},
        ),
        *particular(
            "intake POST /v1/forums/{forum_id}/sessions",
            {"participants": {}},
            {"participants": {"no_such": 3}},
            {"participants": {"residents": 0}},
            {"guideline": "no_such"},
            {"matters": [{"case_id": NO_ID, "outcome": "agreed"}]},
            {"raised": [{"text": "x", "category": "no_such"}]},
            {"raised": [{"text": "x", "kind": "no_such"}]},
            {"raised": [{"text": " "}]},
        ),
        *particular(
            "intake POST /v1/meetings",
            {"kind": "no_such"},
            {"kind": "reception"},
            {"on": "1999-01-01"},
            {"on": "2024-02-30"},
        ),
        *particular(
            "intake POST /v1/meetings/roster",
            {"kind": "visit_down"},
            {"month": "2024-13"},
            {"month": "2024-02"},
            {"days": []},
            {"days": [{"on": "1999-01-01", "leader_id": NO_ID}], "month": "1999-01"},
        ),
        *particular(
            "intake POST /v1/meetings/{meeting_id}/outcome",
            {"place": None},
            {"place": "341302001001"},
            {"matters": [{"case_id": NO_ID, "outcome": "solved"}]},
            {"heard": -1},
            {"visitors": 1e999},
        ),
        *particular(
            "intake POST /v1/mediators",
            {"kind": "no_such"},
            {"kind": "chamber"},
            {"brand": "no_such"},
            {"skills": ["no_such"]},
            {"phone": TYPED},
        ),
        *particular("grid POST /v1/areas/{code}/statistics", {"year": 1}, {"households": -1}),
        *particular(
            "grid POST /v1/grids",
            {"level": "no_such"},
            {"level": "township"},
            {"parent_id": "019cac0e-6f00-7000-8000-000000000001"},
            {"name": "\x00"},
        ),
        *particular(
            "grid POST /v1/posts",
            {"role": "no_such"},
            {"way": "no_such"},
            {"grid_id": "019cac0e-6f00-7000-8000-000000000001"},
            {"grid_id": None},
            {"phone": TYPED},
        ),
        *particular("grid POST /v1/checklists", {"kind": "no_such"}, {"title": " "}),
        *particular(
            "grid POST /v1/checklists/{list_id}/items",
            {"category": "no_such"},
            {"text": "x" * 2001},
        ),
        *particular(
            "grid PUT /v1/checklists/{list_id}/items/{item_id}",
            {"category": "no_such"},
            {"due_on": "2024-02-30"},
        ),
        *particular("volunteer POST /v1/registrations", *PERSON),
        *particular("volunteer POST /v1/volunteers", *PERSON),
        *particular("volunteer PUT /v1/volunteers/{volunteer_id}/skills", {"skills": ["no_such"]}),
        *particular("volunteer POST /v1/teams", {"kind": "no_such"}, {"name": "\x1f"}),
        *particular(
            "volunteer POST /v1/activities",
            {"kind": "no_such"},
            {"theme": "no_such"},
            {"team_id": "019cac0e-6f00-7000-8000-000000000001"},
            {"places": 0},
        ),
        *particular(
            "volunteer POST /v1/activities/{activity_id}/outcome", {"hours": 0}, {"hours": 1e999}
        ),
    ],
)
def test_what_the_rules_or_the_lists_do_not_allow_is_refused(send, valid, bad):
    answer = send(content=json.dumps({**valid["json"], **bad}))
    is_a_problem(answer, 404, 409, 422)


@pytest.mark.parametrize("route", [one for one in TAKING if one.id.endswith("/v1/areas/import")])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "code,name\n",
        f"{TYPED}\n",
        "code,name,level,parent\n1,x,y,z\n",
        "code,name,level,parent\n340402001998,新社区,village,340402998000\n",
        "code,name,level,parent\n340402001998,新社区,no_such,340402001000\n",
        "code,name,level,parent\n340402001998,\x01,village,340402001000\n",
        b"\xff\xfe",
    ],
)
def test_a_file_with_a_bad_row_is_refused_as_a_whole(send, text):
    content = text if isinstance(text, bytes) else text.encode()
    is_a_problem(send(content=content, headers={"content-type": "text/csv"}), 422)


@pytest.mark.parametrize("route", [one for one in TAKING if one.id == "intake POST /v1/cases"])
@pytest.mark.parametrize("key", ["short", "x" * 129, "with a blank in it"])
def test_a_key_that_is_no_key_is_refused(send, valid, key):
    is_a_problem(send(headers={"idempotency-key": key}, **valid), 422)
