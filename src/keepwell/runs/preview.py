"""What a changed configuration would do, before it is live: who changes tier, what hangs on it."""

from dataclasses import dataclass

from keepwell.ports import Engine, SnapshotStore
from keepwell.runs.initialise import TierPreview
from keepwell.runs.portfolio import Portfolio, ScoredImport
from keepwell.runs.preview_reasons import Mover, with_reasons
from keepwell.vocabulary import MinMaxScale, Scorecard

MOVERS = 20
LOW = "low"
# A measure is squashed when three quarters of the accounts earn next to nothing, or nearly all.
SQUASHED_BELOW = 0.05

JOINED = (
    "(SELECT n.account_id, a.name, b.effective_tier AS tier_before, "
    "n.effective_tier AS tier_after, "
    "b.score_micro AS micro_before, n.score_micro AS micro_after, f.contribution_amount AS amount "
    "FROM scores n JOIN before_scores b ON b.account_id = n.account_id "
    "JOIN accounts a ON a.account_id = n.account_id "
    "LEFT JOIN forecast f ON f.account_id = n.account_id)"
)


@dataclass(frozen=True, slots=True)
class TierMove:
    """Accounts that go from one tier to another, and the contribution that moves with them."""

    tier_before: str
    tier_after: str
    accounts: int
    amount: float


@dataclass(frozen=True, slots=True)
class PreviewReport:
    """The difference between the current snapshot and the same day under the new settings.

    `flow`: every pair of tiers, those who stay included. `moved_amount`: contribution of all that
    change tier; `low_amount`: of it, what comes to the low tier less what leaves it.
    """

    run_id: str
    as_of: str
    accounts: int
    changed_scores: int
    changed_tiers: int
    moves: tuple[TierMove, ...]
    movers: tuple[Mover, ...]
    squashed: tuple[str, ...]
    scorecards: tuple[tuple[str, int], ...]
    flow: tuple[TierMove, ...] = ()
    moved_amount: float = 0.0
    low_amount: float = 0.0


def compare_with_snapshot(
    engine: Engine, snapshots: SnapshotStore, run_id: str, portfolio: Portfolio
) -> PreviewReport:
    """Return how the computed portfolio differs from a published snapshot.

    Needs: the engine tables of `compute_portfolio`. Accounts in only one of both are left out.
    """
    engine.read_parquet("before_scores", snapshots.path(run_id) / "scores.parquet")
    counts = engine.rows(
        "SELECT count(*), count(*) FILTER (WHERE micro_before IS DISTINCT FROM micro_after), "  # noqa: S608
        f"count(*) FILTER (WHERE tier_before <> tier_after) FROM {JOINED} j"
    )[0]
    found = engine.rows(
        "SELECT tier_before, tier_after, count(*), coalesce(sum(amount), 0) "  # noqa: S608
        f"FROM {JOINED} j GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"
    )
    flow = tuple(TierMove(*row) for row in found)
    moves = tuple(m for m in flow if m.tier_before != m.tier_after)
    movers = engine.rows(
        f"SELECT * FROM {JOINED} j WHERE tier_before <> tier_after "  # noqa: S608
        f"ORDER BY amount DESC NULLS LAST, account_id LIMIT {MOVERS}"
    )
    return PreviewReport(
        run_id=run_id,
        as_of=portfolio.as_of.isoformat(),
        accounts=int(counts[0]),
        changed_scores=int(counts[1]),
        changed_tiers=int(counts[2]),
        moves=moves,
        movers=with_reasons(engine, snapshots, run_id, [Mover(*row) for row in movers]),
        squashed=squashed_measures(engine, [u.card for u in portfolio.scored.uses]),
        scorecards=portfolio.scored.versions,
        flow=flow,
        moved_amount=sum(m.amount for m in moves),
        low_amount=sum(m.amount * _to_low(m) for m in moves),
    )


def _to_low(move: TierMove) -> int:
    return (move.tier_after == LOW) - (move.tier_before == LOW)


def tier_preview(engine: Engine, done: ScoredImport) -> TierPreview:
    """Return the tier shares and squashed measures of what was scored, by tier name."""
    rows = engine.rows("SELECT tier, count(*) FROM scores GROUP BY tier ORDER BY tier")
    total = sum(int(n) for _, n in rows)
    cards = [u.card for u in done.scored.uses]
    return TierPreview({str(t): int(n) / total for t, n in rows}, squashed_measures(engine, cards))


def squashed_measures(engine: Engine, cards: list[Scorecard]) -> tuple[str, ...]:
    """Return the min-max measures on which three quarters of accounts score almost the same."""
    found = []
    for card in cards:
        for m in card.measures:
            if not isinstance(m.scale, MinMaxScale):
                continue
            column = f"{m.measure}__scaled"
            lower, upper = engine.quantiles("contributions", column, (0.25, 0.75))
            if lower is None or upper is None:
                continue
            if upper < SQUASHED_BELOW or lower > 1 - SQUASHED_BELOW:
                found.append(m.measure)
    return tuple(dict.fromkeys(found))
