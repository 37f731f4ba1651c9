"""What anybody sees of a case, and how it is found."""

from datetime import UTC, datetime, timedelta

from tests.integration.intake.open311.served import CITY
from tests.integration.intake.town import VILLAGE


async def test_a_request_shows_where_it_stands_and_nothing_that_was_told(served):
    case_id = await served.files(description="隔壁老周zebra", last_name="周", first_name="quagga")
    await served.town.has_on_duty()
    await served.town.talk.settles()
    (shown,) = await served.json(f"requests/{case_id}")
    assert shown.pop("requested_datetime").endswith("+08:00")
    assert shown.pop("updated_datetime").endswith("+08:00")
    assert datetime.fromisoformat(shown.pop("expected_datetime")) > datetime.now(UTC)
    assert shown == {
        "service_request_id": case_id,
        "status": "open",
        "status_notes": "已派发",
        "service_name": "环境卫生",
        "service_code": "request.environment",
        "description": None,
        "agency_responsible": "网格员",
        "service_notice": None,
        "address": "居仁社区, 大通街道, 大通区",
        "address_id": VILLAGE,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }
    in_xml = await served.xml(f"requests/{case_id}", headers={"accept-language": "en"})
    (request,) = in_xml
    assert (in_xml.tag, request.tag) == ("service_requests", "request")
    assert request.findtext("status_notes") == "Dispatched"
    assert request.find("description").text is None
    assert [child.tag for child in request] == [*shown][:1] + [child.tag for child in request][1:]


async def test_the_department_that_has_it_is_the_agency(served):
    case_id = await served.files(service_code="request.transport")
    (shown,) = await served.json(f"requests/{case_id}", headers={"accept-language": "en"})
    assert shown["agency_responsible"] == "Transport"


async def test_a_closed_request_says_when_it_was_closed_whatever_comes_after(served):
    case_id = await served.files(service_code="request.transport")
    for step in ("in_progress", "resolved"):
        assert (await served.town.takes(case_id, step, role="department")).is_success
    assert (await served.town.takes(case_id, "closed")).is_success
    (closed,) = await served.json(f"requests/{case_id}")
    assert (await served.town.takes(case_id, "revisited", satisfaction=5)).is_success
    (rated,) = await served.json(f"requests/{case_id}")
    assert (closed["status"], rated["status"]) == ("closed", "closed")
    assert rated["updated_datetime"] == closed["updated_datetime"]
    assert rated["expected_datetime"] is None
    at = await served.town.pool.fetchval("SELECT closed_at FROM cases")
    assert rated["updated_datetime"] == at.astimezone().astimezone(
        datetime.fromisoformat(closed["updated_datetime"]).tzinfo
    ).isoformat(timespec="seconds")
    assert (await served.town.pool.fetchval("SELECT step_at FROM cases")) > at


async def test_a_reopened_request_is_open_again(served):
    case_id = await served.files(service_code="request.transport")
    for step in ("in_progress", "resolved"):
        await served.town.takes(case_id, step, role="department")
    await served.town.takes(case_id, "closed")
    assert (await served.town.takes(case_id, "revisited", satisfaction=1)).is_success
    (shown,) = await served.json(f"requests/{case_id}")
    assert (shown["status"], shown["status_notes"]) == ("open", "重新办理")
    assert await served.town.pool.fetchval("SELECT closed_at FROM cases") is None


async def test_requests_are_found_by_service_status_id_and_page(served):
    lamp = await served.files(service_code="request.facilities")
    well = await served.files(service_code="request.safety")
    plain = await served.files(service_code="request")
    assert (await served.town.takes(lamp, "withdrawn")).is_success
    resident, _ = await served.town.files(category="safety")

    async def found(**asked):
        return [one["service_request_id"] for one in await served.json("requests", **asked)]

    assert await found() == [resident, plain, well, lamp]
    assert await found(service_code="request.safety") == [resident, well]
    assert await found(service_code="request.facilities,request") == [plain, lamp]
    assert await found(status="closed") == [lamp]
    assert await found(status="open,closed") == [resident, plain, well, lamp]
    assert await found(status="open", service_code="request.facilities") == []
    assert await found(service_request_id=f"{lamp},{well}", status="open") == [well, lamp]
    assert await found(service_request_id="nothing,7") == []
    assert await found(page_size=3) == [resident, plain, well]
    assert await found(page_size=3, page=2) == [lamp]
    assert await found(jurisdiction_id=CITY, status="", service_code="") == await found()


async def test_a_span_is_ninety_days_and_ends_now_unless_said(served):
    now = datetime.now(UTC)
    ids = [await served.files() for _ in range(3)]
    for case_id, days in zip(ids, (0, 89, 120), strict=True):
        await served.town.pool.execute(
            "UPDATE cases SET filed_at = $2 WHERE case_id = $1", case_id, now - timedelta(days=days)
        )

    async def found(**asked):
        dates = {name: (now - timedelta(days=days)).isoformat() for name, days in asked.items()}
        return [one["service_request_id"] for one in await served.json("requests", **dates)]

    assert await found() == ids[:2]
    assert await found(start_date=125) == [ids[2], ids[1]][::-1]
    assert await found(end_date=100) == [ids[2]]
    assert await found(start_date=125, end_date=119) == [ids[2]]
    for asked in ({"start_date": 91, "end_date": 0}, {"start_date": 1, "end_date": 2}):
        dates = {name: (now - timedelta(days=days)).isoformat() for name, days in asked.items()}
        (error,) = await served.json("requests", 400, **dates)
        assert "at most 90 days" in error["description"]


async def test_a_case_of_a_kind_that_is_not_open_is_not_there(served):
    case_id, _ = await served.town.files()
    await served.town.pool.execute("UPDATE cases SET kind = 'petition'")
    assert await served.json("requests") == []
    (error,) = await served.json(f"requests/{case_id}", 404)
    assert error["code"] == 404
    await served.json("requests", 404, service_code="petition")


WRONG_QUESTIONS = {
    "requests/019cac0e-6f00-7000-8000-000000000001": ({}, 404),
    "requests/7": ({}, 404),
    "services/request.ufo": ({}, 404),
    "services": ({"jurisdiction_id": "110100000000"}, 404),
    "requests": ({"status": "lost"}, 400),
    "requests ": ({"start_date": "yesterday"}, 400),
    "requests  ": ({"start_date": "2024-01-01T00:00:00"}, 400),
    "requests   ": ({"end_date": "9999-12-31T23:59:59-12:00"}, 400),
    "requests    ": ({"page": "0"}, 400),
    "requests     ": ({"page_size": "1001"}, 400),
}


async def test_what_cannot_be_answered_is_an_array_of_errors(served, subtests):
    for path, (asked, status) in WRONG_QUESTIONS.items():
        with subtests.test(path):
            (error,) = await served.json(path.strip(), status, **asked)
            assert error["code"] == status
            errors = await served.xml(path.strip(), status, **asked)
            assert errors.findtext("error/code") == str(status)
