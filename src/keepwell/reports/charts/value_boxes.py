"""Distribution of value by segment and group: a box per row on a log axis, n in every label."""

from collections.abc import Sequence
from dataclasses import dataclass

from keepwell.reports.charts.frame import NARROW, Caption, Spec, framed
from keepwell.reports.palette import Palette
from keepwell.vocabulary import Lang

WIDTH = 620
ROW, NARROW_ROW = 21, 36
GAP, NARROW_GAP = 0.35, 0.62
LEFT = 300
FEW = 5
DECADES = 1e4


@dataclass(frozen=True, slots=True)
class ValueBox:
    """One row: its label with n, and quartiles; without values the row stays visibly empty."""

    label: str
    is_first: bool
    is_high: bool
    count: int = 0
    low: float | None = None
    lower: float | None = None
    middle: float | None = None
    upper: float | None = None
    high: float | None = None


def value_boxes_chart(
    caption: Caption,
    boxes: Sequence[ValueBox],
    empty_text: str,
    axis_title: str,
    lang: Lang,
    palette: Palette,
    *,
    is_narrow: bool = False,
) -> Spec:
    """Return the chart; amounts of nothing, less, or next to nothing stand at the left end."""
    least, most = _ends(boxes)
    rows = [_row(i, b, least, palette) for i, b in enumerate(boxes)]
    full = [r for r in rows if r["middle"] is not None]
    bare = [{"row": r["row"], "at": least, "text": empty_text} for r in rows if r["middle"] is None]
    x = _axis(axis_title, least, most, lang)
    gap = NARROW_GAP if is_narrow else GAP
    labels = _labels_above(rows, palette) if is_narrow else _labels(rows, palette)
    layers = [*_boxes(full, x, gap), labels, *_empty(bare, x, palette, gap)]
    count = max(len(boxes), 1)
    if is_narrow:
        body = {"width": NARROW - 16, "height": NARROW_ROW * count, "layer": layers}
        return framed(caption, palette, body, NARROW, is_narrow=True)
    body = {"width": WIDTH, "height": ROW * count, "layer": layers}
    return framed(caption, palette, body, WIDTH + LEFT)


def _ends(boxes: Sequence[ValueBox]) -> tuple[float, float]:
    """Return the ends of the axis; a whisker into many empty decades is cut off at the left.

    Never cut are four decades below the largest amount, nor any box with a third of its start.
    """
    held = [x for b in boxes for x in (b.low, b.high) if x is not None and x > 0]
    least, most = (min(held), max(held)) if held else (1.0, 10.0)
    starts = [b.lower for b in boxes if b.lower is not None and b.lower > 0]
    least = max(least, min([most / DECADES, *(s / 3 for s in starts)]))
    return least * 0.7, max(most * 1.4, least * 10)


def _row(place: int, box: ValueBox, least: float, palette: Palette) -> dict[str, object]:
    def held(value: float | None) -> float | None:
        return None if value is None else max(value, least)

    return {
        "row": place,
        "label": box.label,
        "weight": 600 if box.is_first else 400,
        "low": held(box.low),
        "lower": held(box.lower),
        "middle": held(box.middle),
        "upper": held(box.upper),
        "high": held(box.high),
        "is_few": box.count < FEW,
        "fill": palette.series if box.is_high else palette.series_2,
        "ink": palette.surface,
    }


def _axis(title: str, least: float, most: float, lang: Lang) -> Spec:
    ticks = [m * 10.0**k for k in range(-3, 16) for m in (1, 3) if least <= m * 10.0**k <= most]
    units = (
        (("1e8", " 亿"), ("1e4", " 万"))
        if lang == "zh"
        else (("1e9", " B"), ("1e6", " M"), ("1e3", " k"))
    )
    label = "format(datum.value, '~g')"
    for size, word in reversed(units):
        label = f"datum.value >= {size} ? format(datum.value / {size}, '~g') + '{word}' : {label}"
    return {
        "type": "quantitative",
        "scale": {"type": "log", "domain": [least, most], "nice": False},
        "axis": {"title": title, "labelExpr": label, "values": ticks, "gridOpacity": 0.6},
    }


def _y(gap: float) -> Spec:
    outer = 0.2 if gap == GAP else gap / 2
    return {
        "field": "row",
        "type": "ordinal",
        "axis": None,
        "scale": {"paddingInner": gap, "paddingOuter": outer},
    }


def _boxes(rows: list[dict[str, object]], x: Spec, gap: float) -> list[Spec]:
    colour = {"field": "fill", "type": "nominal", "scale": None, "legend": None}
    whisker = {
        "data": {"values": rows},
        "mark": {"type": "rule", "strokeWidth": 1.4},
        "encoding": {
            "y": _y(gap),
            "x": {"field": "low", **x},
            "x2": {"field": "high"},
            "color": colour,
        },
    }
    box = {
        "data": {"values": [r for r in rows if not r["is_few"]]},
        "mark": {"type": "bar"},
        "encoding": {
            "y": _y(gap),
            "x": {"field": "lower", **x},
            "x2": {"field": "upper"},
            "color": colour,
        },
    }
    # Quarters of a handful of accounts mean nothing: a dot at their median, a line to the ends.
    dots = [r for r in rows if r["is_few"]]
    dot = {
        "data": {"values": dots},
        "mark": {"type": "circle", "size": 60, "opacity": 1},
        "encoding": {"y": _y(gap), "x": {"field": "middle", **x}, "color": colour},
    }
    ink = {"field": "ink", "type": "nominal", "scale": None, "legend": None}
    point = {
        "data": {"values": [r for r in rows if not r["is_few"]]},
        "mark": {"type": "point", "shape": "stroke", "angle": 90, "size": 130, "strokeWidth": 2.4},
        "encoding": {"y": _y(gap), "x": {"field": "middle", **x}, "stroke": ink},
    }
    return [whisker, box, dot, point] if dots else [whisker, box, point]


def _labels(rows: list[dict[str, object]], palette: Palette) -> Spec:
    return {
        "data": {"values": rows},
        "mark": {
            "type": "text",
            "x": -10,
            "align": "right",
            "fontSize": 12.5,
            "color": palette.text,
        },
        "encoding": {"y": _y(GAP), "text": {"field": "label", "type": "nominal"}},
    }


def _labels_above(rows: list[dict[str, object]], palette: Palette) -> Spec:
    return {
        "data": {"values": rows},
        "mark": {
            "type": "text",
            "x": 0,
            "align": "left",
            "dy": -15,
            "fontSize": 11.5,
            "color": palette.text,
        },
        "encoding": {"y": _y(NARROW_GAP), "text": {"field": "label", "type": "nominal"}},
    }


def _empty(rows: list[dict[str, object]], x: Spec, palette: Palette, gap: float) -> list[Spec]:
    if not rows:
        return []
    mark = {"type": "text", "align": "left", "dx": 6, "fontSize": 12, "color": palette.text_3}
    return [
        {
            "data": {"values": rows},
            "mark": mark,
            "encoding": {
                "y": _y(gap),
                "x": {"field": "at", **x},
                "text": {"field": "text", "type": "nominal"},
            },
        }
    ]
