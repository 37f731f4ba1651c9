"""Who may report, how often, and for which place."""

import pytest

from chassis.sealed.seal import Keyring
from intake.open311.provider import load, new_key
from tests.integration.intake.open311.served import STORED
from tests.integration.intake.town import COUNTY, ELSEWHERE, running_town

WITHOUT_A_KEY = {"none": None, "another": "wrong", "empty": ""}


@pytest.mark.parametrize("api_key", WITHOUT_A_KEY.values(), ids=WITHOUT_A_KEY.keys())
async def test_without_a_key_nothing_is_filed(served, api_key):
    for format in ("json", "xml"):
        answer = await served.posts(format, api_key=api_key, description="zebra")
        assert answer.status_code == 403
        assert "api_key" in answer.text
    assert await served.town.counts(*STORED) == [0] * len(STORED)


async def test_a_key_is_given_and_taken_back_while_the_service_runs(served):
    other = served.gives("another_app", COUNTY)
    assert (await served.posts(api_key=other)).status_code == 201
    third, lines = new_key(served.town.desk.vault.keyring, "third_app", COUNTY)
    served.file.write_text(lines)
    assert (await served.posts(api_key=other)).status_code == 403
    served.file.write_text("key = 7")  # as it was before, until it can be used again
    assert (await served.posts(api_key=other)).status_code == 403
    assert (await served.posts(api_key=third)).status_code == 201
    served.file.unlink()
    assert (await served.posts(api_key=third)).status_code == 403


async def test_whoever_has_the_file_cannot_try_keys_without_the_vaults(served):
    provider = load(served.file)
    assert provider.key(served.town.desk.vault.keyring, served.key)
    assert provider.key(Keyring(b"o" * 32), served.key) is None


async def test_a_key_files_in_its_own_area_only_and_as_often_as_it_may(served):
    elsewhere = await served.posts(address_id=ELSEWHERE)
    assert elsewhere.status_code == 403
    assert "outside" in elsewhere.json()[0]["description"]
    served.file.write_text(served.file.read_text() + "filings_a_minute = 2\n")
    answers = [await served.posts() for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert int(answers[2].headers["retry-after"]) > 0
    assert answers[2].json()[0]["code"] == 429
    assert await served.town.counts("cases") == [2]


async def test_reading_is_limited_per_address(servers, database, bus, issuer):
    pool = await database("chassis", "intake")
    async with running_town(servers, pool, bus, issuer, reads_a_minute=2) as town:
        served = [await town.client.get("/open311/v2/services.xml") for _ in range(3)]
    assert [answer.status_code for answer in served] == [200, 200, 429]
    assert b"<code>429</code>" in served[2].content
