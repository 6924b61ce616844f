"""Signing in at a provider, against a real one on loopback: who comes in, and who does not."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from joserfc.jwk import RSAKey

from keepwell.vocabulary import OidcSettings, SignInSettings
from keepwell.wiring.web_desk import WebDesk
from web.caller import PASSWORD, Caller, let_in
from web.oidc_server import CLIENT, SECRET, OidcServer, oidc_server

Web = tuple[FastAPI, WebDesk, OidcServer]


@pytest.fixture
def web(bare: tuple[FastAPI, WebDesk], monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """Give the app of a project that names a provider, and the provider."""
    app, desk = bare
    with oidc_server(int(desk.now().timestamp())) as server:
        settings = OidcSettings(
            issuer=server.issuer, client_id=CLIENT, web_app="http://keepwell.test",
            name="Acme ID", allow_private_addresses=True,
        )  # fmt: skip
        config = desk.project.config.model_copy(update={"sign_in": SignInSettings(oidc=settings)})
        monkeypatch.setitem(desk.project.__dict__, "config", config)
        monkeypatch.setenv("KEEPWELL_OIDC_SECRET", SECRET)
        yield app, desk, server


def signed(app: FastAPI, server: OidcServer, next_: str = "/settings") -> tuple[Caller, Any]:
    """Sign in as a browser would, and return it with the last answer."""
    browser = Caller(app)
    there = browser.get(f"/login/oidc?next={next_}")
    assert there.status_code == 303, there.text
    return browser, browser.get(server.authorize(there.headers["location"]))


def test_somebody_who_was_invited_comes_in_by_a_verified_address_and_nobody_else(web: Web) -> None:
    app, desk, server = web
    assert (
        "Sign in with Acme ID" in Caller(app).get("/login", headers={"Accept-Language": "en"}).text
    )
    _, stranger = signed(app, server)
    assert (stranger.status_code, "Nobody is invited" in stranger.text) == (401, True)
    desk.invite("lu@acme.test", "csm", sees=("U1",), by="t")
    browser, answer = signed(app, server)
    assert (answer.status_code, answer.headers["location"]) == (303, "/settings")
    chinese = quote("/accounts/客户;甲")
    assert signed(app, server, chinese)[1].headers["location"] == chinese.replace("%3B", ";")
    assert browser.get("/settings").status_code == 200
    person = desk.people.person("lu@acme.test")
    assert (person.role, person.sees, person.name) == ("csm", ("U1",), "Lu")
    assert desk.sign_in("lu@acme.test", "!", "x") == 0
    desk.people.change("lu@acme.test", is_disabled=True, by="t", at=desk.now())
    assert signed(app, server)[1].status_code == 401


def test_nobody_becomes_an_admin_by_a_provider(web: Web) -> None:
    app, desk, server = web
    desk.invite("lu@acme.test", "admin", by="t")
    assert signed(app, server)[1].status_code == 401
    assert desk.people.people() == ()
    # Who is one already comes in.
    let_in(desk, "lu@acme.test", "admin")
    assert signed(app, server)[1].status_code == 303
    assert not isinstance(desk.sign_in("lu@acme.test", PASSWORD, "x"), int)


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False}, {"email_verified": "true"}, {"email": None}, {"nonce": "other"},
        {"aud": "another-client"}, {"iss": "https://evil.test"}, {"exp": 1}, {"iat": None},
        {"email": "eve@evil.test"}, {"aud": [CLIENT, "x"], "azp": "x"},
    ],
)  # fmt: skip
def test_an_identity_that_does_not_hold_lets_nobody_in(web: Web, claims: dict[str, Any]) -> None:
    app, desk, server = web
    let_in(desk, "lu@acme.test", "viewer")
    server.claims = claims
    browser, answer = signed(app, server)
    assert answer.status_code == 401
    assert browser.get("/settings").status_code == 303


def test_an_identity_signed_by_another_key_lets_nobody_in(web: Web) -> None:
    app, desk, server = web
    let_in(desk, "lu@acme.test", "viewer")
    server.published = RSAKey.generate_key(2048, {"kid": "k1"})
    assert signed(app, server)[1].status_code == 401


def test_a_code_counts_once_for_the_browser_that_began(web: Web) -> None:
    app, desk, server = web
    let_in(desk, "lu@acme.test", "viewer")
    mine = Caller(app)
    address = server.authorize(mine.get("/login/oidc").headers["location"])
    assert Caller(app).get(address).status_code == 401
    theirs = Caller(app)
    theirs.get("/login/oidc")
    assert theirs.get(address).status_code == 401
    assert mine.get(address).status_code == 303
    assert mine.get(address).status_code == 401


def test_a_verifier_of_another_sign_in_is_refused_by_the_provider(web: Web) -> None:
    app, desk, server = web
    let_in(desk, "lu@acme.test", "viewer")
    browser = Caller(app)
    address = server.authorize(browser.get("/login/oidc").headers["location"])
    state, nonce, _ = browser.cookies["keepwell-oidc"].strip('"').partition("|")[0].split(".")
    browser.cookies["keepwell-oidc"] = f"{state}.{nonce}.another|/"
    assert browser.get(address).status_code == 401


def test_the_way_back_stays_here_and_a_provider_inside_needs_a_word(web: Web) -> None:
    app, desk, server = web
    let_in(desk, "lu@acme.test", "viewer")
    assert signed(app, server, "//evil.test")[1].headers["location"] == "/"
    assert Caller(app).get("/login/oidc/back?error=access_denied").status_code == 401
    with pytest.raises(ValueError, match="https"):
        OidcSettings(issuer=server.issuer, client_id="c", web_app="https://k.test")


def test_without_a_provider_there_is_no_way_to_one(bare: tuple[FastAPI, WebDesk]) -> None:
    app, _ = bare
    assert Caller(app).get("/login/oidc").status_code == 404
    assert "/login/oidc" not in Caller(app).get("/login").text
