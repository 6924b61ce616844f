"""Who may do what: every route times every role, and no row of another CSM anywhere."""

import re
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from keepwell.adapters.state import SqlActionStore
from keepwell.ports.people import ROLES, Role
from keepwell.web.security import CAPABILITIES, Capability
from keepwell.web.security.entrance import Needs
from keepwell.wiring.web_desk import WebDesk
from web.caller import HOST, Caller, let_in, signed_in, with_token
from web.care import cared_for
from web.portfolio import CANARY

Shop = tuple[FastAPI, WebDesk]
# What needs no session, each for its reason: to get in, or to say that the process lives.
OPEN = {
    ("GET", "/login/oidc"), ("GET", "/login/oidc/back"),
    ("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/login"), ("POST", "/login"),
    ("GET", "/welcome/{secret}"), ("POST", "/welcome/{secret}"),
}  # fmt: skip
FILLED = {
    "account_id": "A003", "measure": "total_activities_30d", "kind": "csv", "item": "cta-1",
    "view_id": "1", "cta_id": "1", "alert_id": "1", "secret": "x",
    "login": "nobody", "token_id": "99", "channel": "none", "job_id": "99",
    "list_name": "struggle",
    "days": "90", "file": "proof.zh.md",
    "card": "robust", "definition": "scorecard.robust", "edition_id": "1",
    "play_id": "1", "task_id": "1", "plan_id": "1", "number": "1", "name": "plan_agreed",
    "request_id": "1",
    "upload_id": "0" * 16, "batch_id": "0" * 16,
    "note_id": "1", "table": "activities",
    "area": "triggers", "rule": "health_low",
    "webhook_id": "1", "delivery_id": "99",
}  # fmt: skip
# Numbers of what belongs to an account.
OWN_NUMBERS = ("cta_id", "alert_id", "play_id", "task_id", "plan_id", "request_id")
WISH = {"deed": "start", "owner": "U1", "tier": "low", "reason": "r", "until": "2027-01-01"}


def flat(routes: Any) -> list[APIRoute]:
    """Return all API routes, also those that stand inside included routers."""
    found: list[APIRoute] = []
    for route in routes:
        if isinstance(route, APIRoute):
            found.append(route)
        elif hasattr(route, "routes") and not hasattr(route, "endpoint"):
            found += flat(route.routes)
    return found


def routes_of(app: FastAPI) -> list[tuple[str, str, Capability | None]]:
    """Return every method and path with the capability that it states."""
    found = []
    for path, route in _with_paths(app):
        needed = [d for d in _defaults(route) if isinstance(d, Needs)]
        assert len(needed) <= 1, path
        capability = needed[0].capability if needed else None
        found += [(m, path, capability) for m in sorted((route.methods or set()) - {"HEAD"})]
    return found


def _with_paths(app: FastAPI) -> list[tuple[str, APIRoute]]:
    from keepwell.web.api import API
    from keepwell.web.health import health
    from keepwell.web.pages import PAGES

    found = [(r.path, r) for r in flat(health.routes)]
    found += [(r.path, r) for router in PAGES for r in flat(router.routes)]
    return found + [(f"/api/v1{r.path}", r) for router in API for r in flat(router.routes)]


def _defaults(route: APIRoute) -> list[Any]:
    import inspect

    return [p.default for p in inspect.signature(route.endpoint).parameters.values()]


def address(path: str) -> str:
    return re.sub(r"\{(\w+)(?::path)?\}", lambda m: FILLED[m[1]], path)


def test_every_route_states_what_it_needs_or_is_known_to_be_open(shop: Shop) -> None:
    app, _ = shop
    found = routes_of(app)
    assert len(found) >= 30
    without = {(method, path) for method, path, needed in found if needed is None}
    assert without == OPEN


def test_nobody_gets_in_without_a_session(shop: Shop) -> None:
    app, _ = shop
    for method, path, needed in routes_of(app):
        if needed is not None:
            answer = Caller(app).send(method, address(path), headers={"Origin": HOST})
            wanted = 401 if path.startswith("/api/") else 303
            assert answer.status_code == wanted, (method, path)
            assert "A003" not in answer.text or wanted == 303


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_what_its_capabilities_say_and_nothing_else(shop: Shop, role: Role) -> None:
    app, desk = shop
    cared_for(desk)
    let_in(desk, "p", role, ("U1",) if role == "csm" else ())
    caller = signed_in(app, "p")
    word = caller.csrf()
    for method, path, needed in routes_of(app):
        if needed is None or path == "/logout":
            continue
        answer = caller.send(method, address(path), headers={"Origin": HOST, "X-CSRF-Token": word})
        allowed = role in CAPABILITIES[needed]
        assert (answer.status_code != 403) == allowed, (role, method, path, answer.text[:300])
        assert answer.status_code < 500, (role, method, path)


@pytest.mark.parametrize("scopes", [("read",), ("write",), ("import",)])
def test_a_token_does_no_more_than_its_scopes(shop: Shop, scopes: Any) -> None:
    app, desk = shop
    let_in(desk, "robot", "api")
    _, secret = desk.add_token("robot", "t", scopes, 10, by="t")
    program = with_token(app, secret)
    for method, path, needed in routes_of(app):
        if needed is None or not path.startswith("/api/"):
            continue
        answer = program.send(method, address(path))
        is_write = method != "GET"
        wanted = "import" if needed == "deliver" else "write" if is_write else "read"
        allowed = "api" in CAPABILITIES[needed] and wanted in scopes
        assert (answer.status_code != 403) == allowed, (scopes, method, path, answer.text)


def test_another_csms_account_leaks_nowhere(shop: Shop) -> None:
    app, desk = shop
    cared_for(desk)
    let_in(desk, "one", "csm", ("U1",))
    one = signed_in(app, "one")
    word = one.csrf()
    of_canary = {"item": "cta-2", **dict.fromkeys(OWN_NUMBERS, "2")}
    tasks = SqlActionStore(desk.project.state).tasks(play_id=2)
    secret = {**FILLED, "account_id": CANARY, **of_canary, "task_id": str(tasks[0].id)}
    for method, path, needed in routes_of(app):
        if needed is None or path == "/logout":
            continue
        filled = re.sub(r"\{(\w+)(?::path)?\}", lambda m: secret[m[1]], path)
        for query in ("", f"?q={CANARY}", "?csm=U2&sort=amount&order=desc"):
            sent = {} if method == "GET" else {"json": WISH}
            answer = one.send(
                method, filled + query, headers={"Origin": HOST, "X-CSRF-Token": word}, **sent
            )
            body = answer.text.replace(f'value="{CANARY}"', "").replace(filled + query, "")
            body = body.replace(f"q={CANARY}", "")
            assert CANARY not in body, (method, filled + query)
            assert "7777777" not in body.replace(",", ""), (method, path)
            assert not re.search(r"7\.78M|777\.8 万|778 万", body), (method, path)
            if "csm" not in CAPABILITIES[needed]:
                assert answer.status_code == 403, (method, path)
            elif any(f"{{{name}}}" in path for name in ("account_id", "item", *OWN_NUMBERS)):
                assert answer.status_code in (404, 422), (method, path, answer.status_code)


def test_out_of_sight_and_not_there_look_the_same(shop: Shop) -> None:
    app, desk = shop
    let_in(desk, "one", "csm", ("U1",))
    one = signed_in(app, "one")
    for real, invented in (
        (f"/api/v1/accounts/{CANARY}", "/api/v1/accounts/NO-SUCH"),
        ("/api/v1/ctas/2", "/api/v1/ctas/999"),
    ):
        hidden, missing = one.get(real), one.get(invented)
        assert (hidden.status_code, hidden.json()) == (404, missing.json())


def test_counts_of_a_csm_are_those_of_its_own_accounts(shop: Shop) -> None:
    app, desk = shop
    let_in(desk, "one", "csm", ("U1",))
    let_in(desk, "boss", "leader")
    one, boss = signed_in(app, "one"), signed_in(app, "boss")
    # The boss first: what is kept for one reader is not another's.
    assert boss.get("/api/v1/accounts").json()["total"] == 61
    assert one.get("/api/v1/accounts").json()["total"] == 60
    low = {t["name"]: t["accounts"] for t in one.get("/api/v1/tiers").json()["tiers"]}
    assert low == {"high": 20, "low": 20, "medium": 20}
    cells = one.get("/api/v1/matrix").json()["cells"]
    assert sum(c["accounts"] for c in cells) == 60
    assert "61" not in re.findall(r"<b>(\d+)</b>", one.get("/accounts").text)


def test_a_csm_without_ids_sees_nothing(shop: Shop) -> None:
    app, desk = shop
    let_in(desk, "new", "csm", ("nobody",))
    new = signed_in(app, "new")
    assert new.get("/api/v1/accounts").json()["total"] == 0
    assert new.get("/").status_code == 200
    assert new.get("/inbox?whose=all").status_code == 200


def test_a_leader_with_a_team_sees_the_team(shop: Shop) -> None:
    app, desk = shop
    let_in(desk, "boss", "leader", ("U2",))
    boss = signed_in(app, "boss")
    assert [a["account_id"] for a in boss.get("/api/v1/accounts").json()["accounts"]] == [CANARY]
