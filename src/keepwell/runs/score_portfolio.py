"""Score every account: fit or take the stored fit, find the patterns, write scores and parts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pyarrow as pa

from keepwell.measures import CATALOG
from keepwell.ports import Engine, StateStore
from keepwell.runs.score_portfolio_cards import Fitting, UsedCard, fitted_card
from keepwell.scoring import (
    COVERAGE_LOW,
    NO_SCORECARD,
    OVERRIDE_WITHOUT_ACCOUNT,
    SCORECARD_REFITTED,
    SCORECARD_UNUSED,
    CardUse,
    KeptColumns,
    Layout,
    Unmapped,
    check_together,
    counts_select,
    kept_columns,
    layout_of,
    pattern_select,
    read_counts,
    score_select,
    scoring_findings,
    union_select,
    unmapped_select,
    unmatched_select,
    use_condition,
    use_select,
)
from keepwell.vocabulary import (
    UNKNOWN_TIER,
    Finding,
    FindingKind,
    Measure,
    MeasureSource,
    Scorecard,
)

SCORED = "scored"
SCORES = "scores"
CONTRIBUTIONS = "contributions"
SCORING_INPUT = "scoring_input"
OVERRIDES = "overrides_in_force"


@dataclass(frozen=True, slots=True)
class ScoredPortfolio:
    """What scoring used and saw; the tables `scores` and `contributions` are in the engine."""

    uses: tuple[UsedCard, ...]
    layout: Layout
    accounts: int
    findings: tuple[Finding, ...]

    @property
    def versions(self) -> tuple[tuple[str, int], ...]:
        """Return the scorecards with their fitted versions, as a run records them."""
        return tuple((u.card.scorecard, u.card.version) for u in self.uses)


@dataclass(frozen=True, slots=True)
class _Group:
    """The accounts of one use: the table they are in and the condition that picks them."""

    use: CardUse
    table: str
    where: str | None
    accounts: int


def score_portfolio(
    engine: Engine,
    uses: Sequence[CardUse],
    state: StateStore,
    *,
    as_of: date,
    at: datetime,
    refit: bool = False,
    keep: bool = True,
    measures_table: str = "measures",
    accounts_table: str | None = None,
    sources: Sequence[MeasureSource] = (),
    overrides_on: date | None = None,
    measures: Mapping[str, Measure] = CATALOG,
) -> ScoredPortfolio:
    """Write engine tables `scores` and `contributions`, one row per account of the measures.

    `keep`:           store new fits; off for a preview.
    `accounts_table`: its columns may serve in `when`.
    `overrides_on`:   the day whose overrides count, by default the day of `at`.
    Errors: ConfigInvalid for an unsound card, SqlNotAllowed for a `when` that is not portable.
    """
    check_together([use.card for use in uses])
    groups = _groups(engine, uses, measures_table, accounts_table)
    fitting = Fitting(as_of, at, refit, keep)
    taken = [g for g in groups if g.accounts]
    used = tuple(
        fitted_card(engine, g.use, state, fitting, measures, table=g.table, where=g.where)
        for g in taken
    )
    layout = layout_of([u.card for u in used] or [use.card for use in uses])
    in_force, orphans = _load_overrides(engine, state, overrides_on or at.date(), measures_table)
    overrides = OVERRIDES if in_force else None
    patterns = [_patterns(engine, g, u.card) for g, u in zip(taken, used, strict=True)]
    selects = [
        _select(g, u.card, found, layout, overrides)
        for g, u, found in zip(taken, used, patterns, strict=True)
    ]
    accounts, unmatched = _unmatched(engine, groups, measures_table)
    kept = kept_columns(
        [u.card for u in used],
        layout,
        patterns,
        covers_all=not unmatched,
        has_overrides=bool(in_force),
    )
    if unmatched or not selects:
        table = groups[0].table
        where = use_condition(0) if groups[0].where is not None else "TRUE"
        selects.append(unmatched_select(layout, OVERRIDES, measures_table=table, where=where))
    _store(engine, selects, kept)
    pairs = zip(taken, used, strict=True)
    findings = (
        *(f for g, u in pairs for f in _card_findings(engine, g, u, measures, sources)),
        *_portfolio_findings(groups, unmatched, orphans),
    )
    return ScoredPortfolio(used, layout, accounts, findings)


def _store(engine: Engine, selects: Sequence[str], kept: KeptColumns) -> None:
    """Compute both tables in one pass; scores and contributions are views of its columns."""
    engine.create_table(SCORED, union_select(selects, kept.stored))
    engine.create_view(SCORES, kept.scores(SCORED))
    engine.create_view(CONTRIBUTIONS, kept.contributions(SCORED))


def _groups(
    engine: Engine, uses: Sequence[CardUse], measures_table: str, accounts_table: str | None
) -> list[_Group]:
    if len(uses) == 1 and uses[0].when is None:
        accounts = _count(engine, measures_table, "TRUE")
        return [_Group(uses[0], measures_table, None, accounts)]
    described = engine.columns(accounts_table) if accounts_table is not None else {}
    select = use_select(
        uses,
        engine.columns(measures_table),
        described,
        measures_table=measures_table,
        accounts_table=accounts_table or "accounts",
    )
    engine.create_table(SCORING_INPUT, select)
    return [
        _Group(use, SCORING_INPUT, where, _count(engine, SCORING_INPUT, where))
        for use, where in ((use, use_condition(n)) for n, use in enumerate(uses, start=1))
    ]


def _count(engine: Engine, table: str, where: str) -> int:
    return int(engine.rows(f"SELECT count(*) FROM {table} WHERE {where}")[0][0])  # noqa: S608


def _unmatched(engine: Engine, groups: Sequence[_Group], measures_table: str) -> tuple[int, int]:
    accounts = _count(engine, measures_table, "TRUE")
    return accounts, accounts - sum(g.accounts for g in groups)


def _patterns(engine: Engine, group: _Group, card: Scorecard) -> list[int]:
    found = engine.rows(pattern_select(card, measures_table=group.table, where=group.where))
    return [int(pattern) for (pattern,) in found]


def _select(
    group: _Group, card: Scorecard, patterns: Sequence[int], layout: Layout, overrides: str | None
) -> str:
    return score_select(
        card,
        patterns,
        measures_table=group.table,
        where=group.where,
        overrides_table=overrides,
        layout=layout,
    )


def _load_overrides(
    engine: Engine, state: StateStore, on: date, measures_table: str
) -> tuple[int, int]:
    """Store the overrides in force; return how many there are, and how many lack an account."""
    overrides = state.overrides(on)
    table = pa.table(
        {
            "account_id": pa.array([o.account_id for o in overrides], pa.string()),
            "tier": pa.array([o.tier for o in overrides], pa.string()),
        }
    )
    engine.read_arrow(OVERRIDES, table)
    if not overrides:
        return 0, 0
    found = engine.rows(
        f"SELECT count(*) FROM {OVERRIDES} AS o "  # noqa: S608
        f"JOIN {measures_table} AS m ON m.account_id = o.account_id"
    )
    return len(overrides), len(overrides) - int(found[0][0])


def _card_findings(
    engine: Engine,
    group: _Group,
    used: UsedCard,
    measures: Mapping[str, Measure],
    sources: Sequence[MeasureSource],
) -> list[Finding]:
    card, table, where = used.card, group.table, group.where
    row = engine.rows(counts_select(card, measures_table=table, where=where))[0]
    accounts, counts = read_counts(card, row)
    selects = unmapped_select(card, measures_table=table, where=where)
    unmapped = [
        Unmapped(measure, str(category), int(n))
        for measure, select in selects
        for category, n in engine.rows(select)
    ]
    found = list(scoring_findings(card, accounts, counts, unmapped, measures, sources))
    low = _count(
        engine, SCORES, f"scorecard = {_text(card.scorecard)} AND tier = {_text(UNKNOWN_TIER)}"
    )
    if low:
        floor = f"{100 * card.min_coverage:g}"
        found.append(_finding(COVERAGE_LOW, low, scorecard=card.scorecard, floor_pct=floor))
    if used.drift:
        words = {
            "scorecard": card.scorecard,
            "version": str(card.version),
            "drift": "; ".join(d.text() for d in used.drift),
        }
        found.append(_finding(SCORECARD_REFITTED, len(used.drift), **words))
    return found


def _portfolio_findings(
    groups: Sequence[_Group], unmatched: int, orphans: int
) -> Iterator[Finding]:
    for group in groups:
        if not group.accounts:
            yield _finding(SCORECARD_UNUSED, 0, scorecard=group.use.card.scorecard)
    if unmatched:
        yield _finding(NO_SCORECARD, unmatched)
    if orphans:
        yield _finding(OVERRIDE_WITHOUT_ACCOUNT, orphans)


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _finding(kind: FindingKind, count: int, **words: str) -> Finding:
    return Finding(kind, SCORES, count, params=words)
