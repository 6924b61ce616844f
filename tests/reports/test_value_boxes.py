"""The picture of value by segment: boxes for groups, dots for handfuls, a word for nobody."""

from typing import Any

from keepwell.reports.charts.frame import Caption
from keepwell.reports.charts.value_boxes import FEW, ValueBox, value_boxes_chart
from keepwell.reports.palette import PALETTES


def layers(*boxes: ValueBox) -> list[dict[str, Any]]:
    spec = value_boxes_chart(Caption("t", "n"), boxes, "none", "axis", "en", PALETTES["light"])
    found: list[dict[str, Any]] = []

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            found.extend(n for n in node.get("layer", []) if "mark" in n)
            for inner in node.values():
                walk(inner)
        elif isinstance(node, list):
            for inner in node:
                walk(inner)

    walk(spec)
    return found


def rows_of(marks: list[dict[str, Any]], kind: str) -> set[int]:
    return {r["row"] for m in marks if m["mark"]["type"] == kind for r in m["data"]["values"]}


def test_a_handful_of_accounts_gets_a_dot_and_no_box() -> None:
    many = ValueBox("many", True, True, FEW, 1.0, 2.0, 3.0, 4.0, 5.0)
    few = ValueBox("few", True, False, FEW - 1, 1.0, 2.0, 3.0, 4.0, 5.0)
    marks = layers(many, few, ValueBox("nobody", True, True))
    assert rows_of(marks, "bar") == {0}
    assert rows_of(marks, "circle") == {1}
    assert rows_of(marks, "rule") == {0, 1}


def test_a_whisker_into_empty_decades_is_cut_and_a_wide_spread_is_not() -> None:
    def ends(*boxes: ValueBox) -> tuple[float, float]:
        marks = layers(*boxes)
        axes = (m["encoding"]["x"] for m in marks if m["mark"]["type"] == "rule")
        low, high = next(axes)["scale"]["domain"]
        return low, high

    rich = ValueBox("rich", True, True, 50, 30.0, 50.0, 70.0, 120.0, 900.0)
    faint = ValueBox("faint", True, False, 50, 1e-15, 6.0, 10.0, 20.0, 30.0)
    low, high = ends(rich, faint)
    assert 0.01 < low < 0.1
    assert high > 900
    wide = ValueBox("wide", True, False, 50, 2e-6, 3e-6, 1.0, 10.0, 30.0)
    assert ends(rich, wide)[0] < 2e-6
    plain = ValueBox("plain", True, False, 50, 1.0, 6.0, 10.0, 20.0, 30.0)
    assert ends(rich, plain)[0] == 0.7
