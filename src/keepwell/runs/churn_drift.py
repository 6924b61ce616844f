"""What a run says of a kept churn scorecard whose accounts no longer look like those of its fit."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from keepwell.config import Config
from keepwell.ports import Engine
from keepwell.runs.churn_column import GIVEN, TABLE
from keepwell.vocabulary import Action, Bilingual, Finding, FindingKind, Severity

if TYPE_CHECKING:
    from keepwell.proof.model import FeatureDrift, PublishedChurn

MEASURES = "measures"
# A level counts as moved by two points or more that are a quarter of the rate or more.
LEAST_POINTS, LEAST_PART = 0.02, 0.25
_USED = Bilingual(
    "该模型仍决定流失概率与按可能损失的排序；请重新 `keepwell backtest` 并 `keepwell churn fit`，"
    "或用 `keepwell churn drop` 停用。",
    "It still gives the churn probability and ranks by likely loss. Run `keepwell backtest` and "
    "`keepwell churn fit` again, or stop using it with `keepwell churn drop`.",
)
FEATURE_MOVED = FindingKind(
    "churn_feature_moved",
    Severity.WARNING,
    Action.WARNED,
    Bilingual(
        "流失模型（{fitted_on} 拟合）的指标 {column} 已变化：PSI {index}（0.25 起算变化，"
        "样本波动至多 {by_chance}）；取值“{bin_zh}”的客户由 {then_pct}% 变为 {now_pct}%"
        "（共 {count} 家）。它的概率未必还适用于这些客户。",
        "Measure {column} of the churn model fitted on {fitted_on} moved: PSI {index} (0.25 or "
        "more is another population, chance explains {by_chance}); accounts with `{bin_en}` went "
        "from {then_pct} % to {now_pct} % (of {count}). Its probabilities may not hold for these "
        "accounts.",
    ),
    _USED,
)
FEATURE_MOVED_UNUSED = replace(
    FEATURE_MOVED,
    code="churn_feature_moved_unused",
    severity=Severity.INFO,
    cure=Bilingual(
        "该模型未通过验证，运行并不使用它；可重新 `keepwell backtest` 并 `keepwell churn fit`。",
        "The model was not validated and no run uses it; `keepwell backtest` and `keepwell churn "
        "fit` make a new one.",
    ),
)
# What the level of today is held against; models kept before it was noted know the rate alone.
_SAID = Bilingual(
    "它对拟合所用最近一个历史日的客户给出", "was its mean for the newest day of its fit"
)
_LEFT = Bilingual("验证日之后的实际流失率为", "left when it was tried")
LEVEL_MOVED = FindingKind(
    "churn_level_moved",
    Severity.WARNING,
    Action.WARNED,
    Bilingual(
        "流失模型（{fitted_on} 拟合）今日对 {count} 家客户的平均概率为 {now_pct}%，"
        "而{then_zh} {then_pct}%：要么客户变了，要么概率整体偏了。",
        "The churn model fitted on {fitted_on} gives {count} accounts {now_pct} % on average, "
        "while {then_pct} % {then_en}: either the accounts changed or its probabilities are off "
        "as a whole.",
    ),
    _USED,
)


def churn_drift_findings(engine: Engine, config: Config) -> tuple[Finding, ...]:
    """Return a finding for each measure of the kept churn scorecard that moved, and for its level.

    Needs: `measures`, and where the scorecard is validated what `store_churn` stored.
    """
    if config.churn_model is None:
        return ()
    # Loaded only where a model was fitted: every run comes by here.
    from keepwell.proof.model import PublishedChurn

    found = PublishedChurn.model_validate(config.churn_model)
    moved = _moved(engine, found)
    if not found.is_validated:
        return tuple(moved)
    return (*moved, *_level(engine, found))


def _moved(engine: Engine, found: "PublishedChurn") -> Iterator[Finding]:
    from keepwell.proof.model import bin_counts_select, counted_drift

    table = GIVEN if found.is_validated else MEASURES
    known = set(engine.columns(table))
    held = [
        (f.shape.bins(), f.reference)
        for f in found.features
        if set(f.shape.bins().feature.split(" x ")) <= known
    ]
    if not held:
        return
    bins, then = [b for b, _ in held], [reference for _, reference in held]
    now = [[0] * len(b.names) for b in bins]
    for feature, place, accounts in engine.rows(bin_counts_select(bins, table)):
        now[int(feature)][int(place)] = int(accounts)
    kind = FEATURE_MOVED if found.is_validated else FEATURE_MOVED_UNUSED
    for drift in counted_drift(bins, then, now):
        if drift.state == "moved":
            yield _finding(kind, drift, found, sum(now[0]))


def _finding(
    kind: FindingKind, drift: "FeatureDrift", found: "PublishedChurn", accounts: int
) -> Finding:
    words = {
        "fitted_on": found.fitted_on.isoformat(),
        "index": f"{drift.stability_index:.2f}",
        "by_chance": f"{drift.by_chance:.2f}",
        "bin_zh": _bin_zh(drift.gained),
        "bin_en": drift.gained,
        "then_pct": f"{100 * drift.share_then:.0f}",
        "now_pct": f"{100 * drift.share_now:.0f}",
    }
    return Finding(kind, MEASURES, accounts, drift.feature, params=words)


def _bin_zh(name: str) -> str:
    told = {"missing": "缺失", "other": "其他", "any": "任意"}
    return " & ".join(told.get(part, part) for part in name.split(" & "))


def _level(engine: Engine, found: "PublishedChurn") -> Iterator[Finding]:
    row = engine.rows(f"SELECT count(*), avg(churn_probability) FROM {TABLE}")[0]  # noqa: S608
    if not row[0]:
        return
    now, then = float(row[1]), found.level
    if abs(now - then) < max(LEAST_POINTS, LEAST_PART * then):
        return
    then_words = _SAID if found.said is not None else _LEFT
    words = {
        "fitted_on": found.fitted_on.isoformat(),
        "then_zh": then_words.zh,
        "then_en": then_words.en,
        "now_pct": f"{100 * now:.1f}",
        "then_pct": f"{100 * then:.1f}",
    }
    yield Finding(LEVEL_MOVED, MEASURES, int(row[0]), "churn_probability", params=words)
