"""Pictures and papers sent by forms, and downloaded by those who work on the case."""

import re
import tempfile

import pytest

from tests.integration.intake.test_attachments import MB, PDF, PNG, attaches, listed
from tests.integration.intake.test_filing import everything_stored
from tests.integration.intake.test_pages import HTML, KEY, cookie


async def sends(town, path, content, headers=HTML, **typed):
    files = {"file": ("lamp.png", content, "image/png")} if content is not None else {}
    return await town.client.post(path, data=typed, files=files, headers=headers)


async def test_what_a_resident_sends_is_downloaded_for_a_purpose_that_is_written_down(town):
    case_id, code = await town.files()
    sent = await sends(town, "/follow/files", PNG, code=code, key=KEY)
    assert sent.status_code == 200, sent.text
    assert "Done. Thank you." in sent.text
    (attachment,) = await listed(town, case_id)
    assert (attachment["bytes"], attachment["actor"]) == (len(PNG), None)

    staff = cookie(town, "dispatcher")
    page = await town.client.get(f"/cases/{case_id}", headers=staff)
    assert "Files: 1." in page.text
    assert attachment["attachment_id"] not in page.text
    asked = {"purpose": "call_back"}
    page = await town.client.post(f"/cases/{case_id}/texts", data=asked, headers=staff)
    (path,) = re.findall(r'action="(/cases/[^"]+/files/[^"]+)"', page.text)
    assert "Download the picture (508 Bytes)" in page.text
    got = await town.client.post(path, data=asked, headers=staff)
    assert (got.status_code, got.content) == (200, PNG)
    assert got.headers["content-disposition"].startswith("attachment;")
    reads = await town.pool.fetch("SELECT purpose, actor FROM vault_reads ORDER BY read_at")
    assert [tuple(row) for row in reads] == [("call_back", "staff-1")] * 2
    refused = await town.client.post(path, data={"purpose": "curiosity"}, headers=staff)
    assert refused.status_code == 422


async def test_what_staff_send_is_theirs(town):
    case_id, _ = await town.files()
    path = f"/cases/{case_id}/files"
    for _ in range(2):
        sent = await sends(town, path, PDF, cookie(town, "dispatcher"), key=KEY)
    (attachment,) = await listed(town, case_id)
    assert (attachment["media_type"], attachment["actor"]) == ("application/pdf", "staff-1")
    assert sent.status_code == 422
    assert "This form was sent already." in sent.text  # the browser marks the parts anew
    reader = await sends(town, path, PDF, cookie(town, "reader"), key=KEY)
    assert reader.status_code == 403
    other = await sends(town, path, PDF, {**cookie(town, "dispatcher"), "origin": "http://evil"})
    assert other.status_code == 403
    assert len(await listed(town, case_id)) == 1


WRONG = {
    "none chosen": (b"", 422, "Choose a file."),
    "no file at all": (None, 422, "Go back to its page and fill it in anew."),
    "of another type": (b"MZ" * 100, 422, "Only a picture"),
    "a byte too large": (PNG.ljust(5 * MB + 1, b"z"), 422, "too large"),
    "far too large": (PNG.ljust(6 * MB, b"z"), 413, "too long"),
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_what_is_wrong_with_a_file_is_told(town, wrong):
    content, status, sentence = WRONG[wrong]
    case_id, code = await town.files()
    sent = await sends(town, "/follow/files", content, code=code, key=KEY)
    assert sent.status_code == status
    assert sentence in sent.text
    assert await listed(town, case_id) == []


async def test_a_form_that_was_torn_is_told_of(town):
    torn = {**HTML, "content-type": "multipart/form-data; boundary=abc"}
    sent = await town.client.post("/follow/files", content=b"abc", headers=torn)
    assert sent.status_code == 422
    assert "Go back to its page and fill it in anew." in sent.text


async def test_the_largest_is_kept_and_never_stands_in_a_file_on_its_way(
    town, monkeypatch, tmp_path
):
    case_id, code = await town.files()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    largest = PNG.ljust(5 * MB, b"z")
    sent = await sends(town, "/follow/files", largest, code=code, key=KEY)
    assert sent.status_code == 200, sent.text
    assert [each["bytes"] for each in await listed(town, case_id)] == [5 * MB]
    assert b"zebrazebra" not in await everything_stored(town)


async def test_too_many_are_refused_in_the_language_of_the_page(town):
    case_id, code = await town.files()
    for _ in range(10):
        assert (await attaches(town, case_id)).status_code == 201
    sent = await sends(
        town, "/follow/files", PNG, {**HTML, "accept-language": "zh"}, code=code, key=KEY
    )
    assert sent.status_code == 409
    assert "本件已有10个附件，不能再加" in sent.text


async def test_with_a_wrong_code_nothing_is_kept(town):
    sent = await sends(town, "/follow/files", PNG, code="ABCD-EFGH-JKMN", key=KEY)
    assert sent.status_code == 404
    assert "No case has this code." in sent.text
    assert await town.counts("attachments") == [0]
