"""What is planted in the example company is found: each fault by check, each pattern in results."""

import shutil
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from e2e.company import AS_OF, declare_currency, done, edit, exported, rows_of, write_company
from keepwell.adapters.configuration_files import shipped_scorecard
from keepwell.adapters.state import SqlStateStore
from keepwell.example_company import PLANTED_DIRT, PlantedDirt, build_company
from keepwell.measures import measures_select, plan_measures
from keepwell.runs.portfolio import measure_settings, open_import
from keepwell.runs.score_portfolio import score_portfolio
from keepwell.scoring import CardUse
from keepwell.wiring import Project

# Fault: code of its finding, table and column.
FOUND_AS = {
    "identical_account_row": ("duplicates_merged", "accounts", "account_id"),
    "test_account": ("test_accounts", "accounts", "name"),
    "unmapped_size": ("category_unmapped", "measures", "account_size_segment"),
    "thousands_separator": ("number_read", "accounts", "annual_revenue"),
    "placeholder_date": ("date_sentinel", "accounts", "created_at"),
    "identical_contact_row": ("duplicates_merged", "contacts", "contact_id"),
    "orphan_contact": ("orphan", "contacts", "account_id"),
    "future_activity": ("dated_after_load", "activities", "occurred_at"),
    "missing_account_id": ("required_missing", "activities", "account_id"),
    "impossible_date": ("date_unreadable", "activities", "occurred_at"),
    "negative_amount": ("number_negative", "opportunities", "amount"),
    "foreign_currency_without_rate": ("rate_missing", "opportunities", "amount"),
    "null_word": ("null_word", "opportunities", "amount"),
}
# An amount or size that counts as unknown keeps its row, so the row's action is a warning.
ACTIONS = {"unknown": "warned"}


LOW_SHARES = (
    "SELECT a.industry, m.account_size_segment, avg(CASE s.tier WHEN 'low' THEN 1.0 ELSE 0.0 END) "
    "FROM accounts a JOIN measures m ON m.account_id = a.account_id "
    "JOIN scores s ON s.account_id = a.account_id GROUP BY 1, 2 HAVING count(*) >= 10"
)


@pytest.fixture(scope="module")
def findings(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[Any, Any]:
    """The findings of the demo's check and run by code, table and column."""
    checked = {
        (f["code"], f["table"], f["column"]): (f["action"], f["count"])
        for f in done("check", "-C", demo)["findings"]
    }
    ran = {
        (f["code"], f["table_name"], f["column_name"]): (f["action"], int(f["count"]))
        for f in exported(demo, "findings", tmp_path_factory.mktemp("findings"))
    }
    assert checked.items() <= ran.items()
    return ran


@pytest.mark.parametrize("dirt", PLANTED_DIRT, ids=lambda d: d.name)
def test_each_planted_fault_is_found_with_its_action_and_count(
    dirt: PlantedDirt, findings: dict[Any, Any], demo: Path
) -> None:
    action, count = findings[FOUND_AS[dirt.name]]
    assert action == ACTIONS.get(dirt.expect, dirt.expect)
    assert count == (strategic_customers(demo) if dirt.name == "unmapped_size" else dirt.rows)


def strategic_customers(demo: Path) -> int:
    """Return how many of the seven planted sizes belong to accounts that had not left."""
    rows = rows_of(demo / "exports" / "Account.csv")
    planted = [r for r in rows if r["Account_Size_Segment__c"] == "Strategic"]
    assert len(planted) == 7
    return sum(not r["Churned_Date__c"] or r["Churned_Date__c"] > AS_OF for r in planted)


def test_clean_exports_give_none_of_the_planted_findings(tmp_path: Path) -> None:
    write_company(build_company(120, "en", with_dirt=False), tmp_path / "exports")
    done("init", tmp_path, "--from", tmp_path / "exports")
    declare_currency(tmp_path, "en")
    checked = done("check", "-C", tmp_path)
    assert checked["findings"] == []
    assert all(c["rows_in"] == c["accepted"] for c in checked["counts"])


def auc(pairs: list[tuple[int, bool]]) -> float:
    """Return the chance that a leaver scores below a stayer, ties counting half."""
    seen, rank_sum, leavers = 0, 0.0, 0
    for _, group in groupby(sorted(pairs), key=lambda p: p[0]):
        tied = [is_leaver for _, is_leaver in group]
        rank_sum += (seen + (len(tied) + 1) / 2) * sum(tied)
        seen, leavers = seen + len(tied), leavers + sum(tied)
    return 1 - (rank_sum - leavers * (leavers + 1) / 2) / (leavers * (seen - leavers))


def test_auc_of_perfect_reversed_and_tied_orders() -> None:
    assert auc([(1, True), (2, True), (3, False)]) == 1
    assert auc([(1, False), (2, True), (3, True)]) == 0
    assert auc([(5, True), (5, False), (5, False)]) == 0.5


@pytest.mark.slow
def test_shipped_scorecards_rank_leavers_and_the_hot_spot_shows(tmp_path: Path) -> None:
    company = build_company(2000, "en")
    write_company(company, tmp_path / "exports")
    small = build_company(60, "en", with_dirt=False)
    # The mapping of a small company is that of the large one, and its `init` is quick.
    write_company(small, tmp_path / "small")
    done("init", tmp_path, "--from", tmp_path / "small")
    declare_currency(tmp_path, "en")
    shutil.rmtree(tmp_path / ".keepwell")
    edit(tmp_path / "keepwell.yml", "path: small", "path: exports")
    leaves = {r[0]: bool(r[2]) and 0 < int(r[2]) <= 180 for r in company.truth.rows}
    project = Project(tmp_path)
    imported, at, day = project.check(), project.now, company.as_of
    settings = measure_settings(project.config)
    with project.engine() as engine, SqlStateStore("sqlite://") as state:
        open_import(engine, imported, day)
        plan = plan_measures(imported.mapped, settings)
        engine.create_table("measures", measures_select(plan, day, settings))
        for name in ("classic", "robust"):
            use = CardUse(shipped_scorecard(name))
            score_portfolio(engine, [use], state, as_of=day, at=at, accounts_table="accounts")
            rows = engine.rows("SELECT account_id, score_micro FROM scores ORDER BY 1")
            pairs = [(s, leaves[a]) for a, s in rows if a in leaves and s is not None]
            assert sum(is_leaver for _, is_leaver in pairs) >= 50
            assert 0.65 <= auc(pairs) <= 0.85, (name, auc(pairs))
            low = {(i, s): share for i, s, share in engine.rows(LOW_SHARES)}
            hot = low.pop(("Retail", "Mid-Market"))
            assert hot > 1.3 * max(v for (_, size), v in low.items() if size == "Mid-Market")
