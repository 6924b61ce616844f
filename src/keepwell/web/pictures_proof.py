"""Pictures of proof as numbers for SVG attributes: intervals, the curve of calibration, leads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDE = 300
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Whisker:
    """A value with its interval on a scale: places from the left; `tick`: where it is compared."""

    at: float
    low: float | None
    high: float | None
    tick: float | None


def whisker(
    found: Values, low: float, high: float, tick: float | None = None, width: float = WIDE
) -> Whisker | None:
    """Return the picture of an estimate between two ends; None where it is unknown.

    >>> whisker({"value": 0.5, "low": 0.4, "high": 0.6}, 0.0, 1.0, 0.5, 110)
    Whisker(at=55.0, low=45.0, high=65.0, tick=55.0)
    """
    if found["value"] is None:
        return None

    def place(value: float | None) -> float | None:
        if value is None:
            return None
        share = (value - low) / (high - low) if high > low else 0.0
        return round(5 + min(max(share, 0.0), 1.0) * (width - 10), 1)

    at = place(found["value"])
    return Whisker(at or 0.0, place(found["low"]), place(found["high"]), place(tick))


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Dots of what was said and what came, on a square of 352 by 324 marks; `top`: its share."""

    dots: tuple[tuple[float, float, float | None, float | None], ...]
    ticks: tuple[tuple[float, float, float], ...]
    top: float


LEFT, TOP, WIDTH, HEIGHT = 44.0, 10.0, 352.0, 304.0
STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25)


def calibrated(bins: Sequence[Values]) -> Calibrated | None:
    """Return the picture of calibration; None without a bin."""
    if not bins:
        return None
    ends = [b["observed"]["high"] or b["observed"]["value"] for b in bins]
    most = max([*ends, *(b["predicted"] for b in bins)])
    step = next((s for s in STEPS if most / s <= 5), STEPS[-1])
    steps = int(most / step + 0.999999)
    top = steps * step

    def x_of(share: float) -> float:
        return round(LEFT + share / top * WIDTH, 1)

    def y_of(share: float | None) -> float | None:
        return None if share is None else round(TOP + HEIGHT - share / top * HEIGHT, 1)

    dots = tuple(
        (
            x_of(b["predicted"]),
            y_of(b["observed"]["value"]) or 0.0,
            y_of(b["observed"]["low"]),
            y_of(b["observed"]["high"]),
        )
        for b in bins
    )
    shares = [n * step for n in range(steps + 1)]
    ticks = tuple((round(s, 4), x_of(s), y_of(s) or 0.0) for s in shares)
    return Calibrated(dots, ticks, top)


@dataclass(frozen=True, slots=True)
class Histogram:
    """Days of lead in bars of equal width; time runs to the right, to the day of the outcome."""

    bars: tuple[tuple[float, float, float, int], ...]
    ticks: tuple[tuple[float, int], ...]
    median: float | None
    early_share: float
    accounts: int
    bar_days: int


BAR_WIDTH, BAR_TOP, BAR_HEIGHT, BAR_LEFT = 560.0, 20.0, 120.0, 34.0
BARS_AT_MOST = 12
EARLY_DAYS = 30


def histogram(days: Sequence[float], median: Values) -> Histogram | None:
    """Return the picture of leads; None where nobody was warned of."""
    if not days:
        return None
    longest = max(days)
    width = next(w for w in (10, 30, 60, 90, 180, 365, 10**6) if longest / w <= BARS_AT_MOST)
    count = max(int(longest // width) + 1, 2)
    held = [0] * count
    for day in days:
        held[min(max(int(day // width), 0), count - 1)] += 1
    each, most = BAR_WIDTH / count, max(held)

    def x_of(day: float) -> float:
        return round(BAR_LEFT + BAR_WIDTH - day / (count * width) * BAR_WIDTH, 1)

    bars = tuple(
        (
            round(x_of((n + 1) * width) + 1, 1),
            round(BAR_TOP + BAR_HEIGHT * (1 - h / most), 1),
            round(each - 2, 1),
            h,
        )
        for n, h in enumerate(held)
    )
    step = max(1, -(-count // 5))
    ticks = tuple((x_of(n * width), n * width) for n in range(0, count + 1, step))
    middle = None if median["value"] is None else x_of(median["value"])
    early = sum(d >= EARLY_DAYS for d in days) / len(days)
    return Histogram(bars, ticks, middle, early, len(days), width)
