"""The score distribution: bars of two points, coloured by tier, lines at the tier cuts."""

from collections.abc import Sequence
from dataclasses import dataclass

from keepwell.reports.charts.frame import NARROW, WIDTH, Caption, Spec, framed
from keepwell.reports.palette import Palette

HEIGHT = 300
NARROW_HEIGHT = 220
AXIS_WIDTH, NO_AXIS_WIDTH = 48, 16
MOST_TICKS = 5


@dataclass(frozen=True, slots=True)
class ScoreBin:
    """Accounts with a score from `start` to below `end`, all in one tier."""

    start: float
    end: float
    count: int
    tier: str


@dataclass(frozen=True, slots=True)
class TierLabel:
    """A label over a tier's range."""

    tier: str
    text: str
    start: float
    end: float


def distribution_chart(
    caption: Caption,
    bins: Sequence[ScoreBin],
    labels: Sequence[TierLabel],
    cuts: Sequence[float],
    axis_titles: tuple[str, str],
    palette: Palette,
    *,
    is_narrow: bool = False,
) -> Spec:
    """Return the chart; the score axis is always 0 to 100."""
    top = max((b.count for b in bins), default=1)
    values = [
        {
            "start": b.start,
            "end": b.end,
            "mid": (b.start + b.end) / 2,
            "count": b.count,
            "fill": palette.tier(b.tier),
        }
        for b in bins
        if b.count
    ]
    bars = _bars(values, top, axis_titles, palette)
    layers = [bars, *_cut_lines(cuts, palette), *_tier_labels(labels, palette, is_narrow)]
    has_counts = shows_counts(bins)
    if has_counts:
        layers.append(_counts(values, 9 if is_narrow else 11))
    if is_narrow:
        if has_counts:
            bars["encoding"]["y"]["axis"] = None
        width = NARROW - (NO_AXIS_WIDTH if has_counts else AXIS_WIDTH)
        body = {"width": width, "height": NARROW_HEIGHT, "layer": layers}
        return framed(caption, palette, body, NARROW, is_narrow=True)
    return framed(caption, palette, {"width": WIDTH, "height": HEIGHT, "layer": layers})


def shows_counts(bins: Sequence[ScoreBin]) -> bool:
    """Say whether bars carry their counts: longer numbers would run into each other."""
    return max((b.count for b in bins), default=1) < 1000


def count_ticks(top: int) -> list[int]:
    """Return four or five whole numbers from 0 to the top, none above it.

    >>> count_ticks(24), count_ticks(74), count_ticks(1)
    ([0, 5, 10, 15, 20], [0, 20, 40, 60], [0, 1])
    """
    steps = (base * 10**power for power in range(12) for base in (1, 2, 5))
    step = next(s for s in steps if top / s <= MOST_TICKS)
    return list(range(0, top + 1, step))


def _bars(
    values: list[dict[str, object]], top: int, axis_titles: tuple[str, str], palette: Palette
) -> Spec:
    x = {
        "field": "start",
        "type": "quantitative",
        "scale": {"domain": [0, 100], "nice": False},
        "axis": {"values": list(range(0, 101, 10)), "grid": False, "title": axis_titles[0]},
    }
    y = {
        "field": "count",
        "type": "quantitative",
        "scale": {"domain": [0, top * 1.28], "nice": False},
        "axis": {
            "values": count_ticks(top),
            "format": ",d",
            "title": axis_titles[1],
            "domain": False,
            "ticks": False,
        },
    }
    return {
        "data": {"values": values},
        "mark": {"type": "bar", "stroke": palette.surface, "strokeWidth": 1},
        "encoding": {
            "x": x,
            "x2": {"field": "end"},
            "y": y,
            "y2": {"datum": 0},
            "color": {"field": "fill", "type": "nominal", "scale": None, "legend": None},
        },
    }


def _counts(values: list[dict[str, object]], size: int) -> Spec:
    return {
        "data": {"values": values},
        "mark": {"type": "text", "baseline": "bottom", "dy": -3, "fontSize": size},
        "encoding": {
            "x": {"field": "mid", "type": "quantitative"},
            "y": {"field": "count", "type": "quantitative"},
            "text": {"field": "count", "type": "quantitative", "format": ",d"},
        },
    }


def _cut_lines(cuts: Sequence[float], palette: Palette) -> list[Spec]:
    return [
        {
            "data": {"values": [{"cut": cut} for cut in cuts]},
            "mark": {"type": "rule", "strokeDash": [4, 4], "color": palette.text_2},
            "encoding": {"x": {"field": "cut", "type": "quantitative"}},
        }
    ]


def _tier_labels(labels: Sequence[TierLabel], palette: Palette, is_narrow: bool) -> list[Spec]:
    """Return the labels; on a narrow picture neighbours stand on two levels."""
    return [
        {
            "data": {"values": [{"at": (label.start + label.end) / 2, "text": label.text}]},
            "mark": {
                "type": "text",
                "y": 8 + (16 * (place % 2) if is_narrow else 0),
                "fontSize": 12 if is_narrow else 13,
                "fontWeight": 600,
                "color": palette.tier_text(label.tier),
            },
            "encoding": {
                "x": {"field": "at", "type": "quantitative"},
                "text": {"field": "text", "type": "nominal"},
            },
        }
        for place, label in enumerate(labels)
    ]
