"""What scoring saw: clipped values, unmapped categories, proxies, measures without spread."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from sqlglot import exp

from keepwell.measures import double, parse_portable, render
from keepwell.scoring import finding_kinds as kinds
from keepwell.scoring.scale_sql import column
from keepwell.scoring.scales import clip_bounds, is_constant, is_fitted
from keepwell.scoring.stages import known_condition, never_condition
from keepwell.vocabulary import (
    MAX_MICRO,
    Example,
    Finding,
    FindingKind,
    MapScale,
    Measure,
    MeasureSource,
    MinMaxScale,
    Scorecard,
    ScorecardMeasure,
)

TABLE = "measures"
# A min-max measure is squashed when this share of accounts lies in one outer tenth of its range.
SQUASHED_SHARE = 0.9
SQUASHED_MINIMUM = 10


@dataclass(frozen=True, slots=True)
class MeasureCounts:
    """Accounts per state of one measure, and how many of the known lie outside or at an end."""

    known: int
    never: int
    present: int
    below: int
    above: int
    lowest_tenth: int
    highest_tenth: int


@dataclass(frozen=True, slots=True)
class Unmapped:
    """A category that the scorecard does not list, with its accounts."""

    measure: str
    category: str
    accounts: int


def counts_select(
    card: Scorecard, *, measures_table: str = "measures", where: str | None = None
) -> str:
    """Return SQL for one row: the accounts, then seven counts per measure for read_counts."""
    conditions = [c for m in card.measures for c in _conditions(m)]
    cases = (exp.Case().when(condition, column("account_id")) for condition in conditions)
    counts = [exp.Count(this=column("account_id")), *(exp.Count(this=case) for case in cases)]
    named = [exp.alias_(c, f"count_{i}") for i, c in enumerate(counts)]
    select = exp.select(*named).from_(measures_table)
    if where is not None:
        select = select.where(where, dialect="duckdb")
    return render(parse_portable(select, for_score=True), "duckdb")


def read_counts(card: Scorecard, row: Sequence[int]) -> tuple[int, dict[str, MeasureCounts]]:
    """Return the accounts and the counts per measure from the row that counts_select gave."""
    per = len(MeasureCounts.__slots__)
    return row[0], {
        m.measure: MeasureCounts(*row[1 + i * per : 1 + (i + 1) * per])
        for i, m in enumerate(card.measures)
    }


def unmapped_select(
    card: Scorecard, *, measures_table: str = "measures", where: str | None = None
) -> tuple[tuple[str, str], ...]:
    """Return per category measure SQL for its unlisted categories: category, accounts."""
    selects: list[tuple[str, str]] = []
    for m in card.measures:
        if not isinstance(m.scale, MapScale):
            continue
        x = column(m.measure)
        counted = exp.alias_(exp.Count(this=column("account_id")), "accounts")
        unlisted = exp.Not(this=exp.paren(known_condition(m)))
        select = exp.select(x, counted).from_(measures_table).where(unlisted).group_by(x.copy())
        if where is not None:
            select = select.where(where, dialect="duckdb")
        selects.append((m.measure, render(parse_portable(select, for_score=True), "duckdb")))
    return tuple(selects)


def scoring_findings(
    card: Scorecard,
    accounts: int,
    counts: Mapping[str, MeasureCounts],
    unmapped: Sequence[Unmapped],
    measures: Mapping[str, Measure],
    sources: Sequence[MeasureSource] = (),
) -> tuple[Finding, ...]:
    """Return everything that scoring clipped, guessed or could not read, each with its count."""
    found: list[Finding] = []
    design = card.micro_weights()
    proxies = {s.measure: s for s in sources if s.kind == "proxy"}
    for m in card.measures:
        words = {
            "scorecard": card.scorecard,
            "weight_pct": f"{100 * design[m.measure] / MAX_MICRO:.3g}",
        }
        count = counts[m.measure]
        found.extend(_state_findings(m, count, accounts, words))
        found.extend(_spread_findings(m, count, words))
        found.extend(_direction_finding(m, count, measures.get(m.measure), words))
        if m.measure in proxies:
            source = proxies[m.measure]
            words = {**words, "columns": ", ".join(source.columns)}
            found.append(_finding(kinds.MEASURE_IS_PROXY, m.measure, source.known, words))
    return (*found, *_unmapped_findings(card, unmapped))


def _conditions(m: ScorecardMeasure) -> Iterator[exp.Expr]:
    x = column(m.measure)
    low, high = clip_bounds(m.scale)
    tenth_low, tenth_high = _tenths(m)
    yield known_condition(m)
    yield never_condition(m)
    yield exp.Not(this=exp.Is(this=x, expression=exp.null()))
    yield _compare(exp.LT, x, low)
    yield _compare(exp.GT, x, high)
    yield _compare(exp.LTE, x, tenth_low)
    yield _compare(exp.GTE, x, tenth_high)


def _compare(operator: type[exp.Binary], x: exp.Expr, bound: float | None) -> exp.Expr:
    return exp.false() if bound is None else operator(this=x.copy(), expression=double(bound))


def _tenths(m: ScorecardMeasure) -> tuple[float | None, float | None]:
    scale = m.scale
    is_plain = isinstance(scale, MinMaxScale) and scale.kind == "minmax"
    if not is_plain or not is_fitted(scale) or is_constant(scale):
        return None, None
    low, high = clip_bounds(scale)
    if low is None or high is None:
        return None, None
    return low + 0.1 * (high - low), high - 0.1 * (high - low)


def _state_findings(
    m: ScorecardMeasure, count: MeasureCounts, accounts: int, words: dict[str, str]
) -> Iterator[Finding]:
    if accounts and not count.known and not count.never and not count.present:
        more = {**words, "policy": m.unknown}
        yield _finding(kinds.MEASURE_UNKNOWN, m.measure, accounts, more)
    if count.present and not is_fitted(m.scale):
        yield _finding(kinds.MEASURE_UNFITTED, m.measure, count.present, words)


def _spread_findings(
    m: ScorecardMeasure, count: MeasureCounts, words: dict[str, str]
) -> Iterator[Finding]:
    low, high = clip_bounds(m.scale)
    if low is None or high is None:
        return
    bounds = {**words, "low": _plain(low), "high": _plain(high)}
    if is_constant(m.scale) and count.known:
        yield _finding(
            kinds.MEASURE_CONSTANT, m.measure, count.known, {**words, "value": _plain(low)}
        )
        return
    if count.below or count.above:
        parts = {"below": str(count.below), "above": str(count.above)}
        clipped = count.below + count.above
        yield _finding(kinds.VALUE_CLIPPED, m.measure, clipped, {**bounds, **parts})
    squashed = max(count.lowest_tenth, count.highest_tenth)
    if count.known >= SQUASHED_MINIMUM and squashed >= SQUASHED_SHARE * count.known:
        more = {**bounds, "share_pct": f"{100 * squashed / count.known:.0f}"}
        yield _finding(kinds.MEASURE_SQUASHED, m.measure, squashed, more)


def _direction_finding(
    m: ScorecardMeasure, count: MeasureCounts, measure: Measure | None, words: dict[str, str]
) -> Iterator[Finding]:
    scale = m.scale
    if measure is None or measure.direction == "none" or isinstance(scale, MapScale):
        return
    if scale.kind in ("steps", "linear"):
        return
    if scale.direction != measure.direction:
        more = {**words, "given": scale.direction, "usual": measure.direction}
        yield _finding(kinds.DIRECTION_DIFFERS, m.measure, count.known, more)


def _unmapped_findings(card: Scorecard, unmapped: Sequence[Unmapped]) -> Iterator[Finding]:
    listed = {m.measure: m.scale.values for m in card.measures if isinstance(m.scale, MapScale)}
    for u in sorted(unmapped, key=lambda u: (u.measure, -u.accounts, u.category)):
        words = {
            "scorecard": card.scorecard,
            "category": u.category,
            "nearest": nearest_category(u.category, tuple(listed[u.measure])),
        }
        example = Example(TABLE, None, u.category)
        yield Finding(kinds.CATEGORY_UNMAPPED, TABLE, u.accounts, u.measure, (example,), words)


def nearest_category(category: str, listed: Sequence[str]) -> str:
    """Return the listed category that is written most alike, or `-` when none is close.

    >>> nearest_category("enterprize", ["Enterprise", "Large"])
    'Enterprise'
    """
    folded = {c.casefold().strip(): c for c in listed}
    near = get_close_matches(category.casefold().strip(), folded, n=1)
    return folded[near[0]] if near else "-"


def _finding(kind: FindingKind, measure: str, count: int, words: dict[str, str]) -> Finding:
    return Finding(kind, TABLE, count, measure, (), words)


def _plain(value: float) -> str:
    return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"
