"""Tokens: only what our issuer signed, for us, now, lets anybody in."""

import asyncio
import json
import threading
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from time import time

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chassis.access import Unauthorised
from chassis.web.jwks import Keys
from chassis.web.tokens import LEEWAY_SECONDS, Tokens
from tests.unit.chassis.issuer import NEW_KEY, Issuer

PAST = datetime.now(UTC) - timedelta(minutes=1)


@pytest.fixture
def issuer(tmp_path):
    return Issuer(tmp_path / "jwks.json")


async def test_a_token_tells_who_is_calling(issuer):
    token = issuer.token("reader", "dispatcher", area="340400000000")
    caller = await issuer.tokens().caller(f"Bearer {token}")
    assert caller.actor == "actor-1"
    assert caller.roles == {"reader", "dispatcher"}
    assert caller.territory == "3404"


@pytest.mark.parametrize("algorithm", NEW_KEY)
async def test_an_issuer_may_sign_with(algorithm, tmp_path):
    issuer = Issuer(tmp_path / "jwks.json", algorithm)
    assert await issuer.tokens().caller(f"Bearer {issuer.token()}")


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"exp": PAST}, id="an expired token"),
        pytest.param({"without": ["exp"]}, id="a token that never expires"),
        pytest.param({"nbf": datetime(2100, 1, 1, tzinfo=UTC)}, id="one for later"),
        pytest.param({"aud": "another"}, id="one for another audience"),
        pytest.param({"without": ["aud"]}, id="one for no audience"),
        pytest.param({"iss": "another"}, id="one from another issuer"),
        pytest.param({"without": ["iss"]}, id="one from nobody"),
        pytest.param({"without": ["sub"]}, id="one without an actor"),
        pytest.param({"without": ["area"]}, id="one without an area"),
        pytest.param({"area": "000000000000"}, id="one for the whole world"),
        pytest.param({"area": ""}, id="one for an empty area"),
        pytest.param({"area": 340402000000}, id="one whose area is a number"),
        pytest.param({"without": ["roles"]}, id="one without roles"),
        pytest.param({"roles": "reader"}, id="one whose roles are a text"),
    ],
)
async def test_refused_is(issuer, claims):
    with pytest.raises(Unauthorised):
        await issuer.tokens().caller(f"Bearer {issuer.token('reader', **claims)}")


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "Bearer a.b.c"])
async def test_what_is_no_token_is_refused(issuer, header):
    with pytest.raises(Unauthorised):
        await issuer.tokens().caller(header)


async def test_a_token_that_was_let_in_expires_all_the_same(issuer, monkeypatch):
    tokens, token = issuer.tokens(), f"Bearer {issuer.token(exp=datetime.now(UTC))}"
    await tokens.caller(token)  # within the leeway
    monkeypatch.setattr("chassis.web.tokens.time", lambda: time() + LEEWAY_SECONDS + 1)
    with pytest.raises(Unauthorised, match="expired"):
        await tokens.caller(token)


async def test_a_token_is_checked_once_and_remembered_among_so_many(issuer, monkeypatch):
    tokens = issuer.tokens()
    monkeypatch.setattr("chassis.web.tokens.TOKENS", 3)
    for number in range(10):
        token = f"Bearer {issuer.token(sub=str(number))}"
        assert await tokens.caller(token) is await tokens.caller(token)
        assert len(tokens._checked) <= 3


async def test_the_refusal_does_not_repeat_the_token(issuer):
    token = issuer.token(exp=PAST)
    with pytest.raises(Unauthorised) as refusal:
        await issuer.tokens().caller(f"Bearer {token}")
    assert token[:10] not in str(refusal.value)


def part(content):
    return urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


async def test_an_unsigned_token_is_refused(issuer):
    body = issuer.token("reader").split(".")[1]
    token = f"{part({'alg': 'none', 'kid': issuer.kid})}.{body}."
    with pytest.raises(Unauthorised):
        await issuer.tokens().caller(f"Bearer {token}")


async def test_the_public_key_is_no_shared_secret(issuer):
    public = issuer.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    claims = jwt.decode(issuer.token("reader"), options={"verify_signature": False})
    forged = jwt.encode(claims, public, "HS256", headers={"kid": issuer.kid})
    with pytest.raises(Unauthorised):
        await issuer.tokens().caller(f"Bearer {forged}")


async def test_a_published_shared_secret_is_not_used(issuer):
    secret = {"kty": "oct", "kid": "oct", "alg": "HS256", "k": part("x" * 40)}
    issuer.file.write_text(json.dumps({"keys": [*issuer.jwks["keys"], secret]}))
    claims = jwt.decode(issuer.token("reader"), options={"verify_signature": False})
    forged = jwt.encode(claims, jwt.PyJWK(secret).key, "HS256", headers={"kid": "oct"})
    with pytest.raises(Unauthorised):
        await issuer.tokens().caller(f"Bearer {forged}")


async def test_anothers_signature_under_our_key_id_is_refused(issuer, tmp_path):
    stranger = Issuer(tmp_path / "stranger.json")
    with pytest.raises(Unauthorised):
        await issuer.tokens().caller(f"Bearer {stranger.token('reader')}")


async def test_a_new_key_is_found_without_a_restart(issuer):
    tokens = issuer.tokens(patience=0)
    await tokens.caller(f"Bearer {issuer.token()}")
    issuer.turn_to("second")
    assert await tokens.caller(f"Bearer {issuer.token()}")


async def test_while_the_issuer_is_away_the_known_keys_serve(issuer):
    tokens = issuer.tokens(patience=0)
    token = issuer.token()
    await tokens.caller(f"Bearer {token}")
    issuer.file.unlink()
    with pytest.raises(KeyError):
        await tokens.keys.find("unknown")
    assert await tokens.caller(f"Bearer {token}")


@pytest.fixture
def published(issuer):
    """The issuer's keys over HTTP; `.asked` counts, `.open` lets answers out."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.asked += 1
            self.server.open.wait(10)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(issuer.jwks).encode())

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.open = 0, threading.Event()
    server.open.set()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.open.set()
    server.shutdown()
    thread.join()
    server.server_close()


def over_http(server, patience=10.0):
    url = f"http://127.0.0.1:{server.server_port}/jwks"
    return Tokens(Keys(url, patience), "liuchi", "liuchi")


async def test_made_up_key_ids_are_no_flood_at_the_issuer(issuer, published):
    tokens = over_http(published)
    await tokens.caller(f"Bearer {issuer.token()}")
    for number in range(50):
        issuer.kid = f"made-up-{number}"
        with pytest.raises(Unauthorised):
            await tokens.caller(f"Bearer {issuer.token()}")
    assert published.asked == 1


async def test_many_callers_at_once_have_the_keys_fetched_once(issuer, published):
    tokens = over_http(published, patience=0.5)
    token = f"Bearer {issuer.token()}"
    assert len(await asyncio.gather(*(tokens.caller(token) for _ in range(20)))) == 20
    assert published.asked == 1


async def test_a_withdrawn_key_serves_no_longer_than_it_is_kept(issuer, monkeypatch):
    tokens, withdrawn = issuer.tokens(), f"Bearer {issuer.token()}"
    await tokens.caller(withdrawn)
    issuer.turn_to("second")
    monkeypatch.setattr("chassis.web.jwks.KEYS_SECONDS", 0)
    await tokens.caller(withdrawn)
    await tokens.keys._refreshing
    with pytest.raises(Unauthorised):
        await tokens.caller(withdrawn)


async def test_who_has_a_known_key_does_not_wait_for_newer_ones(issuer, published, monkeypatch):
    tokens, token = over_http(published), f"Bearer {issuer.token()}"
    await tokens.caller(token)
    monkeypatch.setattr("chassis.web.jwks.KEYS_SECONDS", 0)
    published.open.clear()
    assert await tokens.caller(token)
    assert not tokens.keys._refreshing.done()
    published.open.set()
    await tokens.keys._refreshing


async def test_a_slow_issuer_holds_up_nobody_else(issuer, published):
    published.open.clear()
    waiting = asyncio.create_task(over_http(published).caller(f"Bearer {issuer.token()}"))
    while not published.asked:
        await asyncio.sleep(0.01)  # runs at all only while the loop is free
    assert not waiting.done()
    published.open.set()
    assert await waiting
