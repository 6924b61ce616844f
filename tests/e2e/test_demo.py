"""`keepwell demo` goes from nothing to a report in both languages, and never reads its truth."""

from pathlib import Path

import pytest

from e2e.company import CURRENCY, copy_of, done, exported, keepwell, refused
from keepwell.vocabulary import Lang


def test_demo_ends_with_every_kind_of_file(demo: Path) -> None:
    written = {p.suffix for p in (demo / "reports" / "2026-10-31").rglob("*") if p.is_file()}
    assert written == {".md", ".html", ".pdf", ".xlsx", ".png", ".svg"}
    text = (demo / "reports" / "2026-10-31" / "report.en.md").read_text("utf-8")
    assert "the data are a synthetic sample" in text


@pytest.mark.slow
def test_demo_speaks_chinese_when_asked(tmp_path: Path) -> None:
    lang: Lang = "zh"
    folder = tmp_path / "示例"
    shown = done("demo", folder, "--accounts", 300, "--lang", lang)
    files = [Path(f) for f in shown["files"]]
    assert all(f.stat().st_size > 0 for f in files)
    assert {f.suffix for f in files} == {".md", ".html", ".pdf", ".xlsx", ".png", ".svg"}
    text = next(f for f in files if f.suffix == ".md").read_text("utf-8")
    assert "健康分" in text
    assert CURRENCY[lang] in text or "元" in text
    explained = keepwell("explain", shown["example_account"], "-C", folder)
    assert explained.code == 0
    assert "健康分" in explained.out


def test_a_run_never_reads_the_truth(demo: Path, tmp_path: Path) -> None:
    project = copy_of(demo, tmp_path / "acme")
    before = exported(project, "scores", tmp_path)
    (project / "truth.csv").write_text("account_id,latent\nnobody,1\n", "utf-8")
    assert done("run", "-C", project)["is_new"] is False
    assert exported(project, "scores", tmp_path) == before
    imported = done("check", "-C", project)
    assert not [name for name in imported["source_rows"] if "truth" in name]
    assert "truth" not in (project / "keepwell.yml").read_text("utf-8")


def test_demo_replaces_an_earlier_demo_only(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "notes.txt").write_text("keep me", "utf-8")
    error = refused("demo", mine, "--accounts", 60, "--force")
    assert "not empty" in error["what"]
    assert (mine / "notes.txt").read_text("utf-8") == "keep me"
