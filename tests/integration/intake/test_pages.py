"""What intake's pages hold to, whoever sends them something: asked over HTTP, without a browser."""

import re
from datetime import datetime

import pytest

from chassis.pages.times import minute
from chassis.workflow.workdays import last_day_of
from contracts.intake import CaseDispatched
from tests.integration.intake.test_filing import everything_stored, history
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


async def test_the_same_form_of_staff_takes_a_step_once_and_writes_one_note(town):
    case_id, _ = await town.files()
    step = {"key": KEY, "version": "1", "step": "classified", "category": "safety"}
    for path, form in (("steps", step), ("notes", {"key": KEY, "note": "call first"})):
        for _ in range(2):
            page = await town.client.post(
                f"/cases/{case_id}/{path}", data=form, headers=cookie(town, "dispatcher")
            )
            assert page.status_code == 303, path
    assert await town.happened(case_id) == ["filed", "classified"]
    assert await town.counts("notes") == [1]


async def test_other_stars_sent_from_a_page_that_was_gone_back_to_are_told_of(town):
    case_id, code = await town.files(category="property")
    for step, role in (("in_progress", "department"), ("resolved", "department")):
        await town.takes(case_id, step, role)
    await town.takes(case_id, "closed")
    form = {"code": code, "step": "revisited", "key": KEY, "satisfaction": "5"}
    rated = await town.client.post("/follow/steps", data=form, headers=HTML)
    assert rated.status_code == 200
    other = {**form, "satisfaction": "1"}
    again = await town.client.post("/follow/steps", data=other, headers=HTML)
    assert again.status_code == 422
    assert "This form was sent already." in again.text
    assert "Revisited" in again.text
    assert (await town.sees(case_id))["satisfaction"] == 5


async def test_a_note_that_cannot_be_kept_is_told_of_and_stays_as_it_was_typed(town):
    case_id, _ = await town.files()
    path, staff = f"/cases/{case_id}/notes", cookie(town, "dispatcher")
    form = {"key": KEY, "note": "call first"}
    assert (await town.client.post(path, data=form, headers=staff)).status_code == 303
    edited = {**form, "note": "call before <noon>"}
    again = await town.client.post(path, data=edited, headers=staff)
    assert again.status_code == 422
    assert "This form was sent already." in again.text
    assert "call before &lt;noon&gt;</textarea>" in again.text

    await town.client.delete(f"/v1/cases/{case_id}/texts", headers=town.as_("registrar"))
    later = {**edited, "key": "another-form-drawn-0001"}
    refused = await town.client.post(path, data=later, headers=staff)
    assert refused.status_code == 409
    assert refused.headers["content-type"].startswith("text/html")
    assert "This is not possible" in refused.text
    assert "This person was forgotten" in refused.text


REFUSED = {
    "zh": "现处于“已提交”，不能转为“已销号”；现在可转为：已分类、已撤回。",
    "en": "It stands at Filed, where Closed cannot follow; allowed now: Classified, Withdrawn.",
}


@pytest.mark.parametrize("language", REFUSED)
async def test_what_the_rules_refuse_is_told_with_titles_in_the_language_of_the_page(
    town, language
):
    case_id, code = await town.files()
    form = {"key": KEY, "version": "1", "step": "closed", "outcome": "resolved"}
    headers = {**cookie(town, "dispatcher"), "accept-language": language}
    refused = await town.client.post(f"/cases/{case_id}/steps", data=form, headers=headers)
    assert refused.status_code == 409
    assert f"<p>{REFUSED[language]}</p>" in refused.text
    rating = {"key": KEY, "code": code, "step": "revisited", "satisfaction": "5"}
    refused = await town.client.post("/follow/steps", data=rating, headers=headers)
    assert refused.status_code == 409
    assert ("不能转为“已回访”" if language == "zh" else "Revisited cannot follow") in refused.text


async def test_a_note_stands_under_the_time_of_the_step_that_it_came_with(town):
    case_id, _ = await town.files()
    await town.takes(case_id, "classified", category="safety", note="call first")
    path, staff = f"/cases/{case_id}/texts", cookie(town, "dispatcher")
    page = await town.client.post(path, data={"purpose": "handling"}, headers=staff)
    classified = (await history(town, case_id))[1]
    noted = minute(datetime.fromisoformat(classified["at"]))
    assert f'<dt>Note ({noted})</dt><dd class="words">call first</dd>' in page.text


WRONG = {
    "no text": ({"text": ""}, 422, "What is it about?: Please fill this in."),
    "no phone": ({"phone": "call me"}, 422, "Telephone: Only digits"),
    "no category": ({"category": "ufo"}, 422, "Category: Please choose one."),
    "too long": ({"text": "x" * 5001}, 422, "at most 5000 characters"),
    "no place": ({"area": "340402999999"}, 422, "There is no such place."),
    "no code": ({"area": "here"}, 422, "There is no such place."),
    "no key": ({"key": ""}, 422, "Go back to its page and fill it in anew."),
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


async def test_a_date_is_the_last_day_in_time_wherever_it_is_read(town):
    case_id, code = await town.files(category="property")
    first = min(datetime.fromisoformat(due["due_at"]) for due in (await town.sees(case_id))["due"])
    day = last_day_of(first)
    staff = cookie(town, "dispatcher", "department")
    queue = await town.client.get("/queue?queue=open", headers=staff)
    followed = await town.client.post("/follow", data={"code": code}, headers=HTML)
    assert f'<span class="until">by {day} at the latest</span>' in queue.text
    assert f"By {day} at the latest: " in followed.text
    zh = {**staff, "accept-language": "zh"}
    assert f">最迟 {day}</span>" in (await town.client.get("/queue?queue=open", headers=zh)).text


async def test_a_case_is_sent_to_volunteers_who_can_do_what_is_chosen(town):
    case_id, _ = await town.files()
    await town.takes(case_id, "classified", category="other")
    path, staff = f"/cases/{case_id}", cookie(town, "dispatcher")
    drawn = await town.client.get(path, headers=staff)
    assert '<option value="sign_language">Sign language</option>' in drawn.text
    form = {"key": KEY, "version": "2", "step": "dispatched", "to": "volunteers"}
    sent = await town.client.post(
        f"{path}/steps", data={**form, "skill": "sign_language"}, headers=staff
    )
    assert sent.status_code == 303, sent.text
    dispatched = await town.talk.says(CaseDispatched)
    assert (dispatched.to, dispatched.skill) == ("volunteers", "sign_language")


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
