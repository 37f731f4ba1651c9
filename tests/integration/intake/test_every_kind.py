"""Every shipped kind over HTTP: filed in each of its ways, taken to its end, refused by name."""

import pytest

from intake.desk import OUTSIDE, load_kinds
from tests.integration.intake.town import ELSEWHERE, VILLAGE
from tests.integration.intake.ways import WAYS, make_records

KINDS = load_kinds()
EACH = pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))


def test_every_kind_has_a_way_to_its_end():
    assert set(WAYS) == set(KINDS)
    for name, way in WAYS.items():
        step, _, body = way[-1]
        outcome = "good" if KINDS[name].step(step).rating else body.get("outcome")
        assert KINDS[name].after(step, outcome) == ()


def by_whom(kind, source):
    """Who files what comes in by a way; where the file leaves it open, whoever may at all."""
    return kind.fields["source"][source].suggests.get("by", kind.steps[0].by[0])


def filing(kind, source):
    needed = {name: next(iter(kind.fields[name])) for name in kind.steps[0].needs}
    return {"kind": kind.name, "area": VILLAGE, "text": "请帮一帮", "source": source, **needed}


async def files(town, kind, source, role=None, **changes):
    role, body = role or by_whom(kind, source), filing(kind, source) | changes
    body = {name: value for name, value in body.items() if value is not None}
    if role in OUTSIDE:
        return await town.client.post("/v1/cases", json=body)
    return await town.client.post("/v1/cases/on-behalf", json=body, headers=town.as_(role))


async def filed(town, kind, source=None):
    answer = await files(town, kind, source or next(iter(kind.fields["source"])))
    assert answer.status_code == 201, answer.text
    return answer.json()["case_id"], answer.json()["receipt"]


def refusal(answer, status=409):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    sentence = answer.json()["detail"]
    return sentence[0].lower() + sentence[1:].removesuffix(".")


@EACH
async def test_it_is_filed_in_each_of_its_ways_and_only_by_whom_its_file_names(town, kind):
    for source in kind.fields["source"]:
        case_id, receipt = await filed(town, kind, source)
        assert case_id
        followed = await town.client.post("/v1/receipts/case", json={"code": receipt})
        assert followed.json()["kind_title"]["zh"] == kind.title.zh
        first = kind.steps[0]
        told = followed.json()["steps"][0]["told"]
        assert told == ({"zh": first.tells.zh, "en": first.tells.en} if first.tells else None)
    assert await town.counts("cases") == [len(kind.fields["source"])]
    for source, value in kind.fields["source"].items():
        others = sorted((set(town.desk.filers) | {"resident"}) - {value.suggests.get("by")})
        if "by" in value.suggests:
            sentence = refusal(await files(town, kind, source, others[0]))
            assert f"filed by {value.suggests['by']}" in sentence
    sentence = refusal(await files(town, kind, "pigeon", by_whom(kind, source)))
    assert f"it is one of {', '.join(kind.fields['source'])}" in sentence


@EACH
async def test_it_goes_its_whole_way_and_refuses_what_is_not_allowed_by_name(town, kind):
    records = await make_records(town)
    case_id, receipt = await filed(town, kind)
    await town.talk.settles()
    for step, role, body in WAYS[kind.name]:
        body = {name: records.get(value, value) if isinstance(value, str) else value
                for name, value in body.items()}  # fmt: skip
        await refuses_all_else(town, kind, case_id, step, role, body)
        answer = await town.takes(case_id, step, role=role, **body)
        assert answer.status_code == 200, (step, answer.text)
        assert answer.json()["step"] == step
    assert answer.json()["is_open"] is False
    assert answer.json()["allowed"] == []
    assert "no step is left" in refusal(await town.takes(case_id, step, role=role, **body))

    seen = (await town.client.post("/v1/receipts/case", json={"code": receipt})).json()
    passed = [kind.steps[0].name, *(step for step, _, _ in WAYS[kind.name])]
    assert [each["step"] for each in seen["steps"]] == passed
    written = [text for _, _, body in WAYS[kind.name] for text in body.get("texts", {}).items()]
    replies = [text for name, text in written if kind.texts[name].is_told]
    assert [each["text"] for each in seen["replies"]] == replies
    read = await town.pool.fetchval("SELECT count(*) FROM vault_reads WHERE purpose = 'following'")
    assert read == bool([text for text in kind.texts.values() if text.is_told])


async def refuses_all_else(town, kind, case_id, step, role, body):
    """Before a step of its way: what cannot follow, who may not, where not, without what not."""
    view = await town.client.get(f"/v1/cases/{case_id}", headers=town.as_("reader"))
    allowed = [choice["step"] for choice in view.json()["allowed"]]
    assert step in allowed
    beyond = next(each.name for each in kind.steps if each.name not in allowed)
    sentence = refusal(await town.takes(case_id, beyond, role=role, **body))
    assert sentence.endswith(f"allowed now: {', '.join(allowed)}"), sentence

    may = kind.step(step).by
    for other in sorted(kind.handlers - {*may, "admin"} - OUTSIDE)[:1]:
        sentence = refusal(await town.takes(case_id, step, role=other, **body))
        assert ", ".join(may) in sentence or "lies with" in sentence
    if step != "returned":
        stranger = town.as_(role, area=ELSEWHERE)
        answer = await town.takes(case_id, step, role=role, headers=stranger, **body)
        sentence = refusal(answer, 403)
        assert ELSEWHERE in sentence
        assert VILLAGE not in sentence
    texts = body.get("texts", {})
    for name in kind.step(step).needs:
        less = {key: value for key, value in body.items() if key != name}
        less["texts"] = {key: value for key, value in texts.items() if key != name}
        suggested = step == "dispatched"
        if not suggested:
            sentence = refusal(await town.takes(case_id, step, role=role, **less))
            assert f"{step} needs" in sentence
            assert name in sentence
    if kind.step(step).outcomes and not kind.step(step).rating:
        lost = refusal(await town.takes(case_id, step, role=role, **{**body, "outcome": "lost"}))
        assert f"is one of {', '.join(kind.step(step).outcomes)}" in lost


@EACH
async def test_without_what_its_first_step_asks_for_it_is_not_filed(town, kind):
    source = next(iter(kind.fields["source"]))
    for name in kind.steps[0].needs:
        sentence = refusal(await files(town, kind, source, **{name: None}))
        assert sentence == f"{kind.steps[0].name} needs {name}"
    assert "category" not in kind.fields or "is one of" in refusal(
        await files(town, kind, source, category="ufo")
    )
    assert await town.counts("cases", "receipts", "vault_texts") == [0, 0, 0]
