"""Pictures and reports that people see are looked at again when they changed.

docs/reviewed.md lists each with its hash. The reports are those of `keepwell demo` in both
languages, built anew here. After looking at what changed, write the list again:
`KEEPWELL_WRITE_REVIEWED=1 pytest tests/docs/test_reviewed.py`.
"""

import hashlib
import os
import re
from pathlib import Path

import pandas as pd
import pytest

from keepwell.adapters.progress import NoProgress
from keepwell.vocabulary import LANGS
from keepwell.wiring import build_demo

ROOT = Path(__file__).parents[2]
REVIEWED = ROOT / "docs" / "reviewed.md"
ROW = re.compile(r"^\| `([^`]+)` \| `([0-9a-f]{64})` \|", re.M)
HEAD = """# Looked at

Looked at, in the build that is listed: the 31 pages of the web app at 1280 pixels, small, each in
all four pairs of language and theme; of the pictures themselves, at full size, the overview and the
proof (English, light). Looked at in an earlier build: the five pictures of the demo in both
languages as PNG; 23 pages in Chinese at 390 pixels.
Read as Markdown, without the appendix of facts, in a build that differs in three sentences
(two of the track record, one of accounts gone quiet) and in the paragraph on renewals and
retention, which were read again: the report in both languages.
Looked at as PDF pages, small: the track record and the accounts gone quiet, in both languages;
as HTML of `report --kind value`: the first screens and the accounts gone quiet, in Chinese at
390 pixels light, in English at 1280 dark. As HTML, whole, but small: the report in Chinese at
390 pixels light, in English at 1280 dark. Not looked at since their chapters changed: the
workbook, the other PDF pages, the appendix and its queries.

A test builds all of it again and fails when anything has changed since; then
look again and write the list with
`KEEPWELL_WRITE_REVIEWED=1 pytest tests/docs/test_reviewed.py`.

| what | sha256 |
|---|---|
"""


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def listed() -> dict[str, str]:
    return dict(ROW.findall(REVIEWED.read_text("utf-8"))) if REVIEWED.exists() else {}


def committed_pictures() -> dict[str, str]:
    found = sorted(p for p in (ROOT / "docs").rglob("*") if p.suffix in {".png", ".svg"})
    return {str(p.relative_to(ROOT)): digest(p) for p in found}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return every file of both demos by the name under which it is listed."""
    files: dict[str, Path] = {}
    for lang in LANGS:
        folder = tmp_path_factory.mktemp(lang) / "demo"
        done = build_demo(folder, accounts=2000, lang=lang, force=False, progress=NoProgress())
        files |= {f"demo {lang}: {path.name}": path for path in done.files}
    return files


@pytest.mark.slow
def test_reports_and_pictures_are_unchanged_since_they_were_looked_at(
    built: dict[str, Path],
) -> None:
    now = {name: digest(path) for name, path in sorted(built.items())}
    if os.environ.get("KEEPWELL_WRITE_REVIEWED"):
        for lang in LANGS:
            picture = built[f"demo {lang}: risk_matrix.{lang}.png"]
            (ROOT / "docs" / "pictures" / picture.name).write_bytes(picture.read_bytes())
        rows = [f"| `{name}` | `{sha}` |" for name, sha in (committed_pictures() | now).items()]
        REVIEWED.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    known = {name: sha for name, sha in listed().items() if name.startswith("demo ")}
    assert now == known, "look at what changed in both languages, then write the list again"


def test_both_languages_of_the_demo_measure_the_same_company(built: dict[str, Path]) -> None:
    found = {}
    for lang in LANGS:
        project = built[f"demo {lang}: report.{lang}.md"].parents[2]
        (measures,) = project.glob(".keepwell/snapshots/*/measures.parquet")
        frame = pd.read_parquet(measures).sort_values("account_id", ignore_index=True)
        # The one size that no scorecard lists is called by its own name in either language.
        found[lang] = frame.drop(columns=[c for c in frame if "size_segment" in str(c)])
    pd.testing.assert_frame_equal(found["zh"], found["en"])


def test_committed_pictures_are_unchanged_since_they_were_looked_at() -> None:
    assert committed_pictures() == {n: s for n, s in listed().items() if n.startswith("docs/")}


def test_the_front_pages_show_pictures_that_exist() -> None:
    for page in ("README.md", "README.zh-CN.md"):
        pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", (ROOT / page).read_text("utf-8"))
        assert pictures
        assert all((ROOT / p).is_file() for p in pictures)
