"""The risk matrix as a heat map: colour only where a cell is large enough, else pale and dashed."""

from collections.abc import Sequence
from dataclasses import dataclass

from keepwell.reports.charts.frame import NARROW, Caption, Spec, ellipsis, framed, wrapped
from keepwell.reports.palette import Palette

LABEL_WIDTH = 26
LEGEND_STEP, LEGEND_ROW = 118, 28


@dataclass(frozen=True, slots=True)
class Grid:
    """Sizes of a drawing: pixels of a row and column, the box within its row, text sizes.

    `labels_above`: a row's name stands over its cells instead of left of them.
    """

    row: int
    column: float
    box: tuple[float, float]
    first: float
    second: float
    gap: int
    labels_above: bool = False

    @property
    def centre(self) -> float:
        """Return the middle of a box, as a share of the row."""
        return (self.box[0] + self.box[1]) / 2


WIDE = Grid(row=52, column=148, box=(0.05, 0.95), first=13.5, second=11.5, gap=9)


def narrow_grid(columns: int) -> Grid:
    """Return the sizes that let all columns stand on a narrow screen."""
    column = max(NARROW / max(columns, 3), 46)
    return Grid(58, column, (0.33, 0.99), 12.5, 10, 8, labels_above=True)


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


def heat_map_chart(
    caption: Caption, heat_map: HeatMap, palette: Palette, *, is_narrow: bool = False
) -> Spec:
    """Return the chart; empty combinations stay empty."""
    grid = narrow_grid(len(heat_map.columns)) if is_narrow else WIDE
    width = round(grid.column * max(len(heat_map.columns), 3))
    height = grid.row * len(heat_map.rows)
    values = [_cell_values(cell, palette, grid) for cell in heat_map.cells]
    layers: list[Spec] = [
        _boxes([v for v, c in zip(values, heat_map.cells, strict=True) if not c.is_margin]),
        _texts(values, "first", 2 - grid.gap, grid.first, heat_map),
        _texts(values, "second", 2 + grid.gap, grid.second, heat_map),
        _row_labels(heat_map.rows, palette, grid),
        *_column_labels(heat_map.columns, palette, grid),
        *_legend(heat_map, palette, height, max(1, width // LEGEND_STEP)),
    ]
    body = {"width": width, "height": height, "layer": layers}
    if is_narrow:
        return framed(caption, palette, body, width, is_narrow=True)
    return framed(caption, palette, body, width + 190)


def _cell_values(cell: HeatCell, palette: Palette, grid: Grid) -> dict[str, object]:
    is_small = cell.step is None
    fill = "transparent" if is_small or cell.step is None else palette.risk[cell.step]
    ink = palette.text_2 if is_small or cell.step is None else palette.on_risk[cell.step]
    return {
        "x": cell.column + 0.03,
        "x2": cell.column + 0.97,
        "y": cell.row + grid.box[0],
        "y2": cell.row + grid.box[1],
        "cx": cell.column + 0.5,
        "cy": cell.row + grid.centre,
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


def _row_labels(names: Sequence[str], palette: Palette, grid: Grid) -> Spec:
    if grid.labels_above:
        width, at = NARROW / 6, 0.16
        place: Spec = {"x": 2, "align": "left", "fontSize": 12}
    else:
        width, at = LABEL_WIDTH, 0.5
        place = {"x": -10, "align": "right", "fontSize": 12.5}
    values = [{"at": i + at, "text": ellipsis(n, width)} for i, n in enumerate(names)]
    return {
        "data": {"values": values},
        "mark": {"type": "text", "baseline": "middle", "color": palette.text, **place},
        "encoding": {
            "y": {"field": "at", "type": "quantitative"},
            "text": {"field": "text", "type": "nominal"},
        },
    }


def _column_labels(names: Sequence[str], palette: Palette, grid: Grid) -> list[Spec]:
    """Return the names over the columns; narrow ones break into two lines, the last one lowest."""
    if not grid.labels_above:
        lines = [[ellipsis(n, LABEL_WIDTH)] for n in names]
        return [_column_line(lines, 0, -10, 12.5, palette)]
    width = grid.column / 5.4
    broken = [[ellipsis(part, width) for part in wrapped(n, width)[:2]] for n in names]
    return [_column_line(broken, back, -6 - 13 * back, 10.5, palette) for back in (0, 1)]


def _column_line(
    lines: Sequence[Sequence[str]], back: int, y: int, size: float, palette: Palette
) -> Spec:
    """Return the line of every column's name that is `back` lines above its last one."""
    values = [{"at": i + 0.5, "text": n[-1 - back]} for i, n in enumerate(lines) if len(n) > back]
    return {
        "data": {"values": values},
        "mark": {
            "type": "text",
            "y": y,
            "align": "center",
            "baseline": "bottom",
            "fontSize": size,
            "color": palette.text,
        },
        "encoding": {
            "x": {"field": "at", "type": "quantitative"},
            "text": {"field": "text", "type": "nominal"},
        },
    }


def _legend(heat_map: HeatMap, palette: Palette, height: int, a_row: int) -> list[Spec]:
    """Return the colour steps that occur, `a_row` in a row, with their cut-offs written inside."""
    used = sorted({c.step for c in heat_map.cells if c.step is not None and not c.is_margin})
    layers: list[Spec] = []
    for place, step in enumerate(used):
        left, top = place % a_row * LEGEND_STEP, height + 12 + place // a_row * LEGEND_ROW
        layers.append(
            {
                "data": {"values": [{}]},
                "mark": {
                    "type": "rect",
                    "x": left,
                    "x2": left + 112,
                    "y": top,
                    "y2": top + 22,
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
                    "y": top + 11,
                    "fontSize": 11.5,
                    "color": palette.on_risk[step],
                },
                "encoding": {"text": {"field": "text", "type": "nominal"}},
            }
        )
    return layers
