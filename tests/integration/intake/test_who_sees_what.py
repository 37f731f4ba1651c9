"""Cases are seen by the roles of their kind, texts by those who work on it, and nobody else."""

from tests.integration.intake.town import VILLAGE

PNG = b"\x89PNG\r\n\x1a\n"
PETITION = {"kind": "petition", "text": "请求答复"}


async def sees(town, case_id, role, what=""):
    answer = await town.client.get(f"/v1/cases/{case_id}{what}", headers=town.as_(role))
    return answer.status_code


async def listed(town, role):
    answer = await town.client.get("/v1/cases", headers=town.as_(role))
    assert answer.status_code == 200, answer.text
    return {item["kind"] for item in answer.json()["items"]}


async def test_a_petition_is_not_seen_by_a_grid_worker(town):
    petition, _ = await town.files(**PETITION)
    request, _ = await town.files()
    assert await sees(town, petition, "grid_worker") == 403
    assert await sees(town, petition, "grid_worker", "/history") == 403
    assert await sees(town, request, "grid_worker") == 200
    assert await listed(town, "grid_worker") == {"request"}
    assert await listed(town, "petition_office") == {"petition"}
    assert await listed(town, "reader") == {"request", "petition"}
    answer = await town.client.get(f"/v1/cases/{petition}", headers=town.as_("grid_worker"))
    assert "A petition is not yours to see" in answer.json()["detail"]
    refused = await town.takes(petition, "withdrawn", role="dispatcher")
    assert refused.status_code == 403


async def test_texts_are_only_for_those_who_work_on_the_kind(town):
    petition, _ = await town.files(**PETITION)
    texts = "/texts?purpose=handling"
    assert await sees(town, petition, "petition_office", texts) == 200
    for role in ("grid_worker", "dispatcher", "window", "reader", "admin", "registrar"):
        assert await sees(town, petition, role, texts) == 403, role
    assert await town.counts("vault_reads") == [1]


async def test_who_only_sees_a_case_does_nothing_with_it(town):
    case_id, _ = await town.files()
    other, _ = await town.files()
    made = await town.client.post(
        f"/v1/cases/{case_id}/attachments", content=PNG, headers=town.as_("dispatcher")
    )
    one = f"attachments/{made.json()['attachment_id']}"
    for role in ("host", "window", "admin"):
        assert await sees(town, case_id, role) == 200
        for method, path, sent in (
            ("POST", "joins", {"json": {"into": other}}),
            ("POST", "links", {"json": {"to_case": other}}),
            ("POST", "splits", {"json": {"kind": "request", "relation": "leads_to", "text": "x"}}),
            ("POST", "notes", {"json": {"text": "x"}}),
            ("POST", "attachments", {"content": PNG}),
            ("GET", "attachments", {}),
            ("GET", f"{one}?purpose=handling", {}),
            ("DELETE", one, {}),
        ):
            path = f"/v1/cases/{case_id}/{path}"
            answer = await town.client.request(method, path, headers=town.as_(role), **sent)
            assert answer.json()["type"] == "urn:liuchi:problem:wrong-role", (role, path)
    counted = await town.counts("cases", "links", "notes", "attachments", "vault_reads")
    assert counted == [2, 0, 0, 1, 0]


async def test_of_a_case_of_a_kind_not_theirs_a_link_tells_only_how_it_ended(town):
    request, _ = await town.files()
    petition, _ = await town.files(**PETITION)
    path, both = f"/v1/cases/{request}/links", town.as_("dispatcher", "petition_office")
    made = await town.client.post(path, json={"to_case": petition}, headers=both)
    assert made.status_code == 204, made.text
    for headers, area, step in (
        (both, VILLAGE, "received"),
        (town.as_("grid_worker"), None, None),
    ):
        (link,) = (await town.client.get(path, headers=headers)).json()
        assert (link["to_case"], link["area"], link["step"]) == (petition, area, step)


async def test_a_registrar_forgets_without_reading(town):
    case_id, _ = await town.files(**PETITION, name="周小鹏")
    path = f"/v1/cases/{case_id}/texts"
    assert (await town.client.delete(path, headers=town.as_("petition_office"))).status_code == 403
    assert (await town.client.delete(path, headers=town.as_("registrar"))).status_code == 204
    assert await town.counts("vault_texts", "vault_reads") == [0, 0]
    told = await town.client.get(f"{path}?purpose=handling", headers=town.as_("petition_office"))
    assert told.json()["forgotten_at"]


async def test_whoever_was_forgotten_reads_no_replies(town):
    case_id, receipt = await town.files(kind="suggestion", category="other", area=VILLAGE)
    for step, body in (
        ("assessed", {"outcome": "declined"}),
        ("replied", {"texts": {"reply": "谢谢您的建议"}}),
    ):
        answer = await town.takes(case_id, step, role="suggestion_desk", **body)
        assert answer.status_code == 200, answer.text
    followed = await town.client.post("/v1/receipts/case", json={"code": receipt})
    (reply,) = followed.json()["replies"]
    assert (reply["text"], reply["title"]["zh"]) == ("谢谢您的建议", "答复意见")
    await town.client.delete(f"/v1/cases/{case_id}/texts", headers=town.as_("registrar"))
    followed = await town.client.post("/v1/receipts/case", json={"code": receipt})
    assert followed.json()["replies"] == []
