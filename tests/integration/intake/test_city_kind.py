"""A city adds a kind of its own and puts another in place of ours: a file each, and no code."""

from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest

from contracts.intake import CaseClosed, CaseFiled, CaseStepOverdue, CaseStepTaken
from reporting.metric_files import SHIPPED, load
from reporting.projection import effects
from reporting.rules import compiled
from tests.integration.intake.town import VILLAGE, register_areas, running_town

LANTERN = """
kind = "lantern"
title = { zh = "路灯认养", en = "Lantern adopted" }
source = "the city's own"
supervised_by = ["lamplighter"]

[[step]]
name = "proposed"
title = { zh = "已提出", en = "Proposed" }
by = ["resident", "lamplighter"]
requires = ["street"]
tells = { zh = "谢谢您认养路灯。", en = "Thank you for adopting a lantern." }

[[step]]
name = "inspected"
title = { zh = "已查看", en = "Inspected" }
by = ["lamplighter"]
within = "2 days"
within_by.street.narrow = "1 day"
escalate_to = "lamp_master"
requires = ["lamps"]

[[step]]
name = "lit"
title = { zh = "已点亮", en = "Lit" }
by = ["lamplighter"]
requires = ["message"]
next = []

[number.lamps]
title = { zh = "盏数", en = "Lamps" }
least = 1
most = 9
[text.message]
title = { zh = "寄语", en = "Message" }
is_told = true
[field.street.broad]
title = { zh = "大街", en = "Broad" }
[field.street.narrow]
title = { zh = "小巷", en = "Narrow" }
[field.source.resident]
title = { zh = "居民", en = "Resident" }
suggests = { by = "resident" }
"""

LATER = timedelta(days=5)


@pytest.fixture
async def own_city(servers, database, bus, issuer, tmp_path):
    (tmp_path / "lantern.toml").write_text(LANTERN, encoding="utf-8")
    ours = (files("intake") / "kinds/suggestion.toml").read_text(encoding="utf-8")
    own = ours.replace('within = "5 workdays"', 'within = "3 days"')
    (tmp_path / "suggestion.toml").write_text(own, encoding="utf-8")
    pool = await database("chassis", "intake")
    await register_areas(pool)
    async with running_town(servers, pool, bus, issuer, kinds_folder=tmp_path) as town:
        yield town


async def test_a_kind_of_the_citys_own_runs_by_its_file_alone(own_city):
    town = own_city
    listed = (await town.client.get("/v1/kinds")).json()
    assert {"lantern", "request", "petition"} <= {one["kind"] for one in listed}
    shown = (await town.client.get("/v1/kinds/lantern")).json()
    assert (shown["numbers"]["lamps"]["most"], shown["texts"]["message"]["is_told"]) == (9, True)

    body = {"kind": "lantern", "area": VILLAGE, "text": "我家门口那盏"}
    refused = await town.client.post("/v1/cases", json=body)
    assert refused.json()["detail"] == "Proposed needs street."
    case_id, receipt = await town.files(kind="lantern", street="narrow")
    (due,) = (await town.client.post("/v1/receipts/case", json={"code": receipt})).json()["due"]
    assert due["why"]["en"].startswith("1 day from")

    unseen = await town.client.get(f"/v1/cases/{case_id}", headers=town.as_("grid_worker"))
    assert unseen.status_code == 403
    refused = await town.takes(case_id, "inspected", role="lamplighter", lamps=10)
    assert "Lamps is a whole number from 1 to 9" in refused.json()["detail"]
    await town.sweeps(datetime.now(UTC) + LATER)
    assert (await town.talk.says(CaseStepOverdue)).escalated_to == "lamp_master"
    taken = await town.takes(case_id, "inspected", role="lamp_master", lamps=3)
    assert taken.status_code == 200, taken.text
    lit = await town.takes(case_id, "lit", role="lamplighter", texts={"message": "一路光明"})
    assert (lit.status_code, lit.json()["is_open"]) == (200, False)
    seen = (await town.client.post("/v1/receipts/case", json={"code": receipt})).json()
    assert [each["text"] for each in seen["replies"]] == ["一路光明"]
    assert seen["steps"][0]["told"]["zh"] == "谢谢您认养路灯。"


async def test_what_it_says_is_counted_like_any_other_kind(own_city):
    town = own_city
    case_id, _ = await town.files(kind="lantern", street="broad")
    await town.takes(case_id, "inspected", role="lamplighter", lamps=3)
    await town.takes(case_id, "lit", role="lamplighter", texts={"message": "亮"})
    filed, inspected = await town.talk.says(CaseFiled), await town.talk.says(CaseStepTaken)
    assert (filed.kind, filed.fields) == ("lantern", {"street": "broad"})
    assert inspected.numbers == {"lamps": 3}
    assert (await town.talk.says(CaseClosed)).fields == {"street": "broad"}
    said = await town.talk.all_said("intake")
    messages = [(number, "", each.to_json()) for number, each in enumerate(said, 1)]
    counted = effects(messages, compiled(load(SHIPPED).values())).facts
    assert {fact[0]: fact[3] for fact in counted} == {
        "cases_filed": "lantern/resident/normal",
        "cases_open": "lantern",
        "cases_closed": "lantern//lit",
        "case_open_days": "lantern//lit",
    }


async def test_a_kind_of_ours_runs_by_the_citys_clock(own_city):
    _, receipt = await own_city.files(kind="suggestion", category="other")
    answer = await own_city.client.post("/v1/receipts/case", json={"code": receipt})
    (due,) = answer.json()["due"]
    assert (due["step"], due["why"]["en"][:11]) == ("assessed", "3 days from")
