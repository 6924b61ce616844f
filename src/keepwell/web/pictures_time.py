"""One time line: the score by week, moves of tier, versions of the scorecard, plays and notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from keepwell.web.pictures import Trend, trend
from keepwell.wiring.account_view import AccountView
from keepwell.wiring.account_work import AccountWork

LEFT = 42.0
LANES_FROM = 256.0
LANE = 18.0
LANES_AT_MOST = 4


@dataclass(frozen=True, slots=True)
class Mark:
    """Something of a day: where it stands, what it is."""

    x: float
    y: float
    day: date
    name: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A play in its lane under the axis."""

    x: float
    width: float
    y: float
    name: str
    started_on: date
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class TimeLine:
    """The trend in pieces, one for each version of the scorecard, and what happened meanwhile."""

    trend: Trend
    lines: tuple[str, ...]
    versions: tuple[Mark, ...]
    moves: tuple[Mark, ...]
    bars: tuple[Bar, ...]
    notes: tuple[Mark, ...]
    height: int

    @property
    def dots(self) -> tuple[tuple[float, float, float, date], ...]:
        """Return the points of the score."""
        return self.trend.dots

    @property
    def ticks(self) -> tuple[tuple[float, date], ...]:
        """Return the days under the axis."""
        return self.trend.ticks


def time_line(
    points: Sequence[tuple[date, float]], found: AccountView, work: AccountWork, width: float
) -> TimeLine:
    """Return the drawing of all that happened from the first point to the last."""
    drawn = trend(points, width)
    if len(points) < 2:
        return TimeLine(drawn, (drawn.line,), (), (), (), (), 246)
    first, last = points[0][0], points[-1][0]
    axis = _Axis(first, last, width)
    versions = tuple(
        Mark(axis.x(day), 26, day, f"v{version}")
        for day, version in work.versions[1:]
        if first < day <= last
    )
    moves = tuple(
        Mark(axis.x(r.as_of), _height(drawn, axis.x(r.as_of)), r.as_of, r.transition.after)
        for r in found.transitions
        if r.transition.kind == "tier" and first <= r.as_of <= last
    )
    bars = _bars(found, axis)
    lane = LANES_FROM + LANE * len({b.y for b in bars})
    notes = tuple(
        Mark(axis.x(n.on), lane + 6, n.on, n.kind) for n in work.notes if first <= n.on <= last
    )
    height = lane + (LANE if notes else 0) - (0 if bars or notes else 10)
    return TimeLine(drawn, _pieces(drawn, versions), versions, moves, bars, notes, int(height))


@dataclass(frozen=True, slots=True)
class _Axis:
    first: date
    last: date
    width: float

    def x(self, day: date) -> float:
        """Return where a day stands; days outside at the nearer end."""
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return round(LEFT + min(max(share, 0.0), 1.0) * self.width, 1)


def _pieces(drawn: Trend, versions: Sequence[Mark]) -> tuple[str, ...]:
    """Return the line in pieces: it breaks where another version of the scorecard begins."""
    edges = [LEFT - 1, *(v.x for v in versions), float("inf")]
    pieces = [
        " ".join(f"{x},{y}" for x, y, _, _ in drawn.dots if begin <= x < end)
        for begin, end in pairwise(edges)
    ]
    return tuple(p for p in pieces if p)


def _height(drawn: Trend, x: float) -> float:
    return min(drawn.dots, key=lambda dot: abs(dot[0] - x))[1]


def _bars(found: AccountView, axis: _Axis) -> tuple[Bar, ...]:
    bars: list[Bar] = []
    inside = [
        p
        for p in found.plays
        if p.started_on <= axis.last and (p.ended_on is None or p.ended_on >= axis.first)
    ]
    for lane, play in enumerate(sorted(inside, key=lambda p: p.started_on)[-LANES_AT_MOST:]):
        start, end = axis.x(play.started_on), axis.x(play.ended_on or axis.last)
        bars.append(
            Bar(
                start, max(end - start, 3.0), LANES_FROM + lane * LANE, play.play,
                play.started_on, play.ended_on,
            )
        )  # fmt: skip
    return tuple(bars)
