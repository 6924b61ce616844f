"""Value and forecast: each number leads to as many accounts as it says, in sight of the reader."""

import re

from fastapi import FastAPI
from sqlalchemy import text

from keepwell.adapters.state import SqlOutlookPages, SqlPagesStore
from keepwell.config import MatrixSettings
from keepwell.outlook import matrix_rows
from keepwell.outlook.matrix import Cell as OutlookCell
from keepwell.ports.pages import AccountFilter, Cell, Scope, StagedPages
from keepwell.web.pages.forecast import spread_of
from keepwell.web.pages.matrix import heat_map, stands_out
from keepwell.wiring.web_desk import WebDesk
from state_databases import StateDatabase
from web.caller import Caller, let_in, signed_in
from web.portfolio import header, lists, rows, sums

Shop = tuple[FastAPI, WebDesk]


def boss(shop: Shop, login: str = "boss", sees: tuple[str, ...] = ()) -> Caller:
    let_in(shop[1], login, "leader", sees)
    return signed_in(shop[0], login)


def test_sums_and_lists_are_those_of_the_scope_on_both_databases(
    state_database: StateDatabase,
) -> None:
    with state_database.open() as state:
        staged = SqlPagesStore(state)
        staged.replace(StagedPages(header(), rows(), sums(), lists()))
        outlook = SqlOutlookPages(staged)
        for scope, n in (
            (Scope(None), 61),
            (Scope(("U1",)), 60),
            (Scope(("U2",)), 1),
            (Scope(()), 0),
        ):
            assert sum(s.accounts for s in outlook.sums(scope, "all")) == n
            wanted = AccountFilter(on_lists=("struggle",))
            entries = outlook.entries(scope, "struggle", 10)
            assert staged.count(scope, wanted) == len(entries)
            assert len(outlook.contributions(scope)) == n


def test_a_number_leads_to_as_many_accounts_as_it_says(shop: Shop) -> None:
    caller, checked = boss(shop), 0
    for path in ("/value", "/forecast"):
        page = caller.get(path).text
        links = re.findall(
            r'href="(/accounts\?[^"]*)"[^>]*>(?:Open all |看全部 )?([\d,]+)(?: 家)?<', page
        )
        for href, said in links:
            found = caller.get("/api/v1" + href.replace("&amp;", "&")).json()["total"]
            assert found == int(said.replace(",", "")), (path, href, said)
        checked += len(links)
    assert checked > 12


def test_what_rests_on_all_accounts_is_shown_to_those_who_see_all(shop: Shop) -> None:
    whole, own = boss(shop), boss(shop, "one", ("U1",))
    assert whole.get("/api/v1/forecast").json()["record"]["origins"] == 18
    # As the report says: without their ends nobody knows what is due, nor what of it is at risk.
    shown = whole.get("/forecast").text
    assert re.search(r"(For|有) \S*(5|500)\S* ?\S* (of ARR no end|没有到期日)", shown)
    assert re.search("what is at risk cannot be told|在险金额不作推算", shown)
    assert whole.get("/api/v1/value").json()["verdict"]["answer"] == "not_enough_data"
    told = own.get("/api/v1/forecast").json()
    assert (told["record"], told["renewals"]) == (None, None)
    assert [r["method"] for r in told["ranges"]] == ["contribution", "keep_last"]
    assert own.get("/api/v1/value").json()["verdict"] is None
    assert told["total"]["accounts"] == 60
    assert own.get("/api/v1/lists/struggle").json()["entries"][0]["account"]["account_id"] == "A003"


def test_an_unknown_list_is_not_found_and_no_filter(shop: Shop) -> None:
    caller = boss(shop)
    assert caller.get("/api/v1/lists/everything").status_code == 404
    assert caller.get("/api/v1/accounts?on_list=everything").status_code == 422
    assert caller.get("/api/v1/accounts?contribution_tier=9").status_code == 422


def test_a_run_that_is_staged_in_an_older_shape_is_seen_in_the_new_one(shop: Shop) -> None:
    desk = shop[1]
    old = {k: v for k, v in header().items() if k not in ("shape", "outlook")}
    desk.pages.replace(StagedPages(old, rows()))
    seen = desk.header()
    assert seen
    assert (seen.shape, seen.outlook) == (0, {})
    for path in ("/value", "/forecast"):
        assert boss(shop, f"b{path[1:]}").get(path).status_code == 200
    desk.pages.replace(StagedPages(header(), rows(), sums(), lists()))
    again = desk.header()
    assert again
    assert again.shape
    with desk.project.state.session() as session:
        assert session.scalar(text("SELECT count(*) FROM staged_sums")) == len(sums())


def test_few_accounts_say_nothing_of_concentration() -> None:
    assert spread_of([1.0] * 7).points == ()
    spread = spread_of([8.0] + [1.0] * 8)
    assert spread.top_3 == 10 / 16
    assert spread.points[-1] == (1.0, 1.0)


def test_the_matrix_adjusts_its_test_as_the_report_does() -> None:
    # Holm lets B stand, too, which Bonferroni over the six would not; the sixth has no name.
    lows = {"A": 25, "B": 19, "C": 4, "D": 5, "E": 1, "": 5}
    counted = {name: 5 if name == "E" else 60 for name in lows}
    shown = heat_map(tuple(Cell(n, "Large", counted[n], counted[n], lows[n], 0.0) for n in lows))
    told = matrix_rows(
        "industry",
        [OutlookCell(n, "", counted[n], lows[n], 0, 0.0, 0.0, 0) for n in lows],
        None,
        MatrixSettings(),
    )
    adjusted = {r.industry: r.holm_p for r in told}
    assert len(adjusted) == 6
    for row in shown.rows:
        p = adjusted[row.industry]
        share = lows[row.industry] / counted[row.industry]
        is_told = p is not None and p < 0.05 and share > sum(lows.values()) / sum(counted.values())
        assert stands_out(shown, row) == is_told, (row.industry, p)
