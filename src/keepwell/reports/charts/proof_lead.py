"""How long before the event the warning came: accounts by days of lead, the event at the right."""

from collections.abc import Sequence

from keepwell.reports.charts.frame import NARROW, WIDTH, Caption, Spec, framed
from keepwell.reports.palette import Palette

HEIGHT, NARROW_HEIGHT = 220, 190
BIN_DAYS = (10, 30, 60, 90, 180, 365)
MOST_BINS = 18
AXIS_WIDTH = 48


def bin_days(longest: float) -> int:
    """Return the width of bars that gives at most eighteen of them.

    >>> bin_days(120), bin_days(400)
    (10, 30)
    """
    return next((d for d in BIN_DAYS if longest / d <= MOST_BINS), 730)


def lead_chart(
    caption: Caption,
    days: Sequence[float],
    median: tuple[float, str],
    titles: tuple[str, str],
    palette: Palette,
    *,
    is_narrow: bool = False,
) -> Spec:
    """Return the histogram; time runs to the right, to the event at 0."""
    bars, end, top = _counted(days)
    x = {
        "type": "quantitative",
        "scale": {"domain": [end, 0], "nice": False},
        "axis": {"title": titles[0], "grid": False, "tickCount": 4 if is_narrow else 8},
    }
    y = {
        "type": "quantitative",
        "scale": {"domain": [0, top * 1.2], "nice": False},
        "axis": {
            "title": titles[1],
            "format": ",d",
            "tickMinStep": 1,
            "tickCount": 4,
            "domain": False,
            "ticks": False,
        },
    }
    layers = [_bars(bars, (x, y), palette), *_median(median, end, top * 1.14, (x, y), palette)]
    width = NARROW - AXIS_WIDTH if is_narrow else WIDTH
    body = {"width": width, "height": NARROW_HEIGHT if is_narrow else HEIGHT, "layer": layers}
    return framed(caption, palette, body, NARROW if is_narrow else WIDTH, is_narrow=is_narrow)


def _counted(days: Sequence[float]) -> tuple[list[Spec], int, int]:
    """Return the bars, the longest lead that the axis shows, and the tallest bar."""
    width = bin_days(max(days))
    counts: dict[int, int] = {}
    for day in days:
        counts[int(day // width)] = counts.get(int(day // width), 0) + 1
    bars = [{"from": n * width, "to": (n + 1) * width, "count": c} for n, c in counts.items()]
    return bars, (max(counts) + 1) * width, max(counts.values())


def _bars(bars: list[Spec], axes: tuple[Spec, Spec], palette: Palette) -> Spec:
    return {
        "data": {"values": bars},
        "mark": {"type": "rect", "color": palette.series, "stroke": palette.surface},
        "encoding": {
            "x": {**axes[0], "field": "from"},
            "x2": {"field": "to"},
            "y": {**axes[1], "field": "count"},
            "y2": {"datum": 0},
        },
    }


def _median(
    median: tuple[float, str], end: float, height: float, axes: tuple[Spec, Spec], palette: Palette
) -> list[Spec]:
    """Return the line of the median with its words on the side that has room."""
    is_near = median[0] < end / 2
    text = {
        "type": "text",
        "align": "right" if is_near else "left",
        "dx": -8 if is_near else 8,
        "color": palette.text,
    }
    x = {**axes[0], "field": "at"}
    data = {"values": [{"at": median[0], "height": height}]}
    return [
        {
            "data": data,
            "mark": {"type": "rule", "color": palette.mid, "strokeWidth": 2.5},
            "encoding": {"x": x},
        },
        {
            "data": data,
            "mark": text,
            "encoding": {
                "x": x,
                "y": {**axes[1], "field": "height"},
                "text": {"value": median[1]},
            },
        },
    ]
