"""What intake's pages hold to, whoever sends them something: asked over HTTP, without a browser."""

import re

import pytest

from tests.integration.intake.test_filing import everything_stored
from tests.integration.intake.town import COUNTY, ELSEWHERE, VILLAGE, running_town

KEY = "a-form-drawn-once-0001"
HTML = {"accept": "text/html", "accept-language": "en"}
FORM = {"key": KEY, "area": VILLAGE, "text": "the street lamp is out"}

OWN_KIND = """
kind = "street_tree"
title = { zh = "行道树", en = "Street tree" }
source = "the city's own"
[[step]]
name = "reported"
title = { zh = "已上报", en = "Reported" }
by = ["resident"]
requires = ["trunks", "species"]
next = []
[number.trunks]
title = { zh = "棵数", en = "Trunks" }
least = 1
most = 9
[field.species.plane]
title = { zh = "悬铃木", en = "Plane" }
"""


def cookie(town, *roles, area=COUNTY):
    return {**HTML, "cookie": f"liuchi_token={town.issuer.token('staff-1', list(roles), area)}"}


def receipt_on(page):
    return re.findall(r'id="receipt">([^<]+)<', page.text)[0]


async def test_pages_may_load_nothing_from_elsewhere_and_stay_in_no_cache(town):
    for path in ("/", "/follow", f"/file/request?area={VILLAGE}"):
        page = await town.client.get(path, headers=HTML)
        assert page.status_code == 200
        assert "default-src 'self'" in page.headers["content-security-policy"]
        assert "script-src" not in page.headers["content-security-policy"]
        assert page.headers["cache-control"] == "no-store"
        assert not re.search(r"<script|(src|href)=\"(https?:)?//", page.text)


@pytest.mark.parametrize("path", ["/file/request", "/follow", "/follow/steps"])
async def test_a_form_on_another_site_sends_nothing_here(town, path):
    for sent in ({"sec-fetch-site": "cross-site"}, {"origin": "http://evil.example"}):
        answer = await town.client.post(path, data=FORM, headers={**HTML, **sent})
        assert answer.status_code == 403
        assert "Send it from a page of this site." in answer.text
    assert await town.counts("cases") == [0]


async def test_another_site_does_nothing_with_the_cookie_of_staff(town):
    case_id, _ = await town.files()
    form = {"key": KEY, "version": "1", "step": "classified", "category": "safety"}
    path = f"/cases/{case_id}/steps"
    headers = cookie(town, "dispatcher")
    sent = {**headers, "sec-fetch-site": "cross-site"}
    assert (await town.client.post(path, data=form, headers=sent)).status_code == 403
    assert await town.happened(case_id) == ["filed"]
    sent["sec-fetch-site"] = "same-origin"
    assert (await town.client.post(path, data=form, headers=sent)).status_code == 303
    assert await town.happened(case_id) == ["filed", "classified"]


async def test_who_decides_on_an_old_version_is_told_and_nothing_happens(town):
    case_id, _ = await town.files()
    await town.takes(case_id, "classified", category="safety")
    form = {"key": KEY, "version": "1", "step": "withdrawn"}
    page = await town.client.post(
        f"/cases/{case_id}/steps", data=form, headers=cookie(town, "dispatcher")
    )
    assert page.status_code == 412
    assert "Others went on with this meanwhile." in page.text
    assert await town.happened(case_id) == ["filed", "classified"]


async def test_the_same_form_files_once_and_takes_a_step_once(town):
    pages = [await town.client.post("/file/request", data=FORM, headers=HTML) for _ in range(2)]
    assert {page.status_code for page in pages} == {201}
    code, again = map(receipt_on, pages)
    assert code == again
    step = {"code": code, "step": "withdrawn", "key": "another-form-drawn-0001"}
    for _ in range(2):
        page = await town.client.post("/follow/steps", data=step, headers=HTML)
        assert page.status_code == 200
        assert "Withdrawn" in page.text
    assert await town.counts("cases") == [1]
    (case_id,) = await town.lists()
    assert await town.happened(case_id) == ["filed", "withdrawn"]


WRONG = {
    "no text": ({"text": ""}, 422, "What is it about?: Please fill this in."),
    "no phone": ({"phone": "call me"}, 422, "Telephone: Only digits"),
    "no category": ({"category": "ufo"}, 422, "Category: Please choose one."),
    "too long": ({"text": "x" * 5001}, 422, "at most 5000 characters"),
    "no place": ({"area": "340402999999"}, 422, "There is no such place."),
    "no code": ({"area": "here"}, 422, "There is no such place."),
    "no key": ({"key": ""}, 422, "Check the address."),
}


async def test_what_is_wrong_is_told_and_what_was_typed_is_kept(town, subtests):
    for name, (typed, status, sentence) in WRONG.items():
        with subtests.test(name):
            form = {**FORM, "name": "<Li Lei>", **typed}
            page = await town.client.post("/file/request", data=form, headers=HTML)
            assert page.status_code == status
            assert sentence in page.text
            if "key" not in typed and "area" not in typed:
                assert "&lt;Li Lei&gt;" in page.text
            assert await town.counts("cases", "vault_keys") == [0, 0]


async def test_what_is_typed_into_a_page_is_nowhere_but_in_the_vault(town, caplog, capfd):
    caplog.set_level(0)
    secrets = {"text": "隔壁老周打人zebra", "name": "周小鹏quagga", "phone": "13955412345"}
    page = await town.client.post("/file/request", data={**FORM, **secrets}, headers=HTML)
    code = receipt_on(page)
    await town.client.post("/file/request", data={**FORM, **secrets, "area": "x"}, headers=HTML)
    await town.client.post("/follow", data={"code": code}, headers=HTML)
    (case_id,) = await town.lists()
    note = {"note": "他躲在okapi", "key": KEY}
    staff = cookie(town, "dispatcher")
    await town.client.post(f"/cases/{case_id}/notes", data=note, headers=staff)
    await town.talk.settles()
    on_the_bus = b"".join(env.to_json() for env in await town.talk.all_said("intake"))
    assert case_id.encode() in on_the_bus
    logged = (caplog.text + "".join(capfd.readouterr())).encode()
    stored = await everything_stored(town)
    for secret in ("zebra", "quagga", "13955412345", "okapi", code, code.replace("-", "")):
        for place in (on_the_bus, logged, stored):
            assert secret.encode() not in place
    shown = await town.client.get(f"/cases/{case_id}", headers=staff)
    assert "zebra" not in shown.text
    told = await town.client.post(
        f"/cases/{case_id}/texts", data={"purpose": "handling"}, headers=staff
    )
    assert "zebra" in told.text
    assert "okapi" in told.text
    reads = await town.pool.fetch("SELECT actor, purpose FROM vault_reads")
    assert ("staff-1", "handling") in {tuple(row) for row in reads}


async def test_nobody_sees_the_pages_of_a_case_elsewhere_or_without_a_token(town):
    case_id, _ = await town.files()
    path = f"/cases/{case_id}"
    for headers, status in (
        (HTML, 401),
        (cookie(town, "dispatcher", area=ELSEWHERE), 403),
        (cookie(town, "volunteer"), 403),
    ):
        for answer in (
            await town.client.get(path, headers=headers),
            await town.client.post(f"{path}/texts", data={}, headers=headers),
            await town.client.post(f"{path}/steps", data={"step": "x"}, headers=headers),
        ):
            assert answer.status_code == status
            assert answer.headers["content-type"].startswith("text/html")


async def test_a_city_s_own_kind_is_filed_by_a_page_of_its_own(
    servers, database, bus, issuer, tmp_path
):
    (tmp_path / "street_tree.toml").write_text(OWN_KIND, encoding="utf-8")
    pool = await database("chassis", "intake")
    await pool.execute("INSERT INTO areas (code, name) VALUES ($1, '居仁社区')", VILLAGE)
    async with running_town(servers, pool, bus, issuer, kinds_folder=tmp_path) as town:
        begin = await town.client.get("/", headers=HTML)
        assert '<a href="/file/street_tree"><strong>Street tree</strong>' in begin.text
        form = {**FORM, "trunks": "10", "species": "plane"}
        page = await town.client.post("/file/street_tree", data=form, headers=HTML)
        assert "Trunks: A whole number from 1 to 9." in page.text
        page = await town.client.post(
            "/file/street_tree", data={**form, "trunks": "2"}, headers=HTML
        )
        assert page.status_code == 201
        code = receipt_on(page)
        followed = await town.client.post("/follow", data={"code": code}, headers=HTML)
        assert "Reported" in followed.text


async def test_what_no_resident_files_has_no_page(town):
    for kind in ("relief", "nothing_like_it"):
        page = await town.client.get(f"/file/{kind}", headers=HTML)
        assert page.status_code == 404
        assert "Back to the first page" in page.text
