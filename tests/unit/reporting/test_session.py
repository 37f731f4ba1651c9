"""Who may sign in by the dashboard's form, and from where."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from liuchi.issuer import Issuer
from reporting.app import make_app
from reporting.settings import Settings

CITY = "340400000000"


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    issuer = Issuer(tmp_path)
    issuer.make()
    return issuer


@pytest.fixture
def client(issuer: Issuer) -> TestClient:
    """Not started: signing in needs no database and no bus."""
    settings = Settings(
        database_url="postgresql://nowhere", nats_url="nats://nowhere", port=0,
        jwks_url=issuer.jwks_url,
    )  # fmt: skip
    client = TestClient(make_app(settings), "http://city.example", follow_redirects=False)
    client.headers["accept"] = "text/html"
    return client


def _sign_in(client: TestClient, token: str, **headers: str) -> Response:
    return client.post("/session", data={"token": token}, headers=headers)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({}, 303, id="a program"),
        pytest.param({"sec-fetch-site": "same-origin"}, 303, id="our own form"),
        pytest.param({"origin": "http://city.example"}, 303, id="our form in an old browser"),
        pytest.param({"sec-fetch-site": "cross-site"}, 401, id="another site"),
        pytest.param({"sec-fetch-site": "same-site"}, 401, id="another port of this host"),
        pytest.param({"origin": "http://evil.example"}, 401, id="another site, old browser"),
        pytest.param({"origin": "null"}, 401, id="a hidden origin"),
    ],
)
def test_only_our_own_form_signs_in(
    client: TestClient, issuer: Issuer, headers: dict[str, str], status: int
):
    answer = _sign_in(client, issuer.token("someone", ["reader"], CITY), **headers)
    assert answer.status_code == status
    assert ("set-cookie" in answer.headers) == (status == 303)


def test_scripts_and_other_sites_do_not_get_at_the_cookie(client: TestClient, issuer: Issuer):
    token = issuer.token("someone", ["reader"], CITY)
    cookie = _sign_in(client, token).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "secure" not in cookie
    client.base_url = "https://city.example"
    assert "secure" in _sign_in(client, token).headers["set-cookie"].lower()


@pytest.mark.parametrize(
    ("token", "status"),
    [("", 422), ("x" * 5000, 401), ("a.b.c", 401), ("\n;=%é", 401)],
    ids=["none", "too long", "no token", "nonsense"],
)
def test_what_is_no_token_is_told_so(client: TestClient, token: str, status: int):
    answer = _sign_in(client, token)
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert "set-cookie" not in answer.headers


def test_a_token_that_may_not_see_figures_is_told_so(client: TestClient, issuer: Issuer):
    token = issuer.token("someone", ["volunteer"], CITY)
    assert "没有查看数据的角色" in _sign_in(client, token).text
    client.cookies.set("liuchi_token", token)
    answer = client.get("/")
    assert answer.status_code == 403
    assert answer.headers["content-type"].startswith("text/html")


def test_nobody_is_signed_out_by_another_site(client: TestClient):
    assert "set-cookie" in client.post("/session/end").headers
    answer = client.post("/session/end", headers={"sec-fetch-site": "cross-site"})
    assert "set-cookie" not in answer.headers


def test_without_a_token_a_page_is_the_form(client: TestClient):
    for path in ("/", "/receipts/cases_filed"):
        answer = client.get(path, headers={"accept-language": "en"})
        assert answer.status_code == 401
        assert "<form" in answer.text
        assert "Sign in" in answer.text


def test_a_program_is_told_as_programs_are(client: TestClient):
    answer = client.get("/", headers={"accept": "*/*"})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
