"""From outside data to a report in both languages, through the command line."""

import os
import re
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from e2e.company import declare_currency, done, exported, keepwell, refused, scores_of
from keepwell.vocabulary import LANGS
from reference.compare import compare_exports

pytestmark = pytest.mark.accept
SOURCES = ("crm_account_view", "crm_account_view/accounts.sqlite", "maven_crm",
           "fivetran_salesforce", "ravenstack")  # fmt: skip
ROUTES = [*((place, "robust") for place in SOURCES), *((place, "classic") for place in SOURCES[:2])]
# What each source cannot support, in the words of the report's limits.
UNSUPPORTED = {
    "maven_crm": ("没有流失结果", "No churn outcome"),
    "ravenstack": ("没有流失结果", "No churn outcome"),
    "fivetran_salesforce": (
        "没有任何客户的成交、商机或经常性金额",
        "no account has won, pipeline or recurring amounts",
    ),
}


def outside(place: str) -> Path:
    """Return a place in the folder of outside data."""
    root = os.environ.get("KEEPWELL_ACCEPT_DATA")
    if not root or not (Path(root) / place).exists():
        pytest.skip("KEEPWELL_ACCEPT_DATA names no folder of outside data")
    return Path(root) / place


def start(place: str, project: Path, scorecard: str) -> Path:
    """Begin a project on outside data, with the one line that no export can tell."""
    done("init", project, "--from", outside(place), "--scorecard", scorecard)
    text = (project / "keepwell.yml").read_text("utf-8")
    if "\nmoney:\n" not in text:
        declare_currency(project, "en")
    return project


def reports(project: Path, place: Path) -> dict[str, str]:
    """Write the reports in both languages and return their text."""
    texts: dict[str, str] = {}
    for lang in LANGS:
        shown = done("report", "-C", project, "--lang", lang, "--format", "all", "-o", place)
        assert shown["undrawable"] == []
        looks_whole(place, lang)
        texts[lang] = (place / f"report.{lang}.md").read_text("utf-8")
        body = re.split(r"## (?:附录|Appendix)", texts[lang])[0]
        assert not re.search(r"\b(nan|NaN|None(?! of)|inf)\b|\{[a-z_]+\}", body)
    return texts


def looks_whole(place: Path, lang: str) -> None:
    """Every format is there and opens: pages with text, sheets with rows, pictures both ways."""
    pages = PdfReader(place / f"report.{lang}.pdf").pages
    assert len(pages) > 1
    assert all(page.extract_text().strip() for page in pages)
    book = load_workbook(place / f"report.{lang}.xlsx")
    assert all(next(sheet.iter_rows(values_only=True), None) for sheet in book.worksheets)
    html = (place / f"report.{lang}.html").read_text("utf-8")
    drawn = sorted(p.stem for p in (place / "pictures").glob(f"*.{lang}.png"))
    assert drawn == sorted(p.stem for p in (place / "pictures").glob(f"*.{lang}.svg"))
    assert html.count("<figure>") == len(drawn) > 0


@pytest.mark.parametrize(("place", "scorecard"), ROUTES)
def test_outside_data_goes_all_the_way(place: str, scorecard: str, tmp_path: Path) -> None:
    project = start(place, tmp_path / "p", scorecard)
    checked = done("check", "-C", project)
    for c in checked["counts"]:
        assert c["rows_in"] == c["accepted"] + c["merged"] + c["quarantined"] + c["excluded"]
    ran = done("run", "-C", project)
    assert ran["accounts"] == sum(ran["tiers"].values()) > 0
    assert done("run", "-C", project)["is_new"] is False
    texts = reports(project, tmp_path / "report")
    scores = scores_of(project, tmp_path)
    account = next(iter(scores))
    shown = done("explain", account, "-C", project)
    assert shown["tier"] == scores[account]["tier"]
    for lang in LANGS:
        assert keepwell("explain", account, "-C", project, "--lang", lang).code == 0
    for table in ("measures", "contributions", "risk_matrix", "profile", "forecast", "priority",
                  "findings", "facts"):  # fmt: skip
        exported(project, table, tmp_path)
    for kind in ("parquet", "xlsx"):
        done("export", "scores", "-C", project, "-o", tmp_path / f"scores.{kind}")
    assert len(pd.read_parquet(tmp_path / "scores.parquet")) == ran["accounts"]
    sheet = load_workbook(tmp_path / "scores.xlsx").worksheets[0]
    assert sum(1 for _ in sheet.iter_rows()) == ran["accounts"] + 1
    refused("explain", "no such account", "-C", project)
    if place in UNSUPPORTED:
        zh, en = UNSUPPORTED[place]
        assert zh in texts["zh"]
        assert en in texts["en"]
        assert ran["scorecards"][0][0].endswith("_reduced")
    if place == "crm_account_view" and scorecard == "classic":
        assert "It marks 14/100 accounts Critical/High" in texts["en"]  # F70-F72 of the bar
        assert "2 of them above our low tier" in texts["en"]
        assert "with days since last activity −0.91" in texts["en"]
    if place == "maven_crm":
        assert "1,564/1,564 open deals carry none" in texts["en"]
        assert "cover the 214 days up to the snapshot" in texts["en"]
        assert ran["as_of"] == "2017-09-30"


@pytest.mark.parametrize("place", SOURCES[:2])
@pytest.mark.parametrize("scorecard", ["classic", "robust"])
def test_the_account_view_equals_the_recomputation(
    place: str, scorecard: str, tmp_path: Path
) -> None:
    project = start(place, tmp_path / "p", scorecard)
    ran = done("run", "-C", project)
    if scorecard == "classic":
        assert ran["tiers"] == {"low": 33, "medium": 64, "high": 3}
    frame = pd.read_csv(outside("crm_account_view/accounts.csv"), dtype={"account_id": str})
    frame = frame.rename(columns={"industry_normalized": "industry"}).astype(object)
    frame["win_rate"] = frame["win_rate_percentage"] / 100
    compare_exports(project, tmp_path, frame, scorecard)


def test_contribution_of_subscribers_is_six_months_of_their_revenue(tmp_path: Path) -> None:
    project = start("ravenstack", tmp_path / "p", "robust")
    as_of = pd.Timestamp(done("run", "-C", project)["as_of"])
    plans = pd.read_csv(
        outside("ravenstack/ravenstack_subscriptions.csv"), parse_dates=["start_date", "end_date"]
    )
    ends = plans["end_date"].isna() | (plans["end_date"] >= as_of)
    lasting = plans[(plans["start_date"] <= as_of) & ends & ~plans["is_trial"].astype(bool)]
    owed = lasting.groupby("account_id")["mrr_amount"].sum() * 6.0
    rows = exported(project, "forecast", tmp_path)
    told = pd.DataFrame(rows).set_index("account_id")["contribution_amount"].astype(float)
    assert told.sum() > 0
    pd.testing.assert_series_equal(
        told.sort_index(),
        owed.reindex(told.index.sort_values(), fill_value=0.0).astype(float),
        check_names=False,
        rtol=1e-9,
    )
