"""A labelled table without dates, from `init` to its report card, by the commands alone."""

from pathlib import Path

import numpy as np

from e2e.company import done, refused

LABELLED = """
proof:
  labelled:
    table: customers.csv
    label: gone
    means_left: [Yes]
    leave_out: [{left_out}]
"""


def table(folder: Path) -> None:
    """Write customers whose silence matters, with one column written after they had left."""
    chance = np.random.default_rng(6)
    silence = chance.integers(0, 91, 320)
    gone = chance.random(320) < 1 / (1 + np.exp(2.0 - silence / 20))
    after = np.where(gone, 1000, 0) + chance.integers(0, 100, 320)
    rows = [
        f"C{i},{s},{a},{'Yes' if g else 'No'}"
        for i, (s, a, g) in enumerate(zip(silence, after, gone, strict=True))
    ]
    folder.mkdir()
    text = "\n".join(["customer_id,silence,refund_after,gone", *rows])
    (folder / "customers.csv").write_text(text, "utf-8")


def test_a_labelled_table_gets_its_report_card_without_a_back_test(tmp_path: Path) -> None:
    table(tmp_path / "source")
    project = tmp_path / "project"
    done("init", project, "--from", tmp_path / "source", "--lang", "en")
    config = project / "keepwell.yml"
    plain = config.read_text("utf-8")
    config.write_text(plain + LABELLED.format(left_out="customer_id"), "utf-8")
    told = done("proof", "-C", project, "--format", "md,xlsx")
    assert told["cards"] == []
    found = told["labelled"]
    assert found["leaks"] == ["refund_after"]
    assert found["accounts"] == 320
    assert 0.9 < found["auc"]["value"] <= 1.0
    assert {Path(f).suffix for f in found["files"]} == {".md", ".xlsx", ".png", ".svg"}
    page = (project / "reports" / "proof" / "labelled" / "proof.en.md").read_text("utf-8")
    assert "refund_after: " in page
    assert "**Look at these first**" in page

    config.write_text(plain + LABELLED.format(left_out="customer_id, refund"), "utf-8")
    error = refused("proof", "-C", project)
    assert "no column `refund`" in str(error)
