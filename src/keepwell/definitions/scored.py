"""Scorecards as definitions: who a card is for, its weights, overrides, scores with their parts."""

import re
from collections.abc import Mapping, Sequence

from sqlglot import exp

from keepwell.definitions.definition import Definition, portable, select_of, view_name
from keepwell.definitions.measured import CUSTOMERS, MEASURES
from keepwell.definitions.weights import missing_patterns, weights_definition
from keepwell.measures import CATALOG, MeasurePlan
from keepwell.scoring import (
    CardUse,
    Layout,
    layout_of,
    score_select,
    unmatched_select,
    use_condition,
    use_select,
)
from keepwell.vocabulary import SCORE_COLUMNS, SQL_TYPES, TABLES, Bilingual, Scorecard

SCORES = "scores"
OVERRIDES = "overrides"
INPUT = "scoring_input"
_PLAIN = re.compile(r"[A-Za-z0-9_]+\Z")


def score_definitions(
    uses: Sequence[CardUse],
    plan: MeasurePlan,
    seen: Mapping[str, Sequence[int]],
    overrides: Sequence[tuple[str, str]],
) -> tuple[Definition, ...]:
    """Return the definitions from measures to `scores`; `uses` hold fitted cards.

    `seen`:      patterns of missing measures that a run found, by card.
    `overrides`: account and tier of each override in force.
    """
    layout = layout_of([u.card for u in uses])
    is_one = len(uses) == 1 and uses[0].when is None
    source = MEASURES if is_one else INPUT
    made = [_overrides(overrides)] if is_one else [_input(uses, plan), _overrides(overrides)]
    selects = []
    for number, use in enumerate(uses, start=1):
        name = _slug(use.card, number)
        weights = f"weights_{name}"
        patterns = missing_patterns(use.card, plan.available, seen.get(use.card.scorecard, ()))
        made.append(weights_definition(use.card, weights, patterns))
        text = score_select(
            use.card,
            (),
            measures_table=view_name(source),
            where=None if is_one else use_condition(number),
            overrides_table=view_name(OVERRIDES),
            layout=layout,
            weights_table=view_name(weights),
        )
        scores = SCORES if is_one else f"{SCORES}_{name}"
        made.append(Definition(scores, _about(use.card), portable(text), notes=_notes(layout)))
        selects.append(scores)
    if not is_one:
        made += [_unmatched(layout), _union(selects, layout)]
    return tuple(made)


def _input(uses: Sequence[CardUse], plan: MeasurePlan) -> Definition:
    measures = {"account_id": "VARCHAR"}
    for m, _ in plan.chosen:
        measures[m.name] = "VARCHAR" if m.is_category else "DOUBLE"
        measures[m.never_column] = "BOOLEAN"
    accounts = {c.name: SQL_TYPES[c.kind] for c in TABLES["accounts"].columns}
    text = use_select(
        uses,
        measures,
        accounts,
        measures_table=view_name(MEASURES),
        accounts_table=view_name(CUSTOMERS),
    )
    cards = ", ".join(f"{n} {u.card.scorecard}" for n, u in enumerate(uses, start=1))
    about = Bilingual(
        f"每家客户适用的评分卡（scorecard_use，0 为没有）：{cards}。",
        f"Which scorecard applies to a customer (scorecard_use, 0 for none): {cards}.",
    )
    return Definition(INPUT, about, select_of(text))


def _overrides(overrides: Sequence[tuple[str, str]]) -> Definition:
    about = Bilingual(
        "人工覆盖的分段。可换成自己的表。", "Tiers that people set by hand. A table may stand in."
    )
    if overrides:
        rows = [
            f"{_text(account)} AS account_id, {_text(tier)} AS tier" for account, tier in overrides
        ]
        lines = [f"SELECT {rows[0]}", *(f"UNION ALL SELECT {row}" for row in rows[1:])]
        return Definition(OVERRIDES, about, lines=tuple(lines))
    text = (
        f"SELECT account_id, CAST(NULL AS VARCHAR) AS tier FROM {view_name(CUSTOMERS)} "  # noqa: S608
        "WHERE 1 = 0"
    )
    return Definition(OVERRIDES, about, portable(text))


def _unmatched(layout: Layout) -> Definition:
    text = unmatched_select(
        layout, view_name(OVERRIDES), measures_table=view_name(INPUT), where=use_condition(0)
    )
    about = Bilingual("没有适用评分卡的客户。", "Customers to which no scorecard applies.")
    return Definition(f"{SCORES}_without_card", about, portable(text))


def _union(parts: Sequence[str], layout: Layout) -> Definition:
    columns = ", ".join((*layout.score_columns, *layout.contribution_columns[1:]))
    every = (view_name(p) for p in (*parts, f"{SCORES}_without_card"))
    text = " UNION ALL ".join(f"SELECT {columns} FROM {view}" for view in every)  # noqa: S608
    about = Bilingual("所有客户的健康分。", "The scores of all customers.")
    return Definition(SCORES, about, portable(text), notes=_notes(layout))


def _notes(layout: Layout) -> dict[str, tuple[Bilingual, ...]]:
    notes: dict[str, tuple[Bilingual, ...]] = {
        c.name: (Bilingual(_SCORE_ZH[c.name], c.meaning),) for c in SCORE_COLUMNS
    }
    for name in layout.measures:
        label = CATALOG[name].label
        notes[f"{name}__scaled"] = (
            Bilingual(f"{label.zh}：折算后的占比 0-1", f"{label.en}: scaled share 0-1"),
        )
        notes[f"{name}__weight"] = (
            Bilingual(f"{label.zh}：实际权重，微分", f"{label.en}: weight in force, micro-points"),
        )
        notes[f"{name}__micro"] = (
            Bilingual(f"{label.zh}：贡献，微分", f"{label.en}: contribution, micro-points"),
        )
    for name in layout.dimensions:
        notes[f"{name}__micro"] = (
            Bilingual(
                f"维度 {name} 的贡献，微分", f"contribution of dimension {name}, micro-points"
            ),
        )
    return notes


_SCORE_ZH = {
    "account_id": "客户编号，与数据源一致",
    "scorecard": "适用的评分卡",
    "scorecard_version": "拟合后的版本",
    "score_micro": "健康分，单位为百万分之一分；全部未知时为空",
    "coverage": "设计权重中建立在已知指标上的比例 0-1",
    "tier": "仅由分数决定的分段：high、medium、low 或 unknown",
    "effective_tier": "计入生效中的人工覆盖之后的分段",
    "has_override": "有生效中的人工覆盖",
}


def _about(card: Scorecard) -> Bilingual:
    tiers = ", ".join(f"{t.tier} >= {t.min:g}" for t in card.tiers)
    floor = f"{card.min_coverage:.0%}"
    return Bilingual(
        f"评分卡 {card.scorecard} 第 {card.version} 版：折算、缺失组合、权重、贡献、合计。"
        f"分段：{tiers}；覆盖率低于 {floor} 为 unknown。{card.note}",
        f"Scorecard {card.scorecard} version {card.version}: scales, what is missing, weights, "
        f"contributions, total. Tiers: {tiers}; unknown below a coverage of {floor}. {card.note}",
    )


def _slug(card: Scorecard, number: int) -> str:
    return card.scorecard.lower() if _PLAIN.match(card.scorecard) else f"card_{number}"


def _text(text: str) -> str:
    return exp.Literal.string(text).sql("duckdb")
