"""Attachments: of a few types and sizes, sealed, read for a purpose, gone when forgotten."""

import asyncio
import hashlib
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from intake.handlers.attachments import attach, described
from tests.integration.intake.test_filing import everything_stored
from tests.integration.intake.town import ELSEWHERE

PNG = b"\x89PNG\r\n\x1a\n" + b"zebra" * 100
JPEG = b"\xff\xd8\xff\xe0" + b"zebra" * 100
WEBP = b"RIFF\x10\x00\x00\x00WEBPVP8 " + b"zebra" * 100
PDF = b"%PDF-1.7\n" + b"zebra" * 100
MB = 1_000_000


async def attaches(town, case_id, content=PNG, role="dispatcher", headers=None, **who):
    return await town.client.post(
        f"/v1/cases/{case_id}/attachments",
        content=content,
        headers={**town.as_(role, **who), **(headers or {})},
    )


async def attaches_own(town, receipt, content=PNG, headers=None):
    return await town.client.post(
        "/v1/receipts/case/attachments",
        content=content,
        headers={"receipt-code": receipt, **(headers or {})},
    )


async def listed(town, case_id):
    answer = await town.client.get(
        f"/v1/cases/{case_id}/attachments", headers=town.as_("dispatcher")
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def reads(town, case_id, attachment_id, role="dispatcher", **who):
    return await town.client.get(
        f"/v1/cases/{case_id}/attachments/{attachment_id}?purpose=handling",
        headers=town.as_(role, **who),
    )


@pytest.mark.parametrize(
    ("content", "media_type", "ending"),
    [
        (PNG, "image/png", ".png"),
        (JPEG, "image/jpeg", ".jpg"),
        (WEBP, "image/webp", ".webp"),
        (PDF, "application/pdf", ".pdf"),
    ],
)
async def test_what_is_attached_is_given_back_as_a_download(town, content, media_type, ending):
    case_id, _ = await town.files()
    answer = await attaches(town, case_id, content, headers={"content-type": "text/html"})
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made["sha256"] == hashlib.sha256(content).hexdigest()
    assert (made["media_type"], made["bytes"]) == (media_type, len(content))
    assert await listed(town, case_id) == [made]
    got = await reads(town, case_id, made["attachment_id"])
    assert (got.status_code, got.content) == (200, content)
    assert got.headers["content-type"] == media_type
    assert got.headers["x-content-type-options"] == "nosniff"
    disposition = got.headers["content-disposition"]
    assert disposition == f'attachment; filename="{made["attachment_id"]}{ending}"'


async def test_who_read_it_and_why_is_written_down(town):
    case_id, _ = await town.files()
    made = (await attaches(town, case_id)).json()
    await reads(town, case_id, made["attachment_id"], actor="anna")
    row = await town.pool.fetchrow("SELECT actor, purpose, fields FROM vault_reads")
    assert tuple(row) == ("anna", "handling", [f"attachment-{made['attachment_id']}"])


async def test_whoever_filed_it_attaches_by_the_receipt(town):
    case_id, receipt = await town.files()
    answer = await attaches_own(town, receipt, JPEG)
    assert answer.status_code == 201, answer.text
    assert [(one["media_type"], one["actor"]) for one in await listed(town, case_id)] == [
        ("image/jpeg", None)
    ]
    wrong = await attaches_own(town, "0000-0000-0000")
    assert wrong.status_code == 404
    without = await town.client.post("/v1/receipts/case/attachments", content=PNG)
    assert without.status_code == 422
    assert await town.counts("attachments") == [1]


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        pytest.param(b"<script>alert(1)</script>", 415, "none of the types", id="a script"),
        pytest.param(b"GIF89a", 415, "none of the types", id="another picture"),
        pytest.param(b"PK\x03\x04", 415, "none of the types", id="an archive"),
        pytest.param(b"", 415, "none of the types", id="nothing"),
        pytest.param(PNG + b"x" * 5 * MB, 413, "at most 5000000 bytes", id="over 5 MB"),
    ],
)
async def test_what_is_no_picture_or_paper_or_too_large_is_refused(town, content, status, sentence):
    case_id, receipt = await town.files()
    for answer in (
        await attaches(town, case_id, content),
        await attaches_own(town, receipt, content),
    ):
        assert answer.status_code == status, answer.text
        assert sentence in answer.json()["detail"]
    assert await town.counts("attachments") == [0]


async def test_five_megabytes_are_taken_here_and_nowhere_else(town):
    case_id, _ = await town.files()
    assert (await attaches(town, case_id, PNG + b"x" * (5 * MB - len(PNG)))).status_code == 201
    answer = await town.client.post(
        f"/v1/cases/{case_id}/notes", json={"text": "x" * 2 * MB}, headers=town.as_("dispatcher")
    )
    assert answer.status_code == 413
    assert "at most 1000000 bytes" in answer.json()["detail"]


async def test_ten_are_attached_to_a_case_and_no_more_however_many_come_at_once(town):
    case_id, _ = await town.files()
    answers = await asyncio.gather(*(attaches(town, case_id) for _ in range(14)))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [201] * 10 + [409] * 4
    assert "10 files are attached" in (await attaches(town, case_id)).json()["detail"]
    assert len(await listed(town, case_id)) == 10


async def test_all_that_is_attached_to_a_case_has_a_limit(town):
    case_id, _ = await town.files()
    for _ in range(4):
        assert (await attaches(town, case_id, PNG + b"x" * 4_900_000)).status_code == 201
    answer = await attaches(town, case_id, PNG + b"x" * 4_900_000)
    assert answer.status_code == 409
    assert "bytes are left" in answer.json()["detail"]
    assert (await attaches(town, case_id)).status_code == 201


async def test_it_is_stored_sealed_and_forgotten_with_the_rest(town):
    case_id, receipt = await town.files()
    made = (await attaches(town, case_id)).json()
    assert b"zebrazebra" not in await everything_stored(town)
    await town.client.delete(f"/v1/cases/{case_id}/texts", headers=town.as_("registrar"))
    assert (await reads(town, case_id, made["attachment_id"])).status_code == 404
    assert await town.counts("attachments", "vault_texts") == [0, 0]
    assert (await attaches_own(town, receipt)).status_code == 409


async def test_what_is_attached_meanwhile_is_forgotten_too(town):
    case_id, _ = await town.files()
    attachment = described(uuid4(), PNG, "image/png", datetime.now(UTC), None)
    async with town.pool.acquire() as db, db.transaction():
        await attach(db, town.desk, UUID(case_id), attachment, PNG)
        forgetting = asyncio.ensure_future(
            town.client.delete(f"/v1/cases/{case_id}/texts", headers=town.as_("registrar"))
        )
        await town.until_it_waits(forgetting)
    assert (await forgetting).status_code == 204
    assert await town.counts("attachments", "vault_texts") == [0, 0]


async def test_one_is_removed_and_the_others_stay(town):
    case_id, _ = await town.files()
    first, second = [(await attaches(town, case_id)).json() for _ in range(2)]
    path = f"/v1/cases/{case_id}/attachments/{first['attachment_id']}"
    statuses = [
        (await town.client.delete(path, headers=town.as_("dispatcher"))).status_code
        for _ in range(2)
    ]
    assert statuses == [204, 404]
    assert (await reads(town, case_id, first["attachment_id"])).status_code == 404
    assert (await reads(town, case_id, second["attachment_id"])).status_code == 200


async def test_it_is_for_those_who_work_on_the_case_alone(town):
    case_id, _ = await town.files()
    other, _ = await town.files()
    made = (await attaches(town, case_id)).json()
    attachment_id = made["attachment_id"]
    assert (await reads(town, case_id, attachment_id, "reader")).status_code == 403
    assert (await reads(town, case_id, attachment_id, area=ELSEWHERE)).status_code == 403
    assert (await reads(town, other, attachment_id)).status_code == 404
    path = f"/v1/cases/{other}/attachments/{attachment_id}"
    assert (await town.client.delete(path, headers=town.as_("dispatcher"))).status_code == 404
    assert (await attaches(town, case_id, role="relief_office")).status_code == 403
    assert (await reads(town, case_id, attachment_id)).status_code == 200


async def test_the_same_key_attaches_once(town):
    case_id, _ = await town.files()
    key = {"idempotency-key": "picture-0123456789abcdef"}
    answers = [await attaches(town, case_id, headers=key) for _ in range(3)]
    assert len({answer.text for answer in answers}) == 1
    assert len(await listed(town, case_id)) == 1


async def test_the_same_key_does_not_attach_to_another_case(town):
    (case_id, receipt), (other, others) = await town.files(), await town.files()
    key = {"idempotency-key": "picture-0123456789abcdef"}
    answers = [await attaches_own(town, code, headers=key) for code in (receipt, receipt, others)]
    assert [answer.status_code for answer in answers] == [201, 201, 422]
    assert answers[0].text == answers[1].text
    assert [len(await listed(town, each)) for each in (case_id, other)] == [1, 0]
