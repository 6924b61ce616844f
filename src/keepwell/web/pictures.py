"""Small pictures as numbers for SVG attributes: strips, bars, sparklines, flows, trend lines.

Nothing here is style: sizes are attributes and colours are classes, as the CSP wants it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

TIER_CLASS = {"high": "high", "medium": "mid", "low": "low", "unknown": "unknown"}
TIERS = ("high", "medium", "low", "unknown")


def tier_class(tier: str) -> str:
    """Return the CSS name of a tier; tiers of one's own look unknown."""
    return TIER_CLASS.get(tier, "unknown")


def place(points: float, width: float, edge: float = 5.0) -> float:
    """Return where a score of 0 to 100 stands on a strip.

    >>> place(50, 110)
    55.0
    """
    inside = width - 2 * edge
    return round(edge + min(max(points, 0.0), 100.0) / 100 * inside, 1)


def bar(share: float, width: float) -> float:
    """Return the length of a bar for a share of 0 to 1."""
    return round(min(max(share, 0.0), 1.0) * width, 1)


@dataclass(frozen=True, slots=True)
class Sparkline:
    """A polyline and its last point."""

    points: str
    last_x: float
    last_y: float


def sparkline(scores: Sequence[float | None], width: float = 84, height: float = 28) -> Sparkline:
    """Return a line over scores of 0 to 100, oldest first; gaps are left out."""
    step = (width - 9) / max(len(scores) - 1, 1)
    at = [
        (round(3 + i * step, 1), round(height - 3 - s / 100 * (height - 6), 1))
        for i, s in enumerate(scores)
        if s is not None
    ]
    if not at:
        return Sparkline("", 0, 0)
    return Sparkline(" ".join(f"{x},{y}" for x, y in at), *at[-1])


@dataclass(frozen=True, slots=True)
class Ribbon:
    """Accounts that went from one tier to another, as a path."""

    before: str
    after: str
    count: int
    kind: str
    path: str
    label_x: float
    label_y: float


@dataclass(frozen=True, slots=True)
class Block:
    """A tier on one side of the flow."""

    tier: str
    count: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Flow:
    """What moved between tiers: blocks of both days and ribbons between them."""

    before: tuple[Block, ...]
    after: tuple[Block, ...]
    ribbons: tuple[Ribbon, ...]


GAP = 10.0
TOP = 18.0


def flow(
    moves: Sequence[tuple[str, str, int]], width: float, left: float = 105.0, height: float = 230.0
) -> Flow:
    """Return the drawing of moves (tier before, tier now, accounts); stays are drawn beneath."""
    total = sum(n for _, _, n in moves) or 1
    scale = (height - GAP * 3) / total
    before = _blocks({t: sum(n for b, _, n in moves if b == t) for t in TIERS}, scale)
    after = _blocks({t: sum(n for _, a, n in moves if a == t) for t in TIERS}, scale)
    right = width - 124
    out = {b.tier: b.y for b in before}
    into = {b.tier: b.y for b in after}
    found: list[Ribbon] = []
    ordered = sorted(moves, key=lambda m: (TIERS.index(m[0]), TIERS.index(m[1])))
    for b, a, n in ordered:
        thick = n * scale
        y0, y1 = out[b], into[a]
        out[b], into[a] = y0 + thick, y1 + thick
        kind = "stay" if a == b else _kind(b, a)
        path = _ribbon(left, right, y0, y1, thick)
        # Those that rise and those that fall cross: their labels stand on different sides.
        at = 0.2 if kind == "fall" else 0.8
        near = y0 if kind == "fall" else y1
        middle = left + (right - left) * at
        found.append(Ribbon(b, a, n, kind, path, round(middle, 1), round(near + thick / 2 + 5, 1)))
    return Flow(before, after, tuple(sorted(found, key=lambda r: r.kind != "stay")))


def _kind(before: str, after: str) -> str:
    if "unknown" in (before, after):
        return "stay"
    return "fall" if TIERS.index(after) > TIERS.index(before) else "rise"


def _blocks(counts: dict[str, int], scale: float) -> tuple[Block, ...]:
    y, found = TOP, []
    for tier in TIERS:
        tall = counts[tier] * scale
        found.append(Block(tier, counts[tier], round(y, 1), round(max(tall, 1.0), 1)))
        y += tall + GAP
    return tuple(found)


def _ribbon(left: float, right: float, y0: float, y1: float, thick: float) -> str:
    a, b = left + (right - left) * 0.45, left + (right - left) * 0.55
    return (
        f"M{left},{y0:.1f}C{a:.1f},{y0:.1f} {b:.1f},{y1:.1f} {right},{y1:.1f}"
        f"V{y1 + thick:.1f}C{b:.1f},{y1 + thick:.1f} {a:.1f},{y0 + thick:.1f} "
        f"{left},{y0 + thick:.1f}Z"
    )


@dataclass(frozen=True, slots=True)
class Trend:
    """A score over time in a picture of 500 by 194 marks: its line, its ends, its months."""

    line: str
    dots: tuple[tuple[float, float, float, date], ...]
    ticks: tuple[tuple[float, date], ...]


def trend(points: Sequence[tuple[date, float]], width: float = 500, left: float = 42) -> Trend:
    """Return the drawing of scores by day, oldest first; 0 is at the bottom, 100 at the top."""
    if not points:
        return Trend("", (), ())
    first, last = points[0][0].toordinal(), points[-1][0].toordinal()
    span = max(last - first, 1)

    def x_of(day: date) -> float:
        return round(left + (day.toordinal() - first) / span * width, 1)

    dots = tuple((x_of(d), round(220 - s / 100 * 194, 1), s, d) for d, s in points)
    ticks = [(x_of(d), d) for d, _ in points]
    step = max(len(ticks) * 70 // int(width), 1)
    line = " ".join(f"{x},{y}" for x, y, _, _ in dots)
    return Trend(line, dots, tuple(ticks[::step]))
