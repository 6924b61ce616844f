"""A run says which measure of a kept churn scorecard moved, and what follows."""

from pathlib import Path

import numpy as np
import pytest

from keepwell.config import Config
from keepwell.ports import Engine
from keepwell.proof.model import CategoryBins, NumberBins, PairBins, bin_counts_select
from keepwell.proof.model.drift import counted_drift
from keepwell.runs.churn_column import store_churn
from keepwell.runs.churn_drift import churn_drift_findings
from keepwell.vocabulary import Finding, Severity
from outlook.scored import open_engine
from proof.published import published
from runs.test_churn_column import config

AS_FITTED = [10.0] * 50 + [60.0] * 40 + [None] * 10
SILENT = [10.0] * 10 + [60.0] * 80 + [None] * 10


def measured(engine: Engine, silence: list[float | None]) -> None:
    """Store these days of silence as the measures of a day."""
    days = ", ".join(
        f"('a{n:03d}', CAST({'NULL' if v is None else v} AS DOUBLE), CAST(NULL AS DOUBLE), FALSE)"
        for n, v in enumerate(silence)
    )
    names = "account_id, days_since_last_activity, churn_probability, churn_probability__never"
    engine.create_table("measures", f"SELECT * FROM (VALUES {days}) AS v ({names})")


def found(project: Config, silence: list[float | None]) -> tuple[Finding, ...]:
    with open_engine() as engine:
        measured(engine, silence)
        store_churn(engine, project)
        return churn_drift_findings(engine, project)


def test_a_measure_that_moved_is_named_with_its_bin_and_what_follows(tmp_path: Path) -> None:
    moved, level = found(config(tmp_path), SILENT)
    assert (moved.code, moved.column, moved.count) == (
        "churn_feature_moved",
        "days_since_last_activity",
        100,
    )
    # Over the bins 50/40/10 and 10/80/10: 0.4 ln 5 + 0.4 ln 2.
    assert moved.params["index"] == f"{0.4 * np.log(5) + 0.4 * np.log(2):.2f}"
    assert "`>= 30` went from 40 % to 80 %" in moved.message("en")
    assert "“>= 30”的客户由 40% 变为 80%" in moved.message("zh")
    assert "keepwell churn fit" in moved.cure("en")
    assert "keepwell churn drop" in moved.cure("zh")
    assert level.code == "churn_level_moved"
    assert "78.0 % on average, while 10.0 % left when it was tried" in level.message("en")


def test_a_scorecard_with_doubts_is_watched_too_but_only_noted(tmp_path: Path) -> None:
    (moved,) = found(config(tmp_path, "no_skill"), SILENT)
    assert (moved.code, moved.kind.severity) == ("churn_feature_moved_unused", Severity.INFO)
    assert "no run uses it" in moved.cure("en")


def test_accounts_like_those_of_the_fit_are_no_finding(tmp_path: Path) -> None:
    held = published().model_copy(update={"observed": 0.46}).model_dump(mode="json")
    project = config(tmp_path).model_copy(update={"churn_model": held})
    assert found(project, AS_FITTED) == ()


def test_what_few_accounts_do_by_chance_is_no_move() -> None:
    bins = NumberBins("usage", tuple(float(n) for n in range(1, 9)), "falls")
    then = [100] * 10
    few, many = [4, 1, 0, 3, 2, 0, 1, 4, 2, 3], [400, 100, 0, 300, 200, 0, 100, 400, 200, 300]
    (by_chance,), (moved,) = (
        counted_drift([bins], [then], [few]),
        counted_drift([bins], [then], [many]),
    )
    assert by_chance.stability_index > 0.25
    assert (by_chance.state, moved.state) == ("same", "moved")


def test_equal_populations_rarely_pass_the_bound_of_chance() -> None:
    bins = [NumberBins(f"m{n}", tuple(float(e) for e in range(9)), "free") for n in range(4)]
    random = np.random.default_rng(7)
    shares = random.dirichlet(np.ones(11) * 5, 4)
    alarms = 0
    for _ in range(400):
        then = [random.multinomial(900, s).tolist() for s in shares]
        now = [random.multinomial(80, s).tolist() for s in shares]
        alarms += any(d.stability_index > d.by_chance for d in counted_drift(bins, then, now))
    # One in a hundred is meant; sparse bins make chi-squared a little narrow.
    assert alarms / 400 < 0.04


def test_sql_counts_the_bins_that_memory_counts() -> None:
    usage, plan = (
        NumberBins("usage", (2.5, 10.0), "falls"),
        CategoryBins("plan", ("o'clock", "pro")),
    )
    with open_engine() as engine:
        engine.create_table(
            "measures",
            "SELECT * FROM (VALUES (2.5, 'pro'), (NULL, 'o''clock'), (11.0, NULL), (1.0, 'new'), "
            "(3.0, 'pro')) AS v (usage, plan)",
        )
        rows = engine.rows(bin_counts_select([usage, plan, PairBins(usage, plan)]))
    assert sorted(tuple(map(int, r)) for r in rows) == [
        (0, 0, 1), (0, 1, 2), (0, 2, 1), (0, 3, 1),
        (1, 0, 1), (1, 1, 2), (1, 2, 1), (1, 3, 1),
        (2, 2, 1), (2, 5, 2), (2, 11, 1), (2, 12, 1),
    ]  # fmt: skip


def test_a_model_set_to_a_level_above_its_trial_is_held_against_what_it_said(
    tmp_path: Path,
) -> None:
    project, card = config(tmp_path), published()
    tables = [
        project.model_copy(update={"churn_model": kept.model_dump(mode="json")})
        for kept in (card.model_copy(update={"said": said}) for said in (0.46, 0.30))
    ]
    assert found(tables[0], AS_FITTED) == ()
    (level,) = found(tables[1], AS_FITTED)
    assert "while 30.0 % was its mean for the newest day of its fit" in level.message("en")
    assert "而它对拟合所用最近一个历史日的客户给出 30.0%" in level.message("zh")


@pytest.mark.parametrize("observed", [0.30, 0.37])
def test_a_level_is_told_from_a_quarter_of_the_rate(observed: float, tmp_path: Path) -> None:
    project = config(tmp_path)
    held = published().model_copy(update={"observed": observed}).model_dump(mode="json")
    told = found(project.model_copy(update={"churn_model": held}), AS_FITTED)
    # 0.5 * 0.1 + 0.4 * 0.9 + 0.1 * 0.5 = 0.46
    assert [f.code for f in told] == (["churn_level_moved"] if observed < 0.368 else [])
