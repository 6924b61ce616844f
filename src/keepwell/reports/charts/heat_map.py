"""The risk matrix as a heat map: colour only where a cell is large enough, else pale and dashed."""

from collections.abc import Sequence
from dataclasses import dataclass

from keepwell.reports.charts.frame import Caption, Spec, ellipsis, framed
from keepwell.reports.palette import Palette

ROW, COLUMN = 52, 148
LABEL_WIDTH = 26


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One cell: its place, its two lines of text, and the colour step 0-4, None = too small."""

    row: int
    column: int
    first: str
    second: str
    step: int | None
    is_margin: bool = False


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Cells with the labels of rows and columns, margins last; `steps` names the colour steps."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[HeatCell, ...]
    steps: tuple[str, ...]


def heat_map_chart(caption: Caption, heat_map: HeatMap, palette: Palette) -> Spec:
    """Return the chart; empty combinations stay empty."""
    width = COLUMN * max(len(heat_map.columns), 3)
    height = ROW * len(heat_map.rows)
    values = [_cell_values(cell, palette) for cell in heat_map.cells]
    layers: list[Spec] = [
        _boxes([v for v, c in zip(values, heat_map.cells, strict=True) if not c.is_margin]),
        _texts(values, "first", -7, 13.5, heat_map),
        _texts(values, "second", 11, 11.5, heat_map),
        _labels(heat_map.rows, palette, is_row=True),
        _labels(heat_map.columns, palette, is_row=False),
        *_legend(heat_map, palette, height),
    ]
    body = {"width": width, "height": height, "layer": layers}
    return framed(caption, palette, body, width + 190)


def _cell_values(cell: HeatCell, palette: Palette) -> dict[str, object]:
    is_small = cell.step is None
    fill = "transparent" if is_small or cell.step is None else palette.risk[cell.step]
    ink = palette.text_2 if is_small or cell.step is None else palette.on_risk[cell.step]
    return {
        "x": cell.column + 0.03,
        "x2": cell.column + 0.97,
        "y": cell.row + 0.05,
        "y2": cell.row + 0.95,
        "cx": cell.column + 0.5,
        "cy": cell.row + 0.5,
        "first": cell.first,
        "second": cell.second,
        "fill": fill,
        "ink": ink,
        "stroke": palette.hatch if is_small else palette.line_strong,
        "dash": [3, 3] if is_small else [1, 0],
        "is_small": is_small,
    }


def _scale(count: int) -> Spec:
    return {"domain": [0, count], "nice": False, "zero": False}


def _axes(columns: int, rows: int) -> tuple[Spec, Spec]:
    x = {"type": "quantitative", "scale": _scale(columns), "axis": None}
    y = {"type": "quantitative", "scale": {**_scale(rows), "reverse": True}, "axis": None}
    return x, y


def _boxes(values: Sequence[dict[str, object]]) -> Spec:
    parts = []
    for small, dash in ((True, [3, 3]), (False, [1, 0])):
        parts.append(
            {
                "data": {"values": [v for v in values if v["is_small"] is small]},
                "mark": {"type": "rect", "strokeDash": dash, "strokeWidth": 1, "cornerRadius": 2},
                "encoding": {
                    "x": {"field": "x", "type": "quantitative", "axis": None},
                    "x2": {"field": "x2"},
                    "y": {"field": "y", "type": "quantitative", "axis": None},
                    "y2": {"field": "y2"},
                    "fill": {"field": "fill", "type": "nominal", "scale": None},
                    "stroke": {"field": "stroke", "type": "nominal", "scale": None},
                },
            }
        )
    return {"layer": parts}


def _texts(
    values: Sequence[dict[str, object]], field: str, dy: int, size: float, heat_map: HeatMap
) -> Spec:
    x, y = _axes(len(heat_map.columns), len(heat_map.rows))
    return {
        "data": {"values": list(values)},
        "mark": {"type": "text", "dy": dy, "fontSize": size},
        "encoding": {
            "x": {"field": "cx", **x},
            "y": {"field": "cy", **y},
            "text": {"field": field, "type": "nominal"},
            "color": {"field": "ink", "type": "nominal", "scale": None},
        },
    }


def _labels(names: Sequence[str], palette: Palette, *, is_row: bool) -> Spec:
    values = [{"at": i + 0.5, "text": ellipsis(n, LABEL_WIDTH)} for i, n in enumerate(names)]
    place: Spec = (
        {"type": "text", "x": -10, "align": "right", "baseline": "middle"}
        if is_row
        else {"type": "text", "y": -10, "align": "center", "baseline": "bottom"}
    )
    return {
        "data": {"values": values},
        "mark": {**place, "fontSize": 12.5, "color": palette.text},
        "encoding": {
            ("y" if is_row else "x"): {"field": "at", "type": "quantitative"},
            "text": {"field": "text", "type": "nominal"},
        },
    }


def _legend(heat_map: HeatMap, palette: Palette, height: int) -> list[Spec]:
    """Return the colour steps that occur, with their cut-offs written inside."""
    used = sorted({c.step for c in heat_map.cells if c.step is not None and not c.is_margin})
    layers: list[Spec] = []
    for place, step in enumerate(used):
        left = place * 118
        layers.append(
            {
                "data": {"values": [{}]},
                "mark": {
                    "type": "rect",
                    "x": left,
                    "x2": left + 112,
                    "y": height + 12,
                    "y2": height + 34,
                    "color": palette.risk[step],
                    "stroke": palette.line_strong,
                    "strokeWidth": 1,
                    "cornerRadius": 2,
                },
            }
        )
        layers.append(
            {
                "data": {"values": [{"text": heat_map.steps[step]}]},
                "mark": {
                    "type": "text",
                    "x": left + 56,
                    "y": height + 23,
                    "fontSize": 11.5,
                    "color": palette.on_risk[step],
                },
                "encoding": {"text": {"field": "text", "type": "nominal"}},
            }
        )
    return layers
