"""docs/playbooks.md says what the library holds, and its example of a change works."""

import os
import re
from pathlib import Path

import pytest

from keepwell.adapters.playbook_library import load_library
from keepwell.playbooks import LIBRARY_HEADING, library_page

PAGE = Path(__file__).parents[2] / "docs" / "playbooks.md"


def test_reference_page_is_generated_from_the_library() -> None:
    """Set KEEPWELL_WRITE_DOCS=1 to write the page anew."""
    intro = PAGE.read_text("utf-8").split(LIBRARY_HEADING)[0]
    expected = library_page(load_library(), intro)
    if os.environ.get("KEEPWELL_WRITE_DOCS"):
        PAGE.write_text(expected, "utf-8")
    assert PAGE.read_text("utf-8") == expected


def test_documented_change_does_what_the_page_says(tmp_path: Path) -> None:
    block = re.search(r"^```yaml\n(.*?)^```", PAGE.read_text("utf-8"), re.M | re.S)
    assert block
    (tmp_path / "ours.yml").write_text(block[1], "utf-8")
    book = load_library(tmp_path).playbook("low", "Large")
    assert book
    actions = {a.id: a for a in book.actions}
    assert book.hours_per_account_month == pytest.approx(12)
    assert set(actions) == {
        "low_large_alert",
        "low_large_shock_therapy",
        "low_large_rescue_plan",
        "low_large_restart",
    }
    assert actions["low_large_alert"].owner == "cs_manager"
    assert actions["low_large_alert"].entry.when == "effective_tier = 'low'"
