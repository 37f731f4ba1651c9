"""A report becomes a case, or an array of errors and nothing stored."""

import re
from xml.etree import ElementTree

import pytest

from chassis.sealed.seal import Keyring
from contracts.intake import CaseFiled
from intake.open311 import tokens
from tests.integration.intake.open311.served import CITY, IN_COUNTY, ON_A_BORDER, STORED
from tests.integration.intake.town import COUNTY, TOWNSHIP, VILLAGE


async def test_a_report_is_a_case_like_any_other(served):
    answer = await served.posts(
        description="楼道灯坏了", **{"attribute[urgency]": "urgent"}, jurisdiction_id=CITY
    )
    assert answer.status_code == 201
    (request,) = answer.json()
    assert request.keys() == {"service_request_id", "service_notice", "account_id"}
    case_id = request["service_request_id"]
    filed = await served.town.talk.says(CaseFiled)
    assert (str(filed.case_id), filed.area, filed.source, filed.urgency) == (
        case_id,
        VILLAGE,
        "open311",
        "urgent",
    )
    seen = await served.town.sees(case_id)
    assert (seen["kind"], seen["category"], seen["step"]) == (
        "request",
        "environment",
        "classified",
    )
    history = await served.client.get(
        f"/v1/cases/{case_id}/history", headers=served.town.as_("dispatcher")
    )
    assert history.json()[0]["actor"] == "street_lamp_app"


async def test_the_notice_of_a_report_holds_the_receipt_to_follow_it_by(served):
    (request,) = (await served.posts()).json()
    receipt = re.search(r"([0-9A-Z]{4}-){2}[0-9A-Z]{4}", request["service_notice"])[0]
    seen = await served.client.post("/v1/receipts/case", json={"code": receipt})
    assert seen.json()["is_open"] is True


async def test_a_token_gives_the_id_and_is_a_key_to_nothing(served):
    answer = await served.posts(headers={"prefer": "respond-async"})
    assert answer.status_code == 202
    (request,) = answer.json()
    assert "service_request_id" not in request
    token = request["token"]
    (found,) = await served.json(f"tokens/{token}")
    case_id = str(await served.town.pool.fetchval("SELECT case_id FROM cases"))
    assert found == {"service_request_id": case_id, "token": token}
    assert tokens.read(Keyring(b"o" * 32), token) is None
    as_receipt = await served.client.post("/v1/receipts/case", json={"code": token[:30]})
    assert as_receipt.status_code == 404
    receipt = re.search(r"([0-9A-Z]{4}-){2}[0-9A-Z]{4}", request["service_notice"])[0]
    forged = ("a" if token[-1] != "a" else "b").join((token[:-1], ""))
    for wrong in (receipt, case_id, forged, "nothing", token[:26], "é"):
        (error,) = await served.json(f"tokens/{wrong}", 404)
        assert error["description"].startswith("token was not found")


async def test_a_point_is_filed_with_the_county_it_lies_in(served):
    case_id = await served.files(**IN_COUNTY)
    (shown,) = await served.json(f"requests/{case_id}")
    assert shown["address_id"] == COUNTY
    assert abs(shown["lat"] - 32.6) < 0.5
    assert (shown["lat"], shown["long"]) != (32.62, 117.12)


async def test_a_code_says_more_than_a_point(served):
    by_id = await served.files(**IN_COUNTY, address_id=TOWNSHIP)
    by_attribute = await served.files(**IN_COUNTY, **{"attribute[area]": VILLAGE})
    shown = await served.json("requests", service_request_id=f"{by_id},{by_attribute}")
    assert [one["address_id"] for one in shown] == [VILLAGE, TOWNSHIP]


CANNOT_BE_FILED = {
    "no service": ({"service_code": None}, 400, "service_code: Field required"),
    "an empty service": ({"service_code": ""}, 400, "service_code: Field required"),
    "an unknown service": ({"service_code": "request.ufo"}, 404, "service_code was not found"),
    "a closed kind": ({"service_code": "petition"}, 404, "service_code was not found"),
    "another city": ({"jurisdiction_id": "110100000000"}, 404, "jurisdiction_id was not found"),
    "no city": ({"jurisdiction_id": "city.gov"}, 404, "jurisdiction_id was not found"),
    "no place": ({"address_string": None, "address_id": ""}, 400, "Send address_id"),
    "an address alone": ({"address_string": "居仁社区 3 号楼"}, 400, "cannot be looked up"),
    "half a point": ({"lat": "32.62", "address_id": None}, 400, "both lat and long"),
    "no number": ({"lat": "north", "long": "117"}, 400, "lat: "),
    "not a number": ({"lat": "nan", "long": "nan"}, 400, "lat: "),
    "beyond the pole": ({"lat": "91", "long": "117"}, 400, "lat: "),
    "far away": ({"lat": "0", "long": "0"}, 400, "no division whose borders are known"),
    "on a border": (ON_A_BORDER, 400, "too near for the map"),
    "an unregistered code": ({"address_id": "340402999999"}, 400, "is no area of the register"),
    "a code of elsewhere": ({"address_id": "110101001001"}, 400, "not in this jurisdiction"),
    "no code": ({"address_id": "7"}, 400, "address_id: "),
    "an unknown attribute": ({"attribute[colour]": "red"}, 400, "the attributes area, urgency"),
    "an unknown value": ({"attribute[urgency]": "asap"}, 400, "one of normal, urgent, emergency"),
    "too long": ({"description": "x" * 4001}, 400, "description: "),
    "a control character": ({"description": "\x00"}, 400, "description: "),
    "no address of a picture": ({"media_url": "javascript:alert(1)"}, 400, "media_url: "),
    "no phone number": ({"phone": "call me"}, 400, "phone: "),
    "no mail": ({"email": "me"}, 400, "email: "),
}


async def test_what_cannot_be_filed_is_an_array_of_errors_and_stores_nothing(served, subtests):
    for name, (form, status, sentence) in CANNOT_BE_FILED.items():
        with subtests.test(name):
            key = {"idempotency-key": "report-0123456789abcdef"}
            answer = await served.posts(headers=key, **form)
            assert answer.status_code == status, answer.text
            error = answer.json()[0]
            assert error["code"] == status
            assert sentence in error["description"]
            in_xml = await served.posts("xml", headers=key, **form)
            errors = ElementTree.fromstring(in_xml.content)  # noqa: S314 - our own
            assert (in_xml.status_code, errors.tag) == (status, "errors")
            assert errors.findtext("error/description") == error["description"]
            assert await served.town.counts(*STORED) == [0] * len(STORED)


BODIES = {
    "JSON": (b'{"service_code": "request"}', "application/json"),
    "no UTF-8": (b"service_code=\xff", "application/x-www-form-urlencoded"),
    "no UTF-8 when decoded": (b"service_code=%ff", "application/x-www-form-urlencoded"),
    "no end of fields": (b"&".join([b"a=1"] * 1000), "application/x-www-form-urlencoded"),
}


@pytest.mark.parametrize(("body", "media"), BODIES.values(), ids=BODIES.keys())
async def test_what_is_no_form_is_an_error(served, body, media):
    answer = await served.client.post(
        "/open311/v2/requests.json", content=body, headers={"content-type": media}
    )
    assert answer.status_code == 400
    assert answer.json()[0]["code"] == 400


async def test_the_same_idempotency_key_files_once(served):
    key = {"idempotency-key": "report-0123456789abcdef"}
    answers = [await served.posts(headers=key, description="灯坏了") for _ in range(3)]
    assert len({answer.text for answer in answers}) == 1
    assert {answer.headers["content-type"] for answer in answers} == {
        "application/json; charset=utf-8"
    }
    assert await served.town.counts("cases", "receipts", "vault_keys") == [1, 1, 1]
