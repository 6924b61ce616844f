"""A million accounts on the day after: what decide and store meet, and one day made before."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast

from benchmarks.data import AS_OF, TABLES, make
from benchmarks.mapped import MAPPED
from keepwell.adapters.configuration_files import shipped_scorecard
from keepwell.adapters.engines import DuckDbEngine
from keepwell.adapters.playbook_library import load_library
from keepwell.adapters.snapshots import SnapshotFolders
from keepwell.adapters.state import SqlStateStore, SqlWarningStore, StatePlace, sqlite_url
from keepwell.adapters.trigger_library import load_triggers
from keepwell.config import Config
from keepwell.measures import MeasurePlan, measure_sources, plan_measures, sources_select
from keepwell.ports import NewFit, RunRecord, RunWarning
from keepwell.runs.importing_record import Imported
from keepwell.runs.layout import ProjectLayout
from keepwell.runs.portfolio import Portfolio
from keepwell.runs.replay_accounts import past_rows
from keepwell.runs.score_portfolio import ScoredPortfolio, score_portfolio
from keepwell.runs.score_portfolio_cards import UsedCard
from keepwell.runs.store_measures import store_measures
from keepwell.runs.transitions import Past
from keepwell.runs.warn import Watch, watch_run
from keepwell.scoring import CardUse, layout_of
from keepwell.wiring.acting import acting_of

TODAY = date.fromisoformat(AS_OF)
YESTERDAY = TODAY - timedelta(days=1)
AT = datetime(2026, 10, 31, 12, tzinfo=UTC)
CONFIG = Config.model_validate(
    {
        "project": "bench",
        "source": {"kind": "folder", "path": "."},
        "tables": {},
        "scorecards": [{"scorecard": "account_health_robust"}],
    }
)
LINE = 50_000_000
# Scores spread over the tiers of a portfolio that is cared for, not of random tables; every
# fortieth is low.
SPREAD = f"""
SELECT * EXCLUDE (score_micro, tier, effective_tier), s AS score_micro,
  CASE WHEN s IS NULL THEN tier WHEN s >= 80000000 THEN 'high' WHEN s >= {LINE} THEN 'medium'
       ELSE 'low' END AS tier,
  CASE WHEN s IS NULL THEN tier WHEN s >= 80000000 THEN 'high' WHEN s >= {LINE} THEN 'medium'
       ELSE 'low' END AS effective_tier
FROM (SELECT *, CASE WHEN hash(account_id) % 40 = 20 AND score_micro IS NOT NULL THEN 45000000
  ELSE CAST(floor(score_micro * 0.7) AS BIGINT) + 30000000 END AS s FROM scores)
"""
# Every twentieth account lay on the other side of the low tier's line.
MOVED = f"""
SELECT * EXCLUDE (score_micro, tier, effective_tier),
  CASE WHEN is_moved AND score_micro >= {LINE} THEN {LINE} - 5000000
       WHEN is_moved THEN {LINE} + 10000000 ELSE score_micro END AS score_micro,
  CASE WHEN is_moved AND score_micro >= {LINE} THEN 'low'
       WHEN is_moved THEN 'medium' ELSE tier END AS tier,
  CASE WHEN is_moved AND score_micro >= {LINE} THEN 'low'
       WHEN is_moved THEN 'medium' ELSE effective_tier END AS effective_tier
FROM (SELECT *, hash(account_id) % 20 = 0 AND score_micro IS NOT NULL AS is_moved FROM scores)
"""
PORTFOLIO = """
SELECT a.account_id, a.name, a.industry, a.region, a.owner_id,
  printf('U%04d', hash(a.account_id, 1) % 4000) AS csm_id, a.lifecycle_stage, a.status,
  m.* EXCLUDE (account_id), CAST(s.score_micro AS DOUBLE) / 1000000 AS score,
  s.* EXCLUDE (account_id), w.amount AS contribution_amount,
  CASE WHEN w.amount IS NULL THEN NULL WHEN w.amount > 240000 THEN 1 ELSE 2 END
    AS contribution_tier,
  CASE WHEN s.effective_tier = 'low' THEN w.amount ELSE 0 END AS expected_loss_amount
FROM accounts AS a JOIN measures AS m USING (account_id) JOIN scores AS s USING (account_id)
JOIN (SELECT account_id, total_won_amount / 2 AS amount FROM measures) AS w USING (account_id)
"""


@dataclass(frozen=True, slots=True)
class World:
    """The prepared folder of one size."""

    root: Path

    @property
    def tables(self) -> Path:
        """Return the folder of the canonical tables, which are those of today."""
        return self.root / "tables"

    @property
    def layout(self) -> ProjectLayout:
        """Return the project that has run yesterday."""
        return ProjectLayout(self.root / "project")

    @property
    def snapshots(self) -> SnapshotFolders:
        """Return its snapshots."""
        return SnapshotFolders(self.layout.snapshots)

    def record(self, day: date) -> RunRecord:
        """Return the run of a day; every import differs from the one before."""
        cards = (("account_health_robust", 1),)
        return RunRecord(f"run-{day}", day, AT, "published", cards, 0, "c", str(day))

    @contextmanager
    def engine(self) -> Iterator[DuckDbEngine]:
        """Give an engine with the tables of today."""
        spill = self.root / "spill"
        spill.mkdir(parents=True, exist_ok=True)
        with DuckDbEngine(
            memory_limit_mb=2048,
            threads=2,
            temp_directory=spill,
            allowed_directories=(self.root,),
        ) as engine:
            for table in TABLES:
                engine.read_parquet(table, self.tables / f"{table}.parquet")
            yield engine


def state_of(world: World, url: str | None) -> SqlStateStore:
    """Return the state: the world's own file, or a database at an address."""
    if url is None:
        return SqlStateStore(sqlite_url(world.layout.state))
    return SqlStateStore(StatePlace(url, variable="KEEPWELL_STATE_URL"))


def watch_of(world: World, state: SqlStateStore, *, is_acting: bool) -> Watch:
    """Return what the loop works with, all of it as a project has it.

    `is_acting`: also people's work; the day before does without, or it would take minutes.
    """
    library = load_library(world.layout.playbooks)
    imported = Imported(world.tables, str(TODAY), MAPPED, (), (), {}, {}, {}, "USD", TODAY)

    @cache
    def card(name: str, version: int) -> tuple[Any, str]:
        return state.scorecard_version(name, version), state.definition_hash(name, version)

    def rows(before: RunRecord, accounts: Any, measures: Any) -> Any:
        with world.engine() as engine:
            yield from past_rows(
                engine, world.snapshots, CONFIG, imported, before, accounts, measures
            )

    return Watch(
        SqlWarningStore(state),
        load_triggers(world.layout.triggers),
        CONFIG.warning,
        frozenset(p.play for p in library.plays),
        Past(MAPPED, card, rows),
        acting_of(world.layout, CONFIG, state) if is_acting else None,
    )


def decided(
    world: World,
    engine: DuckDbEngine,
    state: SqlStateStore,
    scored: ScoredPortfolio,
    plan: MeasurePlan,
    day: date,
) -> RunWarning:
    """Return what the run of a day decides."""
    engine.create_view("portfolio", PORTFOLIO)
    counts = tuple(int(n) for n in engine.rows(sources_select(plan))[0])
    sources = measure_sources(plan, counts)
    nothing = cast("Any", None)
    portfolio = Portfolio(day, plan, sources, scored, nothing, None, nothing, (), 0)
    return watch_run(
        watch_of(world, state, is_acting=day == TODAY),
        engine,
        world.snapshots,
        state.runs(),
        portfolio,
        (),
    )


def scored_cards(state: SqlStateStore) -> ScoredPortfolio:
    """Return how the prepared scores were made: with the card that is stored."""
    name = "account_health_robust"
    card, used = state.scorecard_version(name, 1), state.definition_hash(name, 1)
    return ScoredPortfolio(
        (UsedCard(card, None, used, is_new_fit=False),), layout_of([card]), 0, ()
    )


def prepare(root: Path, accounts: int, url: str | None = None) -> None:
    """Make tables, and a project that ran yesterday with other scores for every twentieth."""
    world = World(root)
    make(world.tables, accounts, 2 * accounts)
    folder = world.layout.snapshots / world.record(YESTERDAY).run_id
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").write_text("{}", encoding="utf-8")
    plan = plan_measures(MAPPED)
    with world.engine() as engine, state_of(world, url) as state:
        store_measures(engine, plan, TODAY, None, None)
        use = CardUse(shipped_scorecard("robust"), None)
        scored = score_portfolio(engine, [use], state, as_of=TODAY, at=AT, keep=False)
        engine.create_table("scores", SPREAD)
        for table in ("measures", "scores"):
            engine.write_table(table, root / f"{table}.parquet", key="account_id")
        engine.create_table("scores", MOVED)
        engine.write_table("scores", folder / "scores.parquet", key="account_id")
        engine.write_table("measures", folder / "measures.parquet", key="account_id")
        warning = decided(world, engine, state, scored, plan, YESTERDAY)
        fits = [NewFit(u.card, u.definition_hash) for u in scored.uses if u.is_new_fit]
        state.publish(world.record(YESTERDAY), fits, warning)


if __name__ == "__main__":
    prepare(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
