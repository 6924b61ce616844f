"""The report of a snapshot on disk: all formats, both languages, the same bytes, every number."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from keepwell.adapters.engines import DuckDbEngine
from keepwell.adapters.playbook_library import load_library
from keepwell.adapters.writers import ReportFiles, VegaPictures
from keepwell.runs.report import FORMATS, asked_formats, build_report, write_report
from keepwell.vocabulary import InputProblem, Lang
from reports.portfolio import CARD, Shape, load, open_engine

ACCOUNTS = (
    "account_id",
    "name",
    "industry",
    "region",
    "owner_id",
    "csm_id",
    "lifecycle_stage",
    "status",
)


class OneSnapshot:
    """A snapshot store with one snapshot in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def stage(self, run_id: str) -> Any:
        raise AssertionError(f"a report stages nothing, not {run_id}")

    def path(self, run_id: str) -> Path:
        assert run_id == "now"
        return self._folder

    def run_ids(self) -> tuple[str, ...]:
        return ("now", "then")

    def read_manifest(self, run_id: str) -> dict[str, Any]:
        forecast = {
            "won_weight": 0.4,
            "pipeline_weight": 0.6,
            "retention_factor": 1.0,
            "save_rate": 1.0,
            "horizon_months": 6,
        }
        matrix = {"minimum_accounts": 10, "critical": 0.7, "elevated": 0.4, "watch": 0.2}
        return {
            "run_id": run_id,
            "project": "shop",
            "as_of": "2026-10-31" if run_id == "now" else "2026-09-30",
            "currency": "CNY",
            "scorecards": [{"when": None, "card": CARD.model_dump(mode="json")}],
            "measures": [],
            "counts": [],
            "settings": {"forecast": forecast, "matrix": matrix},
            "findings": [],
        }


def store(folder: Path) -> OneSnapshot:
    """Write the tables of a random portfolio as a snapshot."""
    with open_engine() as engine:
        load(engine, Shape(accounts=40), 11)
    with DuckDbEngine(memory_limit_mb=512, allowed_directories=[folder]) as engine:
        load(engine, Shape(accounts=40), 11)
        columns = engine.columns("portfolio")
        forecast = [c for c in columns if (c.endswith("_amount") and c in FORECAST) or c in RANKS]
        stability = [c for c in columns if c.startswith(("score_", "is_")) and c not in SCORES]
        scores = [c for c in SCORES if c in columns]
        parts = [c for c in columns if c.endswith(("__micro", "__weight", "__scaled"))]
        taken = {*forecast, *stability, "has_contradiction", *scores, *parts, *ACCOUNTS, "score"}
        tables = {
            "accounts": [c for c in ACCOUNTS if c in columns],
            "forecast": ["account_id", *forecast],
            "stability": ["account_id", *stability, "has_contradiction"],
            "scores": ["account_id", *scores],
            "contributions": ["account_id", *parts],
            "measures": ["account_id", *(c for c in columns if c not in taken)],
        }
        for name, held in tables.items():
            engine.write_parquet(
                f"SELECT {', '.join(held)} FROM portfolio", folder / f"{name}.parquet"
            )
        for name in ("profile", "priority"):
            engine.write_parquet(f"SELECT * FROM {name}", folder / f"{name}.parquet")
    return OneSnapshot(folder)


SCORES = (
    "scorecard",
    "scorecard_version",
    "score_micro",
    "coverage",
    "tier",
    "effective_tier",
    "has_override",
)
FORECAST = {
    "base_amount", "weighted_amount", "run_rate_amount", "naive_amount", "contribution_amount",
    "pace_amount", "due_pipeline_amount", "expected_loss_amount",
}  # fmt: skip
RANKS = {"contribution_rank", "contribution_tier"}


def written(snapshots: OneSnapshot, data: Path, target: Path, lang: Lang) -> dict[str, bytes]:
    """Write the report and return its files by name."""
    with DuckDbEngine(memory_limit_mb=512, allowed_directories=[data]) as engine:
        document = build_report(engine, snapshots, "now", load_library())
        result = write_report(document, "now", lang, FORMATS, target, VegaPictures(), ReportFiles())
    assert result.facts == len(document.facts) > 50
    return {str(f.relative_to(target)): f.read_bytes() for f in result.files}


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_all_formats_are_written_and_twice_the_same(tmp_path: Path, lang: Lang) -> None:
    data = tmp_path / "snapshot"
    data.mkdir()
    snapshots = store(data)
    first = written(snapshots, data, tmp_path / "a", lang)
    assert {f"report.{lang}.{f}" for f in FORMATS} <= set(first)
    assert {f"pictures/risk_matrix.{lang}.png", f"pictures/risk_matrix.{lang}.svg"} <= set(first)
    assert first == written(snapshots, data, tmp_path / "b", lang)
    assert not list((tmp_path / "a").rglob("*.partial"))


def test_the_facts_sheet_holds_every_number_of_the_text(tmp_path: Path) -> None:
    data = tmp_path / "snapshot"
    data.mkdir()
    written(store(data), data, tmp_path / "out", "en")
    sheet = load_workbook(tmp_path / "out" / "report.en.xlsx")["Facts"]
    ids = [row[0].value for row in sheet.iter_rows(min_row=2)]
    text = (tmp_path / "out" / "report.en.md").read_text()
    for number in ids:
        assert f"[{number}]" in text or f"| {number} |" in text
    assert len(set(ids)) == len(ids)


def test_an_earlier_snapshot_scored_alike_is_named_and_no_trend_is_told(tmp_path: Path) -> None:
    data = tmp_path / "snapshot"
    data.mkdir()
    snapshots = store(data)
    with DuckDbEngine(memory_limit_mb=512, allowed_directories=[data]) as engine:
        document = build_report(engine, snapshots, "now", load_library(), before=("then",))
    text = str(document)
    assert date(2026, 9, 30).isoformat() in text
    assert "No second snapshot" not in text


@pytest.mark.parametrize(
    ("text", "formats"),
    [("all", FORMATS), ("md", ("md",)), (" PDF, html,pdf ", ("pdf", "html"))],
)
def test_formats_are_read_from_a_list(text: str, formats: tuple[str, ...]) -> None:
    assert asked_formats(text) == formats


@pytest.mark.parametrize("text", ["docx", "md,ppt", "", " , "])
def test_an_unknown_format_is_refused_with_the_known_ones(text: str) -> None:
    with pytest.raises(InputProblem, match="md, html, pdf, xlsx"):
        asked_formats(text)
