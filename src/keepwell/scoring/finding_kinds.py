"""The kinds of findings that scoring can make, with their words and cures in both languages."""

from keepwell.vocabulary import Action, Bilingual, FindingKind, Severity


def _warning(code: str, message: Bilingual, cure: Bilingual) -> FindingKind:
    return FindingKind(code, Severity.WARNING, Action.WARNED, message, cure)


def _info(code: str, message: Bilingual, cure: Bilingual) -> FindingKind:
    return FindingKind(code, Severity.INFO, Action.WARNED, message, cure)


VALUE_CLIPPED = _info(
    "value_clipped",
    Bilingual(
        zh="{count} 个客户的 {column} 超出评分卡 {scorecard} 的界限 {low} 至 {high}"
        "（低于 {below} 个，高于 {above} 个），按界限值计分。",
        en="{count} accounts have {column} outside the bounds {low} to {high} of scorecard "
        "{scorecard} ({below} below, {above} above); they score as if at the bound.",
    ),
    Bilingual(
        zh="如果界限已经过时，请运行 `keepwell run --refit` 重新拟合。",
        en="If the bounds are out of date, refit them: `keepwell run --refit`.",
    ),
)
CATEGORY_UNMAPPED = _warning(
    "category_unmapped",
    Bilingual(
        zh="{count} 个客户的 {column} 为“{category}”，"
        "评分卡 {scorecard} 未列出该类别，按未知处理。",
        en="{count} accounts have {column} `{category}`, which scorecard {scorecard} does not "
        "list; it counts as unknown.",
    ),
    Bilingual(
        zh="在 scorecards/{scorecard}.yml 中为它赋值，或在 keepwell.yml 中映射到已有类别"
        "（最接近：{nearest}）。",
        en="Give it a value in scorecards/{scorecard}.yml, or map it to a listed category in "
        "keepwell.yml (nearest: {nearest}).",
    ),
)
MEASURE_CONSTANT = _warning(
    "measure_constant",
    Bilingual(
        zh="{column} 在全部 {count} 个已知客户中取值相同（{value}），在评分卡 {scorecard} "
        "中统一记为 0.5，无法区分客户。",
        en="{column} has one value ({value}) for all {count} accounts where it is known; in "
        "scorecard {scorecard} it scales to 0.5 and tells no account from another.",
    ),
    Bilingual(
        zh="检查该列的来源；如确无差异，请从评分卡中移除该指标。",
        en="Check where the column comes from; if it truly never varies, take the measure out of "
        "the scorecard.",
    ),
)
MEASURE_SQUASHED = _warning(
    "measure_squashed",
    Bilingual(
        zh="{column} 几乎没有区分度：{count} 个客户（{share_pct}%）落在 min-max 区间 {low} 至 "
        "{high} 一端的十分之一内，个别极端值压缩了其余客户。",
        en="{column} hardly spreads: {count} accounts ({share_pct} %) lie in one outer tenth "
        "of the min-max range {low} to {high}; a few extremes squeeze all others together.",
    ),
    Bilingual(
        zh="改用 `kind: percentile`（robust 评分卡即如此），或自行给定 `min:` 与 `max:`。",
        en="Use `kind: percentile` (as the robust scorecard does), or give `min:` and `max:`.",
    ),
)
MEASURE_UNFITTED = _warning(
    "measure_unfitted",
    Bilingual(
        zh="评分卡 {scorecard} 拟合时 {column} 没有数据，因此没有界限；现有 {count} 个客户有值，"
        "按未知处理。",
        en="Scorecard {scorecard} was fitted when {column} had no data, so it has no bounds; the "
        "{count} accounts that have a value now count as unknown.",
    ),
    Bilingual(zh="运行 `keepwell run --refit`。", en="Run `keepwell run --refit`."),
)
MEASURE_UNKNOWN = _warning(
    "measure_unknown",
    Bilingual(
        zh="{column} 对全部 {count} 个客户均未知，它在评分卡 {scorecard} 中 {weight_pct}% 的权重"
        "按其策略（{policy}）处理。",
        en="{column} is unknown for all {count} accounts; its {weight_pct} % of scorecard "
        "{scorecard} follows its policy ({policy}).",
    ),
    Bilingual(
        zh="在 keepwell.yml 中映射提供该指标的列，或从评分卡中移除该指标。",
        en="Map a column that provides it in keepwell.yml, or take it out of the scorecard.",
    ),
)
MEASURE_IS_PROXY = _info(
    "measure_is_proxy",
    Bilingual(
        zh="{count} 个客户的 {column} 由代理指标代替（{columns}），占评分卡 {scorecard} "
        "{weight_pct}% 的权重。",
        en="For {count} accounts {column} is a proxy (from {columns}); it carries {weight_pct} % "
        "of scorecard {scorecard}.",
    ),
    Bilingual(
        zh="如有真实数据，请在 keepwell.yml 中映射；否则解读分数时请注意这一替代。",
        en="Map the real data in keepwell.yml if you have it; else read the score with this in "
        "mind.",
    ),
)
DIRECTION_DIFFERS = _warning(
    "direction_differs",
    Bilingual(
        zh="评分卡 {scorecard} 对 {column} 的方向设为 {given}，而指标目录为 {usual}；"
        "受影响客户 {count} 个。",
        en="Scorecard {scorecard} takes {column} as {given}, but the catalogue says {usual}; "
        "{count} accounts are scored this way.",
    ),
    Bilingual(
        zh="如非有意，请在 scorecards/{scorecard}.yml 中写明 `direction: {usual}`。",
        en="Unless you mean it, write `direction: {usual}` in scorecards/{scorecard}.yml.",
    ),
)
COVERAGE_LOW = _warning(
    "coverage_low",
    Bilingual(
        zh="{count} 个客户的覆盖率低于 {floor_pct}%，健康分段记为“未知”。",
        en="{count} accounts have less than {floor_pct} % coverage; their tier is `unknown`.",
    ),
    Bilingual(
        zh="补充未知指标的数据，或调低评分卡 {scorecard} 的 `min_coverage`。",
        en="Provide data for the unknown measures, or lower `min_coverage` of scorecard "
        "{scorecard}.",
    ),
)
NO_SCORECARD = _warning(
    "no_scorecard",
    Bilingual(
        zh="{count} 个客户不符合任何评分卡的 `when` 条件，没有健康分。",
        en="{count} accounts meet the `when` of no scorecard and have no score.",
    ),
    Bilingual(
        zh="在 keepwell.yml 的 `scorecards` 末尾添加一个不带 `when` 的评分卡。",
        en="Add a scorecard without `when` at the end of `scorecards` in keepwell.yml.",
    ),
)
SCORECARD_REFITTED = _info(
    "scorecard_refitted",
    Bilingual(
        zh="评分卡 {scorecard} 已重新拟合为第 {version} 版，"
        "{count} 个指标的界限发生变化：{drift}。",
        en="Scorecard {scorecard} was refitted as version {version}; the bounds of {count} "
        "measures moved: {drift}.",
    ),
    Bilingual(
        zh="与此前版本的分数不可直接比较；`keepwell explain` 会单列评分卡变化的影响。",
        en="Scores of earlier versions do not compare directly; `keepwell explain` shows the part "
        "that the scorecard changed.",
    ),
)
OVERRIDE_WITHOUT_ACCOUNT = _warning(
    "override_without_account",
    Bilingual(
        zh="{count} 条人工覆盖对应的客户不在本次数据中。",
        en="Overrides whose account is not in this data: {count}.",
    ),
    Bilingual(
        zh="核对客户编号，或结束该覆盖。",
        en="Check the account id, or end the override.",
    ),
)
SCORECARD_UNUSED = _info(
    "scorecard_unused",
    Bilingual(
        zh="评分卡 {scorecard} 未应用于任何客户（匹配 {count} 个），本次未拟合。",
        en="Scorecard {scorecard} applies to no account (matches: {count}) and was not fitted.",
    ),
    Bilingual(
        zh="检查 keepwell.yml 中它的 `when` 条件，以及排在它之前的评分卡。",
        en="Check its `when` in keepwell.yml and the scorecards listed before it.",
    ),
)
