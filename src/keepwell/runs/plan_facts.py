"""What snapshots say of single accounts: readings, series of scores, standing, who has left."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pyarrow as pa

from keepwell.actions import Reading, Standing
from keepwell.measures import LEFT_SQL
from keepwell.ports import Engine, RunRecord, SnapshotStore
from keepwell.vocabulary import NotFound

ASKED = "plan_accounts"
SIZE = "account_size_segment"


@dataclass(frozen=True, slots=True)
class Snapshots:
    """The published snapshots that are on disk, one a day, and the engine that reads them."""

    engine: Engine
    store: SnapshotStore
    by_day: Mapping[date, RunRecord]

    @property
    def days(self) -> tuple[date, ...]:
        """Return the days in order."""
        return tuple(sorted(self.by_day))

    @property
    def newest(self) -> RunRecord:
        """Return the run of the last day. Errors: NotFound."""
        if not self.by_day:
            raise NotFound("There is no snapshot yet.", cure="Run `keepwell run` first.")
        return self.by_day[max(self.by_day)]


def snapshots_of(
    engine: Engine, store: SnapshotStore, runs: Sequence[RunRecord], until: date | None = None
) -> Snapshots:
    """Return the snapshots up to a day; a day that was run again counts by its last run.

    `runs`: newest publication first.
    """
    kept = set(store.run_ids())
    by_day: dict[date, RunRecord] = {}
    for run in runs:
        if run.run_id in kept and (until is None or run.as_of <= until):
            by_day.setdefault(run.as_of, run)
    return Snapshots(engine, store, by_day)


@dataclass(frozen=True, slots=True)
class Known:
    """An account as the newest snapshot has it."""

    account_id: str
    name: str
    csm_id: str | None
    standing: Standing


def readings(
    snapshots: Snapshots, day: date, accounts: Collection[str], measures: Collection[str]
) -> dict[str, Reading]:
    """Return what the snapshot of a day says of accounts; one that it lacks is left out.

    A measure that the snapshot does not have is unknown.
    """
    run, engine = snapshots.by_day[day], snapshots.engine
    _ask_for(engine, accounts)
    _read(snapshots, run, "scores", "measures")
    there = engine.columns("plan_measures")
    wanted = sorted(m for m in measures if m in there)
    parts = [f"CAST(m.{name} AS DOUBLE), coalesce(m.{name}__never, FALSE)" for name in wanted]
    rows = engine.rows(
        f"SELECT s.account_id, s.score_micro, s.effective_tier{''.join(', ' + p for p in parts)} "  # noqa: S608
        f"FROM plan_scores AS s JOIN {ASKED} AS a ON a.account_id = s.account_id "
        "LEFT JOIN plan_measures AS m ON m.account_id = s.account_id"
    )
    found = {}
    for account, micro, tier, *values in rows:
        pairs = dict(zip(wanted, zip(values[::2], values[1::2], strict=True), strict=True))
        found[str(account)] = Reading(
            run.run_id,
            day,
            None if micro is None else int(micro),
            str(tier),
            {n: None if v is None else float(v) for n, (v, _) in pairs.items()},
            tuple(n for n, (_, never) in pairs.items() if never),
        )
    return found


def score_series(
    snapshots: Snapshots, accounts: Collection[str], since: date
) -> dict[str, list[tuple[date, int | None]]]:
    """Return the scores of accounts on every day from `since` on that has a snapshot."""
    engine = snapshots.engine
    _ask_for(engine, accounts)
    found: dict[str, list[tuple[date, int | None]]] = {a: [] for a in accounts}
    for day in snapshots.days:
        if day < since:
            continue
        _read(snapshots, snapshots.by_day[day], "scores")
        rows = engine.rows(
            "SELECT s.account_id, s.score_micro FROM plan_scores AS s "  # noqa: S608
            f"JOIN {ASKED} AS a ON a.account_id = s.account_id"
        )
        for account, micro in rows:
            found[str(account)].append((day, None if micro is None else int(micro)))
    return found


def known_accounts(
    snapshots: Snapshots, accounts: Collection[str] | None = None
) -> dict[str, Known]:
    """Return accounts of the newest snapshot with their standing, by id; all without `accounts`."""
    engine, run = snapshots.engine, snapshots.newest
    _read(snapshots, run, "accounts", "scores", "measures", "forecast")
    has_value = (snapshots.store.path(run.run_id) / "value.parquet").is_file()
    if has_value:
        _read(snapshots, run, "value")
    only = ""
    if accounts is not None:
        _ask_for(engine, accounts)
        only = f"JOIN {ASKED} AS q ON q.account_id = s.account_id "
    join = "LEFT JOIN plan_value AS v ON v.account_id = s.account_id " if has_value else ""
    rows = engine.rows(
        f"SELECT s.account_id, a.name, a.csm_id, s.effective_tier, m.{SIZE}, "  # noqa: S608
        f"{'v.segment' if has_value else 'NULL'}, f.contribution_amount "
        f"FROM plan_scores AS s {only}"
        "JOIN plan_accounts_all AS a ON a.account_id = s.account_id "
        "LEFT JOIN plan_measures AS m ON m.account_id = s.account_id "
        f"LEFT JOIN plan_forecast AS f ON f.account_id = s.account_id {join}"
        "ORDER BY s.account_id"
    )
    return {str(r[0]): _known(r) for r in rows}


def known_account(snapshots: Snapshots, account_id: str) -> Known:
    """Return one account of the newest snapshot. Errors: NotFound, with ids that look alike."""
    found = known_accounts(snapshots, [account_id])
    if account_id in found:
        return found[account_id]
    _read(snapshots, snapshots.newest, "scores")
    every = [str(i) for (i,) in snapshots.engine.rows("SELECT account_id FROM plan_scores")]
    alike = get_close_matches(account_id, every, n=3)
    raise NotFound(
        f"No account `{account_id}` in the newest snapshot.",
        cure=f"Did you mean {', '.join(alike)}?"
        if alike
        else "`keepwell export scores -o scores.csv` lists all ids.",
        account_id=account_id,
    )


def who_left(
    engine: Engine, accounts_file: Path | None, ids: Collection[str], as_of: date
) -> set[str]:
    """Return which accounts have left on or before a day, by the leaving date of the import."""
    if not ids or accounts_file is None or not accounts_file.is_file():
        return set()
    _ask_for(engine, ids)
    engine.read_parquet("plan_imported", accounts_file)
    left = LEFT_SQL.format(as_of=f"CAST('{as_of.isoformat()}' AS DATE)")
    rows = engine.rows(
        f"SELECT account_id FROM plan_imported WHERE {left} "  # noqa: S608
        f"AND account_id IN (SELECT account_id FROM {ASKED})"
    )
    return {str(account) for (account,) in rows}


def _ask_for(engine: Engine, accounts: Collection[str]) -> None:
    engine.read_arrow(ASKED, pa.table({"account_id": pa.array(sorted(accounts), pa.string())}))


def _read(snapshots: Snapshots, run: RunRecord, *tables: str) -> None:
    folder = snapshots.store.path(run.run_id)
    for table in tables:
        name = "plan_accounts_all" if table == "accounts" else f"plan_{table}"
        snapshots.engine.read_parquet(name, folder / f"{table}.parquet")


def _known(row: Sequence[Any]) -> Known:
    account, name, csm, tier, size, segment, amount = row
    standing = Standing(
        str(tier),
        None if size is None else str(size),
        None if segment is None else str(segment),
        None if amount is None else float(amount),
    )
    return Known(str(account), str(name or account), None if csm is None else str(csm), standing)
