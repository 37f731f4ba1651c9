"""Filing: public, once per Idempotency-Key, and nothing of it where it does not belong."""

import asyncio
import re
from uuid import uuid4

import pytest

from contracts.intake import CaseFiled
from tests.integration.intake.town import COUNTY, ELSEWHERE, VILLAGE, register_areas, running_town
from tests.integration.intake.ways import make_records

STORED = ("events", "outbox", "relayed", "cases", "receipts", "vault_keys", "idempotency")


async def test_a_filed_case_gets_a_receipt_and_is_announced(town):
    answer = await town.client.post(
        "/v1/cases", json={"area": VILLAGE, "text": "楼道灯坏了", "source": "one_key"}
    )
    assert answer.status_code == 201
    case_id, receipt = answer.json()["case_id"], answer.json()["receipt"]
    assert answer.headers["location"] == f"/v1/cases/{case_id}"
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}", receipt)
    filed = await town.talk.says(CaseFiled)
    assert (str(filed.case_id), filed.area, filed.source) == (case_id, VILLAGE, "one_key")


async def test_the_case_is_followed_by_its_receipt_however_it_is_typed(town):
    _, receipt = await town.files(category="environment")
    typed = receipt.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    answer = await town.client.post("/v1/receipts/case", json={"code": typed})
    assert answer.status_code == 200
    seen = answer.json()
    assert [passed["step"] for passed in seen["steps"]] == ["filed", "classified"]
    assert seen["area_name"] == "居仁社区"
    assert [choice["step"] for choice in seen["allowed"]] == ["withdrawn"]
    assert seen["due"][0]["step"] == "dispatched"
    assert all(seen["due"][0]["why"].values())


async def test_a_wrong_receipt_opens_nothing(town):
    await town.files()
    answer = await town.client.post("/v1/receipts/case", json={"code": "0000-0000-0000"})
    assert answer.status_code == 404
    assert "check its letters" in answer.json()["detail"]


async def test_the_receipt_is_stored_as_a_hash_only_that_takes_the_vaults_key(town):
    _, receipt = await town.files()
    stored = await town.pool.fetchval("SELECT code_hash FROM receipts")
    assert stored == town.desk.vault.keyring.keyed_hash(receipt.replace("-", ""))
    dump = await everything_stored(town)
    for written in (receipt, receipt.replace("-", "")):
        assert written.encode() not in dump


async def test_a_resident_withdraws_by_receipt(town):
    case_id, receipt = await town.files()
    answer = await town.client.post(
        "/v1/receipts/case/steps", json={"code": receipt, "step": "withdrawn"}
    )
    assert answer.status_code == 200
    assert answer.json()["is_open"] is False
    assert await town.happened(case_id) == ["filed", "withdrawn"]


async def test_a_resident_cannot_take_a_step_of_the_staff(town):
    _, receipt = await town.files()
    answer = await town.client.post(
        "/v1/receipts/case/steps", json={"code": receipt, "step": "classified"}
    )
    assert answer.status_code == 409
    assert "may be taken by dispatcher" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("step", "fields", "sentence"),
    [
        ("withdrawn", {"category": "safety"}, "knows no category; with it comes none"),
        ("withdrawn", {"satisfaction": 5}, "knows no satisfaction; with it comes none"),
        ("revisited", {"satisfaction": 5, "to": "department"}, "with it comes satisfaction"),
    ],
)
async def test_with_a_step_by_receipt_comes_what_it_asks_for_and_nothing_else(
    town, step, fields, sentence
):
    case_id, receipt = await town.files()
    body = {"code": receipt, "step": step, **fields}
    answer = await town.client.post("/v1/receipts/case/steps", json=body)
    assert answer.status_code == 409, answer.text
    assert sentence in answer.json()["detail"]
    assert await town.happened(case_id) == ["filed"]


async def test_the_same_key_files_once_and_gets_the_same_receipt(town):
    key = {"idempotency-key": "filing-0123456789abcdef"}
    body = {"area": VILLAGE, "text": "楼道灯坏了", "category": "safety"}
    answers = await asyncio.gather(
        *(town.client.post("/v1/cases", json=body, headers=key) for _ in range(8))
    )
    later = await town.client.post("/v1/cases", json=body, headers=key)
    assert {answer.status_code for answer in (*answers, later)} == {201}
    assert len({answer.text for answer in (*answers, later)}) == 1
    assert len({answer.headers["location"] for answer in (*answers, later)}) == 1
    assert await town.counts("cases", "receipts", "vault_keys") == [1, 1, 1]


async def test_the_same_key_files_once_while_the_bus_is_down(servers, town):
    await town.talk.settles()
    servers.nats.stop()
    try:
        key = {"idempotency-key": "filing-0123456789abcdef"}
        body = {"area": VILLAGE, "text": "楼道灯坏了"}
        answers = await asyncio.gather(
            *(town.client.post("/v1/cases", json=body, headers=key) for _ in range(4))
        )
        others = [await town.files() for _ in range(5)]
    finally:
        servers.nats.start()
    assert len({answer.text for answer in answers}) == 1
    assert answers[0].status_code == 201
    await town.talk.settles(within=60)
    said = [envelope.subject for envelope in await town.talk.all_said("intake")]
    assert said == [
        f"case-{answers[0].json()['case_id']}",
        *(f"case-{case_id}" for case_id, _ in others),
    ]


async def test_staff_file_for_others_in_their_own_area(town):
    body = {"area": VILLAGE, "text": "井盖松动", "source": "grid_worker"}
    answer = await town.client.post(
        "/v1/cases/on-behalf", json=body, headers=town.as_("grid_worker", area=VILLAGE)
    )
    assert answer.status_code == 201
    (filed,) = await history(town, answer.json()["case_id"])
    assert filed["actor"] == "staff-1"
    outside = await town.client.post(
        "/v1/cases/on-behalf", json=body, headers=town.as_("grid_worker", area=ELSEWHERE)
    )
    assert outside.status_code == 403
    assert await town.counts("cases") == [1]


CANNOT_BE_FILED = {
    "no area": ({"area": "340402999999"}, 409, "is no area of the register"),
    "no code": ({"area": "3404"}, 422, "#/area"),
    "no kind": ({"kind": "wish"}, 409, "no kind wish; the kinds are"),
    "no category": ({"category": "ufo"}, 409, "'ufo' is no category"),
    "no source": ({"source": "pigeon"}, 409, "'pigeon' is no source"),
    "another's source": ({"source": "window"}, 409, "filed by window"),
    "no urgency": ({"urgency": "asap"}, 422, "#/urgency"),
    "no text": ({"text": " "}, 422, "#/text"),
    "an unknown field": ({"colour": "red"}, 409, "knows no colour; it knows"),
    "a value of no sort": ({"colour": "Bright Red"}, 422, "#/colour"),
    "a control character": ({"text": "灯\x00坏"}, 422, "#/text"),
    "a name of two lines": ({"name": "李\n雷"}, 422, "#/name"),
    "no phone number": ({"phone": "call me"}, 422, "#/phone"),
    "2 MB": ({"text": "x" * 2_000_000}, 413, "too long"),
}


async def test_what_cannot_be_filed_is_a_problem_and_stores_nothing(town, subtests):
    for name, (body, status, sentence) in CANNOT_BE_FILED.items():
        with subtests.test(name):
            answer = await town.client.post(
                "/v1/cases",
                json={"area": VILLAGE, "text": "楼道灯坏了", **body},
                headers={"idempotency-key": "filing-0123456789abcdef"},
            )
            assert answer.status_code == status
            assert answer.headers["content-type"] == "application/problem+json"
            assert sentence in answer.json()["detail"]
            assert await town.counts(*STORED) == [0] * len(STORED)


OPEN_TO_ALL = (
    *("/v1/topics", "/v1/channels", "/v1/forums", "/v1/lists", "/v1/kinds", "/v1/kinds/request"),
    *("/", "/file/request", "/open311/v2/discovery.json"),
)


QUARREL = {"kind": "dispute", "category": "land", "source_class": "none"}

FOR_STAFF_TO_SAY = [
    pytest.param(
        {"kind": "deliberation", "category": "parking", "venue": "community_hall"},
        "Venue of a deliberation is for staff to say; a resident brings category, urgency, source.",
        id="the venue, from which a building could not go on any more",
    ),
    pytest.param(
        {**QUARREL, "method": "five_character", "phase": "control"},
        "Method, phase of a dispute is for staff to say; a resident brings category, source_class,"
        " origin, urgency, source.",
        id="the phase of a method",
    ),
    pytest.param(
        {**QUARREL, "panel_size": 30},
        "Panel_size of a dispute is for staff",
        id="a number",
    ),
    pytest.param(
        {"kind": "suggestion", "category": "health", "theme": "health", "grade": "golden"},
        "grade, theme of a suggestion is for staff",
        id="the theme of a topic that is not named",
    ),
    pytest.param({"post_id": str(uuid4())}, "Post_id of a request is for staff", id="a post"),
]


@pytest.mark.parametrize(("body", "sentence"), FOR_STAFF_TO_SAY)
async def test_a_resident_says_nothing_that_is_for_staff_to_say(town, body, sentence):
    filing = {"area": VILLAGE, "text": "大家商量一下停车", **body}
    answer = await town.client.post("/v1/cases", json=filing)
    assert answer.status_code == 409, answer.text
    assert sentence.casefold() in answer.json()["detail"].casefold()
    assert await town.counts(*STORED) == [0] * len(STORED)


async def test_a_resident_names_no_mediator_though_there_is_one(town):
    mediator = (await make_records(town))["@mediator"]
    filing = {"area": VILLAGE, "text": "地界不清", **QUARREL, "mediator": mediator}
    answer = await town.client.post("/v1/cases", json=filing)
    assert answer.status_code == 409, answer.text
    assert answer.json()["detail"].startswith("Mediator of a dispute is for staff to say")
    assert await town.counts("cases") == [0]


async def test_staff_say_it_when_they_file_for_others(town):
    filing = {"area": VILLAGE, "text": "停车", "kind": "deliberation", "category": "parking"}
    answer = await town.client.post(
        "/v1/cases/on-behalf",
        json={**filing, "source": "forum_session", "venue": "grid_pavilion"},
        headers=town.as_("host"),
    )
    assert answer.status_code == 201, answer.text
    assert (await town.talk.says(CaseFiled)).fields == {"venue": "grid_pavilion"}


async def test_a_resident_says_what_the_kind_s_file_leaves_to_them(town):
    await town.files(**QUARREL, origin="legacy")
    filed = await town.talk.says(CaseFiled)
    assert filed.fields == {"source_class": "none", "origin": "legacy"}


async def test_what_is_no_json_is_a_problem_and_stores_nothing(town):
    answer = await town.client.post(
        "/v1/cases", content=b'{"area":', headers={"content-type": "application/json"}
    )
    assert answer.status_code == 400
    assert await town.counts(*STORED) == [0] * len(STORED)


async def test_filing_and_asking_are_limited_per_address(servers, database, bus, issuer):
    pool = await database("chassis", "intake")
    async with running_town(
        servers, pool, bus, issuer, filings_a_minute=2, lookups_a_minute=2
    ) as town:
        for path, body in (
            ("/v1/cases", {"area": COUNTY, "text": "x"}),
            ("/v1/receipts/case", {"code": "0000-0000-0000"}),
        ):
            statuses = [(await town.client.post(path, json=body)).status_code for _ in range(3)]
            assert statuses[2] == 429


async def test_what_is_open_to_all_is_read_so_often_from_one_address(
    servers, database, bus, issuer
):
    pool = await database("chassis", "intake")
    await register_areas(pool)
    async with running_town(servers, pool, bus, issuer, reads_a_minute=len(OPEN_TO_ALL)) as town:
        once = [(await town.client.get(path)).status_code for path in OPEN_TO_ALL]
        again = [(await town.client.get(path)).status_code for path in OPEN_TO_ALL]
        mine = await town.client.get("/v1/cases", headers=town.as_("dispatcher"))
    assert once == [200] * len(OPEN_TO_ALL)
    assert again == [429] * len(OPEN_TO_ALL)
    assert mine.status_code == 200


async def test_what_people_tell_is_nowhere_but_in_the_vault(town, caplog, capfd):
    secrets = {"text": "隔壁老周打人zebra", "name": "周小鹏quagga", "phone": "13955412345"}
    caplog.set_level(0)
    case_id, receipt = await town.files(category="environment", **secrets)
    await town.takes(case_id, "escalated", level="county", note="他躲在okapi")
    await town.client.post("/v1/cases", json={"area": "340402999999", **secrets})
    await town.client.post("/v1/receipts/case", json={"code": receipt})
    await town.talk.settles()

    on_the_bus = b"".join(env.to_json() for env in await town.talk.all_said("intake"))
    assert case_id.encode() in on_the_bus
    logged = (caplog.text + "".join(capfd.readouterr())).encode()
    stored = await everything_stored(town)
    for secret in ("zebra", "quagga", "13955412345", "okapi", receipt, receipt.replace("-", "")):
        for place in (on_the_bus, logged, stored):
            assert secret.encode() not in place

    told = await town.client.get(
        f"/v1/cases/{case_id}/texts?purpose=handling", headers=town.as_("dispatcher")
    )
    version = (await town.sees(case_id))["version"]
    said = {name: value for name, value in told.json().items() if value}
    assert said == {**secrets, "notes": {str(version): "他躲在okapi"}}


async def everything_stored(town):
    """All rows of all tables, as text and as the bytes of their bytea columns."""
    tables = await town.pool.fetch(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    )
    rows = [
        value
        for table in tables
        for row in await town.pool.fetch(f"SELECT * FROM {table['table_name']}")  # noqa: S608 - from the schema
        for value in row.values()
    ]
    return b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in rows)


async def history(town, case_id):
    answer = await town.client.get(f"/v1/cases/{case_id}/history", headers=town.as_("dispatcher"))
    return answer.json()
