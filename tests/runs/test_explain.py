"""Scoring, snapshots, overrides and explanations together, on DuckDB and SQLite."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from keepwell.adapters.engines import DuckDbEngine
from keepwell.adapters.snapshots import SnapshotFolders
from keepwell.adapters.state import SqlStateStore
from keepwell.ports import RunRecord
from keepwell.runs.explain import explain
from keepwell.runs.override import end_override, set_override
from keepwell.runs.score_portfolio import ScoredPortfolio, score_portfolio
from keepwell.runs.what_if import WhatIf, what_if
from keepwell.scoring import CardUse
from keepwell.vocabulary import (
    ConfigInvalid,
    InputProblem,
    MeasureSource,
    NotFound,
    Scorecard,
    SqlNotAllowed,
    Unit,
)
from scoring.scored_table import arrow_table, measure

AT = datetime(2026, 11, 2, 8, tzinfo=UTC)
NEW, OLD = date(2026, 11, 1), date(2026, 10, 1)
CATALOG = {
    "idle_days": replace(measure("idle_days", Unit.DAYS), direction="lower_is_better"),
    "touches": replace(measure("touches", Unit.COUNT), direction="higher_is_better"),
    "account_size_segment": measure("account_size_segment", Unit.CATEGORY),
}


def card_with(touches_weight: float = 50, name: str = "plain", **more: Any) -> Scorecard:
    falling = {"kind": "minmax", "direction": "lower_is_better"}
    sizes = {"kind": "map", "values": {"Large": 1.0, "Small": 0.4}}
    active = [
        {"measure": "idle_days", "weight": 50, "scale": falling},
        {"measure": "touches", "weight": touches_weight, "scale": {"kind": "minmax"}},
    ]
    return Scorecard.model_validate(
        {
            "scorecard": name,
            "dimensions": [
                {"dimension": "activity", "weight": 60, "measures": active},
                {
                    "dimension": "scale",
                    "weight": 40,
                    "measures": [{"measure": "account_size_segment", "scale": sizes}],
                },
            ],
            **more,
        }
    )


CARD = card_with()


def rows_at(shift: float) -> list[dict[str, Any]]:
    return [
        {
            "account_id": f"a{i}",
            "idle_days": float(i * 10),
            "touches": float(30 - i * 3) + (shift if i == 4 else 0),
            "account_size_segment": ("Large", "Small", "small")[i % 3],
        }
        for i in range(11)
    ]


class Project:
    """An engine, a state store and snapshots of one project."""

    def __init__(self, folder: Path) -> None:
        self.engine = DuckDbEngine(allowed_directories=[folder])
        self.state = SqlStateStore("sqlite://")
        self.snapshots = SnapshotFolders(folder)

    def load(self, shift: float = 0, name: str = "measures") -> str:
        self.engine.read_arrow(name, arrow_table(CARD, rows_at(shift)))
        return name

    def score(self, *uses: CardUse, **more: Any) -> ScoredPortfolio:
        return score_portfolio(
            self.engine,
            uses or (CardUse(CARD),),
            self.state,
            **{"as_of": NEW, "at": AT, "measures": CATALOG, **more},
        )

    def publish(self, run_id: str, as_of: date, done: ScoredPortfolio) -> None:
        with self.snapshots.stage(run_id) as folder:
            for table in ("measures", "scores", "contributions"):
                self.engine.write_parquet(
                    f"SELECT * FROM {table} ORDER BY account_id", folder / f"{table}.parquet"
                )
            (folder / "manifest.json").write_text(json.dumps({"run": run_id}), encoding="utf-8")
        versions = done.versions
        self.state.publish(RunRecord(run_id, as_of, AT, "published", versions, 11, "c", "i"))

    def tiers(self) -> dict[str, tuple[str, str, bool]]:
        found = self.engine.rows(
            "SELECT account_id, tier, effective_tier, has_override FROM scores"
        )
        return {a: (tier, effective, has) for a, tier, effective, has in found}


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    made = Project(tmp_path)
    made.load()
    yield made
    made.engine.close()
    made.state.close()


def counts(done: ScoredPortfolio) -> dict[tuple[str, str], int]:
    return {(f.code, f.column): f.count for f in done.findings}


def test_a_stored_fit_is_taken_until_the_definition_changes(project: Project) -> None:
    assert project.score().versions == (("plain", 1),)
    assert project.score().versions == (("plain", 1),)
    assert project.score(CardUse(card_with(70))).versions == (("plain", 2),)
    assert project.score().versions == (("plain", 1),), "going back takes the old fit"


def test_a_stored_fit_keeps_scores_when_a_giant_arrives_and_counts_the_clip(
    project: Project,
) -> None:
    project.score()
    select = "SELECT score_micro FROM scores WHERE account_id <> 'a4' ORDER BY account_id"
    before = project.engine.rows(select)
    project.load(shift=1_000_000)
    done = project.score()
    assert project.engine.rows(select) == before
    assert counts(done)["value_clipped", "touches"] == 1
    refitted = project.score(refit=True)
    assert refitted.versions == (("plain", 2),)
    assert [d.measure for d in refitted.uses[0].drift] == ["touches"]
    assert counts(refitted)["scorecard_refitted", ""] == 1
    assert counts(refitted)["measure_squashed", "touches"] == 10
    assert project.engine.rows(select) != before


def test_a_preview_fits_without_storing(project: Project) -> None:
    assert project.score(keep=False).versions == (("plain", 1),)
    assert project.state.fitted_scorecard("plain") is None


def test_an_unlisted_category_is_counted_with_the_nearest_listed_one(project: Project) -> None:
    done = project.score()
    (found,) = [f for f in done.findings if f.code == "category_unmapped"]
    assert (found.count, found.params["category"], found.params["nearest"]) == (3, "small", "Small")
    assert "“small”" in found.message("zh")
    assert "Small" in found.cure("en")


def test_proxies_are_counted_with_their_weight(project: Project) -> None:
    source = MeasureSource("touches", "proxy", ("usage.value",), 11, 0, 0)
    (found,) = [f for f in project.score(sources=[source]).findings if "proxy" in f.code]
    assert (found.count, found.params["weight_pct"]) == (11, "30")


def test_a_direction_against_the_catalogue_is_a_finding(project: Project) -> None:
    falling = {"kind": "minmax"}
    active = CARD.dimensions[0].measures[0].model_copy(update={"scale": falling})
    dimension = CARD.dimensions[0].model_copy(update={"measures": (active,)})
    turned = Scorecard.model_validate(
        {**CARD.model_dump(), "dimensions": [dimension.model_dump(warnings=False)]}
    )
    assert counts(project.score(CardUse(turned)))["direction_differs", "idle_days"] == 11


def test_the_first_scorecard_whose_condition_holds_is_taken(project: Project) -> None:
    strict = card_with(name="strict")
    empty = card_with(name="empty")
    done = project.score(
        CardUse(strict, "account_size_segment = 'Large'"),
        CardUse(CARD, "idle_days >= 20 AND idle_days < 90.5"),
        CardUse(empty, "idle_days > 900"),
    )
    found = project.engine.rows(
        "SELECT scorecard, count(*), count(score_micro) FROM scores GROUP BY 1 ORDER BY 1"
    )
    assert found == [("plain", 5, 5), ("strict", 4, 4), (None, 2, 0)]
    assert counts(done)["no_scorecard", ""] == 2
    assert counts(done)["scorecard_unused", ""] == 0
    assert project.tiers()["a1"] == ("unknown", "unknown", False)
    assert project.state.fitted_scorecard("empty") is None


def test_a_condition_may_use_columns_of_the_accounts(project: Project) -> None:
    project.engine.create_table(
        "accounts",
        "SELECT account_id, 'x' AS account_size_segment, "
        "CASE WHEN account_id = 'a1' THEN 'onboarding' END AS lifecycle_stage FROM measures",
    )
    project.score(
        CardUse(card_with(name="young"), "lifecycle_stage = 'onboarding'"),
        CardUse(CARD),
        accounts_table="accounts",
    )
    found = project.engine.rows("SELECT account_id FROM scores WHERE scorecard = 'young'")
    assert found == [("a1",)]


@pytest.mark.parametrize(
    "when", ["idle_days; DROP TABLE measures", "random() > 0.5", "nowhere > 1"]
)
def test_a_condition_outside_the_portable_sql_is_refused(project: Project, when: str) -> None:
    with pytest.raises(SqlNotAllowed):
        project.score(CardUse(CARD, when))


def test_an_override_changes_the_effective_tier_alone(project: Project) -> None:
    project.score()
    tier = project.tiers()["a10"][0]
    set_override(
        project.state,
        "a10",
        "high",
        reason="新合同已签",
        author="Li",
        expires_on=AT.date() + timedelta(days=9),
        at=AT,
        cards=(CARD,),
        known={"a10"},
    )
    project.score()
    assert project.tiers()["a10"] == (tier, "high", True)
    project.score(overrides_on=AT.date() + timedelta(days=10))
    assert project.tiers()["a10"] == (tier, tier, False)
    end_override(project.state, "a10", at=AT)
    project.score()
    assert project.tiers()["a10"] == (tier, tier, False)
    with pytest.raises(NotFound, match="no override in force"):
        end_override(project.state, "a10", at=AT)


def test_an_override_of_an_account_that_is_not_there_is_a_finding(project: Project) -> None:
    day = AT.date()
    set_override(
        project.state,
        "gone",
        "low",
        reason="r",
        author="a",
        expires_on=day,
        at=AT,
        cards=(CARD,),
        known={"gone"},
    )
    assert counts(project.score())["override_without_account", ""] == 1


def test_an_override_of_an_account_that_never_was_is_refused(project: Project) -> None:
    with pytest.raises(NotFound, match="no account `a77`"):
        set_override(
            project.state,
            "a77",
            "low",
            reason="r",
            author="a",
            expires_on=AT.date(),
            at=AT,
            cards=(CARD,),
            known={"a7"},
        )


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"tier": "hihg"}, (ConfigInvalid, "Did you mean `high`")),
        ({"reason": " "}, (InputProblem, "needs a reason")),
        ({"expires_on": date(2026, 11, 1)}, (InputProblem, "would expire on 2026-11-01")),
        ({"expires_on": date(2028, 11, 1)}, (InputProblem, "366 days ahead")),
    ],
)
def test_a_faulty_override_is_refused(
    project: Project, change: dict[str, Any], problem: tuple[type[Exception], str]
) -> None:
    given: dict[str, Any] = {
        "tier": "high",
        "reason": "r",
        "author": "a",
        "expires_on": AT.date(),
        **change,
    }
    with pytest.raises(problem[0], match=problem[1]):
        set_override(
            project.state, "a1", given.pop("tier"), at=AT, cards=(CARD,), known={"a1"}, **given
        )


def test_low_coverage_gives_an_unknown_tier_and_a_count(project: Project) -> None:
    done = project.score(CardUse(card_with(min_coverage=0.7)))
    assert counts(done)["coverage_low", ""] == 3
    assert project.tiers()["a2"][0] == "unknown"


def test_an_account_is_explained_with_peers_and_without_change_at_first(project: Project) -> None:
    project.publish("r1", NEW, project.score())
    told = explain(project.engine, project.state, project.snapshots, "a4", measures=CATALOG)
    assert told.score_micro == 52_000_000
    assert told.change is None
    touches = told.dimensions[0].measures[1]
    assert touches.peer is not None
    # Small: a1, a4, a7, a10 with 27, 18, 9, 0 touches.
    assert (touches.peer.segment, touches.peer.median, touches.peer.accounts) == ("Small", 9.0, 4)
    assert told.lift is not None
    assert told.lift.next_tier == "high"


def test_the_change_since_the_last_snapshot_is_split_by_cause(project: Project) -> None:
    project.publish("r1", OLD, project.score(as_of=OLD))
    project.load(shift=-9)
    project.publish("r2", NEW, project.score(CardUse(card_with(100))))

    def replay(as_of: date) -> str:
        assert as_of == OLD
        # A touch that was entered late: the old date looks better on today's tables.
        return project.load(shift=3, name="replayed")

    told = explain(
        project.engine, project.state, project.snapshots, "a4", replay=replay, measures=CATALOG
    )
    change = told.change
    assert change is not None
    assert (change.before_micro, change.after_micro) == (52_000_000, told.score_micro)
    assert change.data_micro == 3_000_000
    assert change.customer_micro == -12_000_000
    # Activity was 18 + 9 of 60 points; weights 50:100 make it 12 + 12.
    assert change.config_micro == -3_000_000
    assert change.total_micro == -12_000_000


def test_an_account_that_is_not_there_brings_those_that_look_alike(project: Project) -> None:
    project.publish("r1", NEW, project.score())
    with pytest.raises(NotFound, match=r"Did you mean: a1\?"):
        explain(project.engine, project.state, project.snapshots, "A1", measures=CATALOG)


def test_an_account_without_scorecard_says_so(project: Project) -> None:
    project.publish("r1", NEW, project.score(CardUse(CARD, "idle_days > 10")))
    with pytest.raises(NotFound, match="No scorecard applies"):
        explain(project.engine, project.state, project.snapshots, "a0", measures=CATALOG)


def test_what_if_scores_the_changed_account_again_and_plans_within_reach(
    project: Project,
) -> None:
    project.publish("r1", NEW, project.score(CardUse(CARD)))
    engine, state, snapshots = project.engine, project.state, project.snapshots

    def asked(*changes: str, account: str = "a4") -> WhatIf:
        return what_if(engine, state, snapshots, account, changes, measures=CATALOG)

    same, better = asked(), asked("idle_days=0", "account_size_segment=Large")
    assert (same.before_micro, same.parts) == (same.after_micro, ())
    assert (better.before_micro, better.tier_after) == (same.before_micro, "high")
    gained = sum(p.micro_after - p.micro_before for p in better.parts)
    assert gained == (better.after_micro or 0) - (better.before_micro or 0) > 0
    assert {r.measure: r.value for r in same.reach} == {"idle_days": 10.0, "touches": 27.0}
    assert same.effort is not None
    assert same.effort.moves == ()
    near = asked(account="a6")
    assert near.effort is not None
    moved = [f"{m.measure}={m.target}" for m in near.effort.moves]
    assert asked(*moved, account="a6").tier_after == near.effort.next_tier == "high"
    assert {p.measure: p.then for p in better.parts} == {
        "idle_days": 0.0,
        "account_size_segment": "Large",
    }
    for wrong in ("idle_days", "calls=3", "idle_days=soon", "account_size_segment=Huge"):
        with pytest.raises(InputProblem, match=wrong.partition("=")[0]):
            asked(wrong)
