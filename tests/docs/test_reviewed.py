"""Pictures and reports that people see are looked at again when they changed."""

import hashlib
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
REVIEWED = ROOT / "docs" / "reviewed.md"
ROW = re.compile(r"^\| `([^`]+)` \| `([0-9a-f]{64})` \|", re.M)


def listed() -> dict[str, str]:
    return dict(ROW.findall(REVIEWED.read_text("utf-8")))


def test_committed_pictures_are_unchanged_since_they_were_looked_at() -> None:
    committed = {p: h for p, h in listed().items() if (ROOT / p).exists()}
    now = {p: hashlib.sha256((ROOT / p).read_bytes()).hexdigest() for p in committed}
    assert committed
    assert now == committed, "look at it in both languages, then update docs/reviewed.md"


def test_every_committed_picture_is_listed() -> None:
    pictures = {
        str(p.relative_to(ROOT)) for p in (ROOT / "docs").rglob("*") if p.suffix in {".png", ".svg"}
    }
    assert pictures <= set(listed())
