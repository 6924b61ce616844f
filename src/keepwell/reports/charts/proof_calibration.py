"""What was said against what came: a dot per bin with its interval, and the line of truth."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

from keepwell.reports.charts.frame import NARROW, WIDTH, Caption, Spec, framed
from keepwell.reports.palette import Palette

HEIGHT, NARROW_HEIGHT = 360, 280
AXIS_WIDTH = 60
# Places along the line of truth for its name, and where the name's middle lies from there, both
# in parts of the axes.
PLACES = tuple(n / 20 for n in range(2, 16))
NAME_ACROSS, NAME_BELOW = 0.09, 0.06


@dataclass(frozen=True, slots=True)
class SaidAndCome:
    """One bin: mean probability, share that came, and the ends of its interval."""

    said: float
    come: float
    low: float | None
    high: float | None


def calibration_chart(
    caption: Caption,
    bins: Sequence[SaidAndCome],
    titles: tuple[str, str, str],
    palette: Palette,
    *,
    is_narrow: bool = False,
) -> Spec:
    """Return the chart; `titles`: of the axes of said and come, and of the line of truth."""
    top = 1.08 * max(max(b.said, b.come, b.high or 0.0) for b in bins)
    far = 1.08 * max(b.said for b in bins)
    x, y = _axis(far, titles[0], grid=False), _axis(top, titles[1], grid=True)
    layers = [
        *_truth(min(far, top), clearest_place(bins, far, top), titles[2], (x, y), palette),
        *_dots(bins, (x, y), palette),
    ]
    width = NARROW - AXIS_WIDTH if is_narrow else WIDTH // 2 + 120
    body = {"width": width, "height": NARROW_HEIGHT if is_narrow else HEIGHT, "layer": layers}
    return framed(caption, palette, body, NARROW if is_narrow else WIDTH, is_narrow=is_narrow)


def clearest_place(bins: Sequence[SaidAndCome], far: float, top: float) -> float:
    """Return the part of the line of truth at which its name is furthest from any dot, 0-1.

    `far`, `top`: the ends of the axes of said and come.
    """
    end = min(far, top)

    def room(place: float) -> float:
        x, y = place * end / far + NAME_ACROSS, place * end / top - NAME_BELOW
        return min(hypot(b.said / far - x, _above(b, y, top)) for b in bins)

    return max(PLACES, key=room)


def _above(seen: SaidAndCome, y: float, top: float) -> float:
    """Return how far a height is from the interval of a bin, in parts of the axis."""
    low = seen.come if seen.low is None else seen.low
    high = seen.come if seen.high is None else seen.high
    return max(low / top - y, y - high / top, 0.0)


def _truth(
    end: float, place: float, name: str, axes: tuple[Spec, Spec], palette: Palette
) -> list[Spec]:
    """Return the line on which as much comes as was said, with its name below it."""
    at = {"x": {**axes[0], "field": "said"}, "y": {**axes[1], "field": "come"}}
    ends = [{"said": 0, "come": 0}, {"said": end, "come": end}]
    text = {"type": "text", "align": "left", "dx": 12, "dy": 12, "color": palette.text_3}
    return [
        {
            "data": {"values": ends},
            "mark": {"type": "line", "color": palette.axis, "strokeDash": [5, 4]},
            "encoding": at,
        },
        {
            "data": {"values": [{"said": end * place, "come": end * place}]},
            "mark": text,
            "encoding": {**at, "text": {"value": name}},
        },
    ]


def _dots(bins: Sequence[SaidAndCome], axes: tuple[Spec, Spec], palette: Palette) -> list[Spec]:
    values = [{"said": b.said, "come": b.come, "low": b.low, "high": b.high} for b in bins]
    x, y = {**axes[0], "field": "said"}, axes[1]
    return [
        {
            "data": {"values": values},
            "transform": [{"filter": "isValid(datum.low)"}],
            "mark": {"type": "rule", "color": palette.series_2, "strokeWidth": 2.5},
            "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
        },
        {
            "data": {"values": values},
            "mark": {
                "type": "point",
                "filled": True,
                "size": 80,
                "opacity": 1,
                "color": palette.series,
            },
            "encoding": {"x": x, "y": {**y, "field": "come"}},
        },
    ]


def _axis(end: float, title: str, *, grid: bool) -> Spec:
    return {
        "type": "quantitative",
        "scale": {"domain": [0, end], "nice": False},
        "axis": {
            "title": title,
            "format": ".0%" if end >= 0.05 else ".1%",
            "tickCount": 6,
            "grid": grid,
            "domain": not grid,
            "ticks": not grid,
        },
    }
