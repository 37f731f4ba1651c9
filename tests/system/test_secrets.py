"""What people type and who they are: only where it belongs, not even in a file on the disk."""

import pytest

from contracts import SERVICES
from tests.system.plants import LETTER, Plants, free_fields, plant_everywhere
from tests.system.routes import ROUTES

KEPT = {
    "intake POST /v1/cases text": None,
    "intake POST /v1/cases name": None,
    "intake POST /v1/cases phone": None,
    "intake POST /v1/cases/duplicates text": None,
    "intake POST /v1/cases/duplicates name": None,
    "intake POST /v1/cases/duplicates phone": None,
    "intake POST /v1/cases/{case_id}/notes text": None,
    "intake POST /v1/cases/{case_id}/splits text": None,
    "intake POST /v1/cases/on-behalf text": None,
    "intake POST /v1/cases/on-behalf name": None,
    "intake POST /v1/cases/on-behalf phone": None,
    "intake POST /v1/cases/records text": None,
    "intake POST /v1/cases/records name": None,
    "intake POST /v1/cases/records phone": None,
    "intake POST /v1/cases/{case_id}/extensions note": None,
    "intake POST /v1/cases/{case_id}/extensions by": None,
    "intake POST /v1/cases/{case_id}/suspensions note": None,
    "intake POST /v1/cases/{case_id}/resumptions note": None,
    "intake POST /v1/cases/{case_id}/steps note": None,
    "intake POST /v1/receipts/case code": None,
    "intake POST /v1/receipts/case/steps code": None,
    "intake POST /v1/topics title": "topics",
    "intake POST /v1/topics description": "topics",
    "intake POST /v1/channels name": "channels",
    "intake POST /v1/channels address": "channels",
    "intake POST /v1/observers name": None,
    "intake POST /v1/observers phone": None,
    "intake POST /v1/observers/{observer_id}/observations text": None,
    "intake POST /v1/mediators name": None,
    "intake POST /v1/mediators phone": None,
    "intake POST /v1/forums name": "forums",
    "intake POST /v1/forums/{forum_id}/sessions minutes": None,
    "intake POST /v1/meetings/{meeting_id}/outcome minutes": None,
    "grid POST /v1/grids name": "texts",
    "grid POST /v1/posts name": None,
    "grid POST /v1/posts phone": None,
    "grid POST /v1/checklists title": "texts",
    "grid POST /v1/checklists/{list_id}/items text": "texts",
    "grid PUT /v1/checklists/{list_id}/items/{item_id} text": "texts",
    "volunteer POST /v1/registrations identity_number": None,
    "volunteer POST /v1/registrations name": None,
    "volunteer POST /v1/registrations phone": None,
    "volunteer POST /v1/volunteers identity_number": None,
    "volunteer POST /v1/volunteers name": None,
    "volunteer POST /v1/volunteers phone": None,
    "volunteer POST /v1/teams name": "teams",
}
"""Every field that takes what a person types, and the table of its service that keeps it as it is.

None: it is kept sealed, or as a keyed hash, or not at all. A public name of a thing may be read:
what a grid, a list, its items, a team, a channel and a forum are called, and what a topic asks.
"""


OPENED = (
    ("observers/{observer_id}/contact", "administration"),
    ("observations/{observation_id}/text", "assessment"),
    ("mediators/{mediator_id}/contact", "administration"),
    ("meetings/{meeting_id}/minutes", "handling"),
)
"""Where what intake keeps sealed of its records is read, and for which purpose."""


def _opened(huainan, path, purpose):
    listed = f"/v1/{path.partition('/')[0]}"
    for row in huainan.get("intake", listed, params={"limit": 500})["items"]:
        at = f"/v1/{path.format(**row)}"
        yield huainan.get("intake", at, params={"purpose": purpose})


@pytest.fixture(scope="module")
def plants(huainan):
    """The whole city after every field that takes one was given a secret, in every way."""
    plants = Plants()
    plant_everywhere(huainan, plants)
    return plants


def test_every_field_that_takes_what_is_typed_is_known():
    found = {f"{route} {name}" for route in ROUTES for name in free_fields(route)}
    assert found == KEPT.keys()


@pytest.mark.parametrize("service", SERVICES)
def test_a_database_has_it_only_where_it_belongs(huainan, plants, service):
    for table, rows in huainan.rows(service).items():
        allowed = {
            where for where, kept in KEPT.items() if where.startswith(service) and kept == table
        }
        assert set().union(*map(plants.found, rows)) <= allowed, table


def test_what_belongs_there_is_there(huainan, plants):
    """Or the search would prove nothing."""
    worded_anew = "grid POST /v1/checklists/{list_id}/items text"
    for where, table in KEPT.items():
        if table and where != worded_anew:
            rows = huainan.rows(where.partition(" ")[0])[table]
            assert where in set().union(*map(plants.found, rows))


def test_what_is_sealed_can_be_opened_by_those_who_may(huainan, plants):
    cases = huainan.get("intake", "/v1/cases", params={"limit": 500, "kind": "request"})["items"]
    read = [
        huainan.get("intake", f"/v1/cases/{case['case_id']}/texts", params={"purpose": "handling"})
        for case in cases
    ]
    read += [text for path, purpose in OPENED for text in _opened(huainan, path, purpose)]
    posts = huainan.get("grid", "/v1/posts", params={"limit": 500})["items"]
    read += [
        huainan.get("grid", f"/v1/posts/{one['post_id']}/contact", params={"purpose": "dispatch"})
        for one in posts
    ]
    people = huainan.get("volunteer", "/v1/volunteers", params={"limit": 500})["items"]
    read += [
        huainan.get("volunteer", f"/v1/volunteers/{one['volunteer_id']}/contact") for one in people
    ]
    for forum in huainan.get("intake", "/v1/forums", params={"limit": 500})["items"]:
        sessions = f"/v1/forums/{forum['forum_id']}/sessions"
        for one in huainan.get("intake", sessions)["items"]:
            minutes = f"{sessions}/{one['session_id']}/minutes"
            read.append(huainan.get("intake", minutes, params={"purpose": "handling"}))
    names = {"text", "name", "phone", "note", "minutes"}
    sealed = {
        one
        for one, kept in KEPT.items()
        if kept is None and one.rpartition(" ")[2] in names and "/duplicates " not in one
    }
    assert plants.found(str(read)) >= sealed


@pytest.mark.parametrize("service", SERVICES)
def test_no_metric_has_it(huainan, plants, service):
    told = huainan.send(service, "GET", "/metrics").text
    assert "http_server_request_duration" in told
    assert not plants.found(told)


def test_no_file_has_it_but_those_of_the_tables_that_may(huainan, plants):
    """Logs of services and servers, the bus's store; PostgreSQL's tables, indexes and journal."""
    home = huainan.stack.settings.home
    kept = {where for where, table in KEPT.items() if table} | {LETTER}
    found = {
        (str(path.relative_to(home)), where)
        for path in home.rglob("*")
        if path.is_file()
        for where in plants.found(path.read_bytes())
        if not (where in kept and home / "postgres" / "data" in path.parents)
    }
    assert found == set()


def test_the_bus_and_the_services_wrote_files(huainan, plants):
    """Or the search would prove nothing."""
    home = huainan.stack.settings.home
    said = b"".join(path.read_bytes() for path in home.glob("nats/**/*.blk"))
    assert huainan.things["case_id"].encode() in said
    for service in ("intake", "grid", "volunteer"):
        assert b"request_failed" in (home / "logs" / f"{service}.log").read_bytes()
