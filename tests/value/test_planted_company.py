"""The example company: planted valuable strugglers are found; with empty funnel tables, no lie."""

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from e2e.company import AS_OF, declare_currency, done, write_company
from keepwell.example_company import build_company
from keepwell.vocabulary import LANGS

FUNNEL = ("Task", "Opportunity", "tickets")


def project(folder: Path, accounts: int, *, empty: tuple[str, ...] = ()) -> Path:
    """Return a run project of the example company, some of its tables without a row."""
    company = build_company(accounts, "en")
    tables = tuple(replace(t, rows=()) if t.name in empty else t for t in company.exports)
    write_company(replace(company, exports=tables), folder / "exports")
    write_company(replace(company, exports=(company.truth,)), folder)
    done("init", folder / "p", "--from", folder / "exports", "--lang", "en")
    text = (folder / "p" / "keepwell.yml").read_text("utf-8")
    if "\nmoney:\n" not in text:
        declare_currency(folder / "p", "en")
    done("run", "-C", folder / "p", "--as-of", AS_OF)
    return folder / "p"


@pytest.mark.slow
def test_planted_valuable_strugglers_are_struck_far_more_often_than_their_peers(
    tmp_path: Path,
) -> None:
    made = project(tmp_path, 2000)
    done("export", "value", "-o", tmp_path / "value.parquet", "-C", made)
    shares = dict(
        duckdb.execute(
            "SELECT coalesce(t.patterns LIKE '%valued_struggle%', FALSE), "
            "avg(CAST(v.is_struggling AS DOUBLE)) "
            f"FROM '{tmp_path / 'value.parquet'}' AS v "
            f"JOIN read_csv('{tmp_path / 'truth.csv'}', all_varchar = true) AS t "
            "ON t.account_id = v.account_id WHERE v.value_group = 'high_value' GROUP BY 1"
        ).fetchall()
    )
    assert shares[True] > 0.4
    assert shares[True] > 3 * shares[False]


@pytest.mark.slow
def test_empty_funnel_tables_are_said_and_proxies_labelled(tmp_path: Path) -> None:
    made = project(tmp_path, 200, empty=FUNNEL)
    for lang in LANGS:
        folder = tmp_path / "r"
        words = ("report", "--kind", "value", "--lang", lang, "--format", "md", "-o", folder)
        done(*words, "-C", made)
        text = (folder / f"value_report.{lang}.md").read_text("utf-8")
        assert ("代理" if lang == "zh" else "stand-in") in text
        assert ("1 /（1 + R、F、M 的方差）" if lang == "zh" else "variance of R, F, M") in text
        # R and F come from product usage here, money from transactions: both are said.
        assert ("以产品使用记录代替" if lang == "zh" else "product usage stands in") in text
        assert ("R 为距上次活动的天数" if lang == "zh" else "R counts the days since") in text
        assert ("以成交流水金额代替" if lang == "zh" else "booked transactions stand in") in text
    rows = duckdb.execute(
        f"SELECT count(*), count(DISTINCT account_id) FROM '{_value(made, tmp_path)}'"
    ).fetchall()
    assert rows[0][0] == rows[0][1] > 100


def _value(made: Path, place: Path) -> Path:
    done("export", "value", "-o", place / "value.parquet", "-C", made)
    return place / "value.parquet"


@pytest.mark.slow
def test_repeated_mails_and_contradicting_tiers_never_fan_out(tmp_path: Path) -> None:
    """24 equal rows of one customer are one; of a customer with several tiers none is believed."""
    source = tmp_path / "exports"
    source.mkdir()
    head = "account_id,account_name,value_tier,total_won_amount,days_since_last_activity\n"
    rows = [f"c{i}@x.com,Firm {i},Gold,{100 + i},{i}\n" for i in range(40)]
    rows += ["c1@x.com,Firm 1,Gold,101,1\n"] * 23
    rows += ["c2@x.com,Firm 2,Silver,102,2\n", "c2@x.com,Firm 2,Bronze,102,2\n"]
    (source / "accounts.csv").write_text(head + "".join(rows), "utf-8")
    done("init", tmp_path / "p", "--from", source, "--lang", "en")
    done("run", "-C", tmp_path / "p")
    place = _value(tmp_path / "p", tmp_path)
    found = duckdb.execute(f"SELECT account_id, value_tier FROM '{place}'").fetchall()
    assert len(found) == len({r[0] for r in found})
    assert ("c1@x.com", "gold") in found
    # Its rows contradict one another in the tier, so no tier is believed; the customer stays.
    assert ("c2@x.com", "unknown") in found
    assert len(found) == 40
    findings = {f["code"] for f in done("check", "-C", tmp_path / "p")["findings"]}
    assert any("contradict" in c or "conflict" in c for c in findings), findings
