"""The history of one account: its score on each day that was run, and every change between."""

from dataclasses import dataclass
from datetime import date

from keepwell.ports import AlertRecord, Engine, RunRecord, SnapshotStore, TransitionRecord
from keepwell.vocabulary import NotFound


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    """One day of an account: score in micro-points, tiers, and what changed since the day before.

    `is_new_card`: the fitted scorecard differs from the point before, so the scores are not the
    same yardstick.
    """

    run_id: str
    as_of: date
    score_micro: int | None
    tier: str
    effective_tier: str
    change_micro: int | None
    moved_from: str | None
    is_new_card: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """What the state store keeps of an account."""

    alerts: tuple[AlertRecord, ...]
    transitions: tuple[TransitionRecord, ...]


@dataclass(frozen=True, slots=True)
class History:
    """An account's points and transitions, oldest first, and its alerts, newest first."""

    account_id: str
    points: tuple[HistoryPoint, ...]
    transitions: tuple[TransitionRecord, ...]
    alerts: tuple[AlertRecord, ...]


def account_history(
    engine: Engine,
    snapshots: SnapshotStore,
    runs: tuple[RunRecord, ...],
    account_id: str,
    kept: Kept,
) -> History:
    """Return the history of one account over all published days.

    `runs`: newest publication first; a day that was run again counts by its last publication.
    Errors: NotFound when no snapshot holds the account.
    """
    newest: dict[date, RunRecord] = {}
    for run in runs:
        newest.setdefault(run.as_of, run)
    points: list[HistoryPoint] = []
    card_before: tuple[str, int] | None = None
    for day in sorted(newest):
        found = _scores(engine, snapshots, newest[day], account_id)
        if found is None:
            continue
        micro, tier, effective, card = found
        last = points[-1] if points else None
        points.append(
            HistoryPoint(
                newest[day].run_id,
                day,
                micro,
                tier,
                effective,
                _difference(micro, last.score_micro if last else None),
                last.effective_tier if last and last.effective_tier != effective else None,
                last is not None and card != card_before,
            )
        )
        card_before = card
    if not points:
        raise NotFound(
            f"No snapshot holds account `{account_id}`.",
            cure="`keepwell export scores -o scores.csv` lists all ids.",
            account_id=account_id,
        )
    return History(account_id, tuple(points), kept.transitions, kept.alerts)


def _scores(
    engine: Engine, snapshots: SnapshotStore, run: RunRecord, account_id: str
) -> tuple[int | None, str, str, tuple[str, int] | None] | None:
    engine.read_parquet("history_scores", snapshots.path(run.run_id) / "scores.parquet")
    quoted = "'" + account_id.replace("'", "''") + "'"
    rows = engine.rows(
        "SELECT score_micro, tier, effective_tier, scorecard, scorecard_version "  # noqa: S608
        f"FROM history_scores WHERE account_id = {quoted}"
    )
    if not rows:
        return None
    micro, tier, effective, card, version = rows[0]
    named = None if card is None else (str(card), int(version))
    return None if micro is None else int(micro), str(tier), str(effective), named


def _difference(now: int | None, before: int | None) -> int | None:
    return None if now is None or before is None else now - before
