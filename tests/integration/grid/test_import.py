"""The register is imported whole or not at all, and a second time it changes nothing."""

import asyncio
import json

import httpx2
import pytest

from contracts.grid import AreaRegistered
from tests.integration.grid.world import ANHUI, AREAS, DATONG, HEADER, HUAINAN, SMALL

PROVINCES = {
    province: sum(row.startswith(province[:2]) for row in AREAS.splitlines())
    for province in (ANHUI, "440000000000", "610000000000")
}
"""Rows of the file in each, the province's own among them."""

ROWS = SMALL.count("\n") - 1
PATH = "/v1/areas/import"
BROKEN_ROWS = HEADER + "\n".join(
    [
        f"{ANHUI},安徽省,province,",
        f"{HUAINAN},淮南市,county,{ANHUI}",
        f"34040200000,大通区,county,{HUAINAN}",
        f"340499000000,某某区,county,{ANHUI}",
        "341302000000,埇桥区,county,341300000000",
        "350000000000,福建 省,province,",
        f"{ANHUI},安徽省,province,",
        "360000000000,江西省",
    ]
)

FAIL_LATE = """
    CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE 'the disk is full'; END $$;
    CREATE TRIGGER fail BEFORE INSERT ON areas FOR EACH ROW
        WHEN (NEW.code = '341372001010') EXECUTE FUNCTION fail();
"""

SLOW = """
    CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(0.3); RETURN NULL; END $$;
    CREATE TRIGGER dawdle AFTER INSERT ON areas FOR EACH STATEMENT EXECUTE FUNCTION dawdle();
"""

UNDER_WAY = """
    SELECT count(*) FROM pg_stat_activity
     WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid()
"""


def lines(answer):
    return [json.loads(line) for line in answer.text.splitlines()]


async def test_the_whole_file_is_registered_and_said_parents_first(grid):
    for province, rows in PROVINCES.items():
        answer = await grid.imports_part(AREAS, province)
        *progress, last = lines(answer)
        assert last == {"registered": rows, "unchanged": 0, "left_out": 6580 - rows}
        assert [word["done"] for word in progress] == sorted({*range(500, rows, 500), rows})
    assert await grid.events() == 6580
    await grid.talk.settles()
    assert (await grid.talk.bus.api("STREAM.INFO.grid"))["state"]["last_seq"] == 6580
    first = await grid.talk.says(AreaRegistered)
    assert (first.area, first.level, first.parent, first.name) == (
        ANHUI,
        "province",
        None,
        "安徽省",
    )


async def test_a_second_import_changes_nothing(city):
    before = await city.events()
    answer = await city.imports(SMALL)
    assert lines(answer) == [{"registered": 0, "unchanged": ROWS, "left_out": 0}]
    assert await city.events() == before == ROWS


async def test_the_order_of_rows_does_not_matter(grid):
    header, *rows = SMALL.splitlines()
    await grid.imports("\n".join([header, *reversed(rows)]))
    assert await grid.events() == ROWS


async def test_every_bad_row_is_told_with_its_line_and_nothing_is_imported(grid):
    answer = await grid.post(PATH, BROKEN_ROWS)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    told = {int(fault["line"]): fault["detail"] for fault in answer.json()["faults"]}
    assert told == {
        3: "340400000000 has the digits of a city: that is its level.",
        4: "A code is 12 digits and begins with those of a province.",
        5: "340499000000 belongs to 340400000000: that is its parent.",
        6: "Its parent 341300000000 is neither registered nor in the file.",
        7: "A name is 1 to 40 Chinese characters, Latin letters or digits.",
        8: "340000000000 stands in line 2 already.",
        9: "It has 2 columns and not 4.",
    }
    assert answer.json()["detail"] == "Rows that are not as expected: 7. Nothing was imported."
    assert await grid.events() == 0


async def test_an_area_is_not_renamed_by_an_import(city):
    answer = await city.post(PATH, SMALL.replace("大通街道", "小通街道"))
    (fault,) = answer.json()["faults"]
    assert "is registered as 大通街道" in fault["detail"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        pytest.param(b"\xff\xfe\x00", "not UTF-8", id="another encoding"),
        pytest.param(b"name,code\n", "not as expected: 1.", id="another header"),
        pytest.param(b"", "not as expected: 1.", id="an empty body"),
        pytest.param(
            HEADER.encode() + b'"3400', "not as expected: 1.", id="a quotation mark left open"
        ),
        pytest.param(HEADER.encode() + b"\0,\0,\0,\0", "not as expected: 1.", id="zero bytes"),
    ],
)
async def test_what_is_no_such_file_is_refused_with_a_sentence(grid, body, sentence):
    answer = await grid.post(PATH, body)
    assert answer.status_code == 422
    assert sentence in answer.json()["detail"]


async def test_more_than_a_megabyte_is_not_read(grid):
    assert (await grid.post(PATH, HEADER + "x" * 2_000_000)).status_code == 413


async def test_what_breaks_in_the_middle_leaves_nothing_behind(grid):
    await grid.pool.execute(FAIL_LATE)
    answer = await grid.imports_part(AREAS, ANHUI)
    *progress, last = lines(answer)
    assert progress, "it broke before anything was done: this shows nothing"
    assert last == {"error": "It broke off. Nothing was stored; send it again."}
    assert await grid.events() == 0
    assert await grid.pool.fetchval("SELECT count(*) FROM areas") == 0


async def test_whoever_goes_away_leaves_nothing_behind(grid, served):
    await grid.pool.execute(SLOW)
    headers = {"authorization": f"Bearer {grid.issuer.token('staff-1', ['registrar'], ANHUI)}"}
    async with (
        httpx2.AsyncClient(base_url=served) as client,
        client.stream("POST", f"{PATH}?area={ANHUI}", content=AREAS, headers=headers) as answer,
    ):
        assert json.loads(await anext(answer.aiter_lines()))["done"] == 500
    async with asyncio.timeout(10):
        while await grid.pool.fetchval(UNDER_WAY):
            await asyncio.sleep(0.01)
    assert await grid.events() == 0


async def test_nobody_registers_areas_outside_their_own(grid):
    answer = await grid.post(PATH, SMALL, area="340403000000")
    assert (answer.status_code, await grid.events()) == (403, 0)


async def test_a_foreign_row_far_down_is_refused_before_anything_is_told(grid):
    villages = [row for row in AREAS.splitlines() if ",village," in row]
    above = [row for row in AREAS.splitlines() if ",village," not in row]
    await grid.imports_part("\n".join(above), ANHUI)
    before = await grid.events()
    answer = await grid.post(
        f"{PATH}?area={ANHUI}", "\n".join([HEADER.strip(), *villages]), area=HUAINAN
    )
    assert (answer.status_code, await grid.events()) == (403, before)


async def test_a_county_imports_its_part_when_what_is_above_is_known(grid):
    await grid.imports_part(SMALL, ANHUI, keep=(ANHUI, HUAINAN))
    answer = await grid.post(f"{PATH}?area={DATONG}", SMALL, area=DATONG)
    assert lines(answer)[-1]["registered"] == ROWS - 3


async def test_two_imports_at_once_register_each_area_once(grid):
    answers = await asyncio.gather(grid.imports(SMALL), grid.imports(SMALL))
    assert sorted(lines(answer)[-1]["registered"] for answer in answers) == [0, ROWS]
    assert await grid.events() == ROWS


async def test_a_retry_with_the_same_key_gets_the_first_answer(grid):
    first = await grid.imports(SMALL, idempotency_key="import-0123456789")
    second = await grid.imports(SMALL, idempotency_key="import-0123456789")
    assert lines(second) == lines(first)[-1:]
    other = await grid.post(PATH, AREAS, idempotency_key="import-0123456789")
    assert other.status_code == 422
