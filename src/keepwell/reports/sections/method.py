"""Section 2: how the score is made, what is proxy, quarantined or unknown, what can't be said."""

from keepwell.reports.desk import Desk
from keepwell.reports.dimensions import dimension_word
from keepwell.reports.figures import population
from keepwell.reports.page import Block, Heading, Items, Paragraph, Table
from keepwell.reports.sections.intake import intake
from keepwell.reports.sections.limits import limits
from keepwell.reports.sections.problems import problems
from keepwell.reports.sections.table_cells import text_cell, words_cell
from keepwell.reports.sections.validated import validated
from keepwell.reports.subject import limit_text
from keepwell.reports.terms import clean, tier_word
from keepwell.reports.text import EMPTY, Join, Line, line, same, words
from keepwell.vocabulary import (
    Bilingual,
    MapScale,
    MeasureSource,
    Scorecard,
    ScorecardMeasure,
)

SCALES = {
    "identity": Bilingual("原值（0–1）", "as it is (0–1)"),
    "minmax": Bilingual("最小–最大", "min-max"),
    "log_minmax": Bilingual("对数后最小–最大", "min-max of the logarithm"),
    "sqrt_minmax": Bilingual("开方后最小–最大", "min-max of the square root"),
    "linear": Bilingual("线性", "linear"),
    "percentile": Bilingual("百分位", "percentile"),
    "steps": Bilingual("分档", "steps"),
    "map": Bilingual("类别对照", "category map"),
    "logistic": Bilingual("逻辑曲线", "logistic"),
}
KINDS = {
    "direct": Bilingual("直接字段", "direct column"),
    "events": Bilingual("由明细计算", "computed from records"),
    "proxy": Bilingual("代理指标", "proxy"),
    "missing": Bilingual("无数据", "no data"),
    "model": Bilingual("模型，已验证", "model, validated"),
}
FROM_COLUMNS = Bilingual("由字段计算", "computed from columns")


def _source_word(source: MeasureSource | None) -> Bilingual:
    """Return how a measure came about; account-view columns are columns, not records."""
    if source is None:
        return KINDS["direct"]
    is_view = all(c.startswith(("account_view.", "accounts.")) for c in source.columns)
    return FROM_COLUMNS if source.kind == "events" and is_view else KINDS[source.kind]


def method(desk: Desk) -> list[Block]:
    """Return the section."""
    blocks: list[Block] = [
        Heading(words("二、方法与数据质量", "2. Method and data quality"), anchor="method")
    ]
    for card in desk.subject.cards:
        blocks += [Paragraph(_card_line(card)), Paragraph(validated(desk, card))]
        blocks.append(_card_table(desk, card))
    blocks.append(Paragraph(_coverage(desk)))
    blocks += intake(desk)
    blocks += limits(desk)
    found = problems(desk)
    if found:
        blocks.append(Heading(words("必须先说的问题", "Problems to state first"), level=3))
        blocks.append(Items(tuple(found)))
    return blocks


def _card_line(card: Scorecard) -> Line:
    cuts = list(card.tiers)
    parts: list[Line] = []
    for above, cut in zip([None, *cuts[:-1]], cuts, strict=True):
        low, tier = same(limit_text(cut.min)), tier_word(cut.tier)
        if above is None:
            parts.append(line("{low} 分起为{tier}", "{low} and over {tier}", low=low, tier=tier))
        else:
            high = same(limit_text(above.min))
            parts.append(
                line(
                    "{low} 至不满 {high} 分为{tier}",
                    "{low} to below {high} {tier}",
                    low=low,
                    high=high,
                    tier=tier,
                )
            )
    return line(
        "**评分卡** {name} 第 {version} 版，满分 100：{cuts}。已知指标不足权重 {floor} % 的客户不分段。",
        "**Scorecard** {name} version {version}, 100 points in all: {cuts}. An account whose known measures "
        "cover less than {floor} % of the weight gets no tier.",
        name=clean(card.scorecard),
        version=same(str(card.version)),
        cuts=Join(tuple(parts)),
        floor=same(limit_text(card.min_coverage * 100)),
    )


def _known_text(desk: Desk, item: ScorecardMeasure, source: MeasureSource | None) -> str:
    """Return known / never / unknown accounts; a category that the card lacks is unknown."""
    if source is None:
        return "—"
    unread = 0
    if isinstance(item.scale, MapScale) and desk.has(f"{item.measure}__scaled"):
        rows = desk.book.rows(
            f'SELECT count(*) FROM portfolio WHERE "{item.measure}" IS NOT NULL '
            f'AND "{item.measure}__scaled" IS NULL'
        )
        unread = int(rows[0][0])
    return f"{source.known - unread:,} / {source.never:,} / {source.unknown + unread:,}"


def _card_table(desk: Desk, card: Scorecard) -> Table:
    weights = card.micro_weights()
    rows = []
    for dim in card.dimensions:
        for item in dim.measures:
            source = desk.subject.sources.get(item.measure)
            known = _known_text(desk, item, source)
            rows.append(
                (
                    words_cell(dimension_word(dim.dimension)),
                    words_cell(desk.subject.label(item.measure)),
                    text_cell(
                        limit_text(round(weights[item.measure] / 1e6, 1)),
                        weights[item.measure] / 1e6,
                    ),
                    words_cell(SCALES[item.scale.kind]),
                    words_cell(_source_word(source)),
                    text_cell(known),
                )
            )
    return Table(
        f"scorecard_{card.scorecard}",
        Bilingual("评分卡", "Scorecard"),
        (
            Bilingual("维度", "dimension"),
            Bilingual("指标", "measure"),
            Bilingual("分值", "points"),
            Bilingual("刻度", "scale"),
            Bilingual("来源", "source"),
            Bilingual("已知 / 从未 / 未知", "known / never / unknown"),
        ),
        tuple(rows),
        (False, False, True, False, False, True),
    )


def _coverage(desk: Desk) -> Line:
    full = population.full_coverage(desk)
    mean = population.mean_coverage(desk)
    proxies = [s for s in desk.subject.sources.values() if s.kind == "proxy"]
    scored = {m.measure for c in desk.subject.cards for m in c.measures}
    held = [s for s in proxies if s.measure in scored]
    used = tuple(desk.subject.label(s.measure) for s in held)
    notes = tuple({s.note.en: s.note for s in held if s.note}.values())
    proxy = (
        line(
            "代理指标：{names}。{notes}",
            "Proxies: {names}. {notes}",
            names=Join(used),
            notes=Join(notes),
        )
        if used
        else words("评分中没有代理指标。", "No proxy enters the score.")
    )
    return line(
        "**覆盖率**：评分指标全部已知的客户 {full:full}{@full}，平均覆盖率 {mean}{@mean}。{proxy}{override}",
        "**Coverage**: every measure of the score is known for {full:full} {@full}; mean coverage {mean} {@mean}. {proxy}{override}",
        full=full,
        mean=mean,
        proxy=proxy,
        override=_overrides(desk),
    )


def _overrides(desk: Desk) -> Line | Join:
    if not desk.has("has_override"):
        return EMPTY
    count = population.overrides(desk)
    if not count.value:
        return EMPTY
    return line(
        "{count:acc}有人工覆盖{@count}：占比、矩阵与策略按分数分段，优先名单按覆盖后的分段。",
        " {count:acc} with a person's override {@count}: shares, matrix and strategies use the tier of the "
        "score, the priority list the tier after it.",
        count=count,
    )
