"""Cumulative repeat purchases: as they came, as the model expected them, and what was holdout."""

from collections.abc import Sequence
from dataclasses import dataclass

from keepwell.reports.charts.frame import NARROW, WIDTH, Caption, Spec, framed
from keepwell.reports.palette import Palette

HEIGHT = 340
LABEL_ROOM = 1.13
LINE_HEIGHT = 18
AXIS_WIDTH = 64


@dataclass(frozen=True, slots=True)
class TrackPoint:
    """One moment: time in the unit of the axis, cumulative purchases seen and expected."""

    time: float
    actual: float
    expected: float


@dataclass(frozen=True, slots=True)
class TrackWords:
    """The words of the picture in one language; `fitted` and `holdout` name the two spans."""

    time_title: str
    purchases_title: str
    actual: str
    expected: str
    fitted: str
    holdout: str


def tracking_chart(
    caption: Caption,
    points: Sequence[TrackPoint],
    fitted_until: float,
    words: TrackWords,
    palette: Palette,
    *,
    is_narrow: bool = False,
) -> Spec:
    """Return the chart; right of `fitted_until` the model had not seen the data.

    On a narrow one the names of lines and spans stand under the axis.
    """
    end = max(p.time for p in points)
    top = 1.06 * max(max(p.actual, p.expected) for p in points)
    x, y = _axes(end, top, words, is_narrow)
    expected = {"color": palette.mid, "strokeWidth": 2.5, "strokeDash": [6, 4]}
    names = (
        _below(words, palette)
        if is_narrow
        else [
            *_span_names(fitted_until, end, top, words, palette),
            *_labels(points[-1], top, words, palette),
        ]
    )
    layers = [
        _rule(fitted_until, palette),
        _line(points, "actual", (x, y), {"color": palette.series, "strokeWidth": 2.5}),
        _line(points, "expected", (x, y), expected),
        *names,
    ]
    width = NARROW - AXIS_WIDTH if is_narrow else WIDTH
    body = {"width": width, "height": HEIGHT, "layer": layers}
    return framed(caption, palette, body, NARROW if is_narrow else WIDTH, is_narrow=is_narrow)


def _below(words: TrackWords, palette: Palette) -> list[Spec]:
    """Return the names in rows under the axis, the lines' in their colours."""
    rows = [
        (f"— {words.actual}", palette.series),
        (f"- - {words.expected}", palette.mid_text),
        (f"{words.fitted} | {words.holdout}", palette.text_3),
    ]
    return [
        {
            "data": {"values": [{}]},
            "mark": {
                "type": "text",
                "x": 0,
                "y": HEIGHT + 54 + place * LINE_HEIGHT,
                "align": "left",
                "color": ink,
            },
            "encoding": {"text": {"value": text}},
        }
        for place, (text, ink) in enumerate(rows)
    ]


def _axes(end: float, top: float, words: TrackWords, is_narrow: bool) -> tuple[Spec, Spec]:
    x = {
        "field": "time",
        "type": "quantitative",
        "scale": {"domain": [0, end * (1 if is_narrow else LABEL_ROOM)], "nice": False},
        "axis": {
            "title": words.time_title,
            "grid": False,
            "tickCount": 4 if is_narrow else 10,
            "format": ",d",
            "labelExpr": f"datum.value <= {end} ? datum.label : ''",
            "tickOpacity": {
                "condition": {"test": f"datum.value <= {end}", "value": 1},
                "value": 0,
            },
        },
    }
    y = {
        "type": "quantitative",
        "scale": {"domain": [0, top], "nice": False},
        "axis": {
            "title": words.purchases_title,
            "format": ",d",
            "tickCount": 6,
            "domain": False,
            "ticks": False,
        },
    }
    return x, y


def _line(points: Sequence[TrackPoint], field: str, axes: tuple[Spec, Spec], mark: Spec) -> Spec:
    values = [{"time": p.time, field: getattr(p, field)} for p in points]
    x, y = axes
    return {
        "data": {"values": values},
        "mark": {"type": "line", **mark},
        "encoding": {"x": x, "y": {**y, "field": field}},
    }


def _rule(fitted_until: float, palette: Palette) -> Spec:
    """Return the line that parts what the model saw from the holdout."""
    return {
        "data": {"values": [{"time": fitted_until}]},
        "mark": {"type": "rule", "color": palette.line_strong, "strokeWidth": 1.5},
        "encoding": {"x": {"field": "time", "type": "quantitative"}},
    }


def _span_names(
    fitted_until: float, end: float, top: float, words: TrackWords, palette: Palette
) -> list[Spec]:
    """Return the names of both spans, beside the line that parts them."""
    places = ((fitted_until, words.fitted, "right", -8), (fitted_until, words.holdout, "left", 8))
    return [_span_name(place, top, palette) for place in places if end > fitted_until]


def _span_name(place: tuple[float, str, str, int], top: float, palette: Palette) -> Spec:
    at, text, align, dx = place
    return {
        "data": {"values": [{"time": at, "height": top}]},
        "mark": {
            "type": "text",
            "align": align,
            "dx": dx,
            "baseline": "top",
            "dy": 2,
            "color": palette.text_3,
        },
        "encoding": {
            "x": {"field": "time", "type": "quantitative"},
            "y": {"field": "height", "type": "quantitative"},
            "text": {"value": text},
        },
    }


def _labels(last: TrackPoint, top: float, words: TrackWords, palette: Palette) -> list[Spec]:
    """Return the names at the ends of the lines, the higher one above, never on each other."""
    step = LINE_HEIGHT / HEIGHT * top
    ends = [
        (last.actual, words.actual, palette.series),
        (last.expected, words.expected, palette.mid_text),
    ]
    (low, *lower), (high, *upper) = sorted(ends, key=lambda e: e[0])
    if high - low < step:
        middle = (high + low) / 2
        low, high = middle - step / 2, middle + step / 2
    placed = ((low, *lower), (high, *upper))
    return [
        {
            "data": {"values": [{"time": last.time, "height": height}]},
            "mark": {"type": "text", "align": "left", "dx": 8, "color": colour},
            "encoding": {
                "x": {"field": "time", "type": "quantitative"},
                "y": {"field": "height", "type": "quantitative"},
                "text": {"value": text},
            },
        }
        for height, text, colour in placed
    ]
