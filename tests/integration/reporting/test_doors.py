"""Nobody reads what does not lie in their area, or is not for their role."""

from chassis.web.entrances import entrances
from reporting.app import make_app
from tests.integration.reporting.city import CITY, COUNTY, HERE, NEXT_COUNTY, filed

ADDRESSES = (
    "/v1/headlines",
    "/v1/metrics/cases_filed",
    "/v1/metrics/cases_filed/receipt",
    "/v1/boards/cases",
    "/v1/areas",
    "/v1/live",
)


async def test_every_route_of_the_api_refuses_a_missing_token_and_a_wrong_role(city, settings):
    guarded = [one for one in entrances(make_app(settings)) if one.path.startswith("/v1/")]
    assert {one.path for one in guarded} >= {"/v1/metrics", "/v1/live", "/v1/boards/cases"}
    for one in guarded:
        assert one.roles, f"{one.path} is public"
        path = one.path.replace("{metric_id}", "cases_filed").replace("{letter_id}", "1")
        assert (await city.http.request(one.method, path)).status_code == 401
        headers = city.headers("volunteer")
        answer = await city.http.request(one.method, path, headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (
            403,
            "application/problem+json",
        )


async def test_a_foreign_area_is_refused_and_ones_own_is_the_default(city):
    await city.says(filed(1, "2026-03-01"), filed(2, "2026-03-01", NEXT_COUNTY))
    for address in ADDRESSES:
        for foreign in (CITY, NEXT_COUNTY, "340000000000"):
            answer = await city.get(address, area=COUNTY, of=foreign)
            assert answer.status_code == 403, (address, foreign)
            assert "lies outside yours" in answer.json()["detail"]
    asked = {"since": "2026-01-01", "until": "2026-04-01"}
    assert await city.number("cases_filed", area=COUNTY, **asked) == 1
    assert await city.number("cases_filed", area=COUNTY, of=HERE, **asked) == 1
    assert len(await city.receipt("cases_filed", area=COUNTY, **asked)) == 1
    board = await city.shows("/v1/boards/cases", area=COUNTY, **asked)
    assert [one["area"] for one in board["items"]] == [HERE]


async def test_a_cursor_of_a_wider_reader_shows_a_narrower_one_nothing_more(city):
    await city.says(*(filed(one, "2026-03-01", NEXT_COUNTY) for one in range(3)))
    asked = {"since": "2026-01-01", "until": "2026-04-01", "limit": 1}
    cursor = (await city.shows("/v1/boards/cases", **asked))["next"]
    answer = await city.get("/v1/boards/cases", area=COUNTY, cursor=cursor, **asked)
    assert answer.status_code == 422


async def test_those_who_work_here_may_read(city):
    for role in ("reader", "dispatcher", "department", "registrar", "admin"):
        assert (await city.get("/v1/headlines", role=role)).status_code == 200
        assert (await city.get("/v1/boards/cases", role=role)).status_code == 200
