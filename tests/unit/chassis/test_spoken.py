"""What is refused is told on a page to who reads pages, and as a problem to programs."""

from collections.abc import Iterator

import pytest
from fastapi import APIRouter, FastAPI, HTTPException
from fastapi.testclient import TestClient

from chassis.decider import Refused
from chassis.pages.rendering import Pages, Spoken, install
from chassis.web.problems import explain

HTML = {"accept": "text/html", "accept-language": "en"}


@pytest.fixture
def client() -> Iterator[TestClient]:
    app, router = FastAPI(), APIRouter(route_class=Spoken)

    async def refuse() -> None:
        raise Refused("closed needs measure")

    async def find_unfit(count: int = 0) -> None:
        raise HTTPException(422, f"There is no step {count}.")

    router.add_api_route("/refused", refuse, methods=["POST"])
    router.add_api_route("/unfit", find_unfit, methods=["GET", "POST"])
    app.include_router(router)
    install(app, Pages("intake.pages", home="/"))
    explain(app)
    with TestClient(app) as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path", "status", "sentence"),
    [
        pytest.param("POST", "/refused", 409, "Closed needs measure.", id="by the rules"),
        pytest.param("POST", "/unfit", 422, "Go back to its page", id="a form"),
        pytest.param("POST", "/unfit?count=x", 422, "Go back to its page", id="another form"),
        pytest.param("GET", "/unfit?count=x", 422, "Check the address", id="an address"),
    ],
)
def test_a_refusal_is_a_page_for_people_and_a_problem_for_programs(
    client: TestClient, method: str, path: str, status: int, sentence: str
):
    page = client.request(method, path, headers=HTML)
    assert (page.status_code, page.headers["content-type"].split(";")[0]) == (status, "text/html")
    assert sentence in page.text
    problem = client.request(method, path)
    assert problem.status_code == status
    assert problem.headers["content-type"] == "application/problem+json"
