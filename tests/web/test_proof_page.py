"""The page of proof shows kept cards as they are, and company-wide parts to those who see all."""

import re

from fastapi import FastAPI

from keepwell.wiring.web_desk import WebDesk
from web.caller import Caller, let_in, signed_in
from web.proof_cards import keep_cards

Shop = tuple[FastAPI, WebDesk]


def boss(shop: Shop, login: str = "boss", sees: tuple[str, ...] = ()) -> Caller:
    let_in(shop[1], login, "leader", sees)
    return signed_in(shop[0], login)


def test_without_a_card_the_page_says_how_to_get_one(shop: Shop) -> None:
    caller = boss(shop)
    page = caller.get("/proof").text
    assert "keepwell backtest" in page
    assert caller.get("/api/v1/proof").json()["chosen"] is None
    assert caller.get("/proof?card=none&days=7").status_code == 404


def test_the_page_shows_the_numbers_of_the_kept_card(shop: Shop) -> None:
    card = keep_cards(shop[1])
    caller = boss(shop)
    page = caller.get("/proof").text
    assert '<p class="vv">Useful</p>' in page
    for ranked in card.ranked:
        assert f"{ranked.auc.value:.3f}</td>" in page
    assert f"{card.extent.event_accounts:,} left" in page
    assert len(re.findall(r'<circle class="dot" cx', page)) >= len(card.tiers)
    assert "edited since; replay it again" in page
    assert "Before-after" in page
    found = caller.get("/api/v1/proof").json()
    assert found["card"]["judgement"]["auc"]["value"] == card.judgement.auc.value
    assert {c["horizon_days"] for c in found["cards"]} == {30, 90}
    told = {t["trigger"]: (t["is_stale"], len(t["cards"])) for t in found["triggers"]}
    assert told["health_low"] == (False, 1)
    assert told["health_falls"] == (True, 0)


def test_a_card_of_which_only_the_short_form_was_kept_says_so(shop: Shop) -> None:
    keep_cards(shop[1])
    page = boss(shop).get("/proof?card=robust&days=30").text
    assert "Only the short form" in page


def test_groups_effects_and_reports_are_for_those_who_see_all(shop: Shop) -> None:
    keep_cards(shop[1])
    whole, own = boss(shop), boss(shop, "one", ("U1",))
    place = "/proof/reports/robust/90/proof.zh.md"
    assert whole.get(place).text == "成绩单"
    assert place in whole.get("/proof").text
    for name in ("secret.key", "..%2Fproof.zh.md", "%2e%2e%2f%2e%2e%2fkeepwell.yml"):
        assert whole.get(f"/proof/reports/robust/90/{name}").status_code == 404
    assert own.get(place).status_code == 404
    page = own.get("/proof").text
    assert "Inside groups" not in page
    assert "play qbr" not in page
    assert place not in page
    told = own.get("/api/v1/proof").json()
    assert told["effects"] is None
    assert "groups" not in told["card"]
