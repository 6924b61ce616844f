"""Numbers at the ends of what engines compute alike."""

import math
from pathlib import Path

from runs.check_world import check, clean_world, config, rows

FEEDS: dict[str, dict[str, object]] = {
    "accounts": {"account_id": "Id"},
    "usage": {"account_id": "Account", "occurred_at": "At", "value": "Value"},
}


def test_numbers_too_small_for_any_unit_are_zero_and_zero_has_no_sign(tmp_path: Path) -> None:
    values = ("5e-324", "1e-101", "-0", "1e-99", "0.25", "99999999999999999")
    used: list[dict[str, str | None]] = [
        {"Account": "ACC-0001", "At": f"2026-01-{i + 1:02d}", "Value": v}
        for i, v in enumerate(values)
    ]
    world = {"accounts": clean_world()["accounts"], "usage": used}
    found = rows(check(world, tmp_path, config(FEEDS)), "usage")
    by_day = [r["value"] for r in sorted(found, key=lambda r: str(r["occurred_at"]))]
    assert by_day == [0.0, 0.0, 0.0, 1e-99, 0.25, 1e17]
    assert all(isinstance(v, float) and math.copysign(1, v) == 1 for v in by_day)
