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
