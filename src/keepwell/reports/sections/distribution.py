"""Section 3: how the scores are spread, tier by tier, and which dimension spreads them."""

from math import floor

from keepwell.reports.charts import Caption, ScoreBin, distribution_chart, in_both, in_narrow
from keepwell.reports.charts.distribution import TierLabel, shows_counts
from keepwell.reports.charts.frame import Spec
from keepwell.reports.desk import Desk
from keepwell.reports.dimensions import dimension_word
from keepwell.reports.facts import Fact
from keepwell.reports.figures import population
from keepwell.reports.page import Block, Heading, Paragraph, Picture
from keepwell.reports.palette import Palette
from keepwell.reports.rules import MINIMUM_N
from keepwell.reports.subject import limit_text
from keepwell.reports.terms import opening, tier_word
from keepwell.reports.text import EMPTY, Data, Join, Line, line, same, words
from keepwell.vocabulary import MICRO_PER_POINT, TIER_LABELS, UNKNOWN_TIER, Bilingual, Lang

BIN, NARROW_BIN = 2, 5


def distribution(desk: Desk) -> list[Block]:
    """Return the section; without any score it says so."""
    blocks: list[Block] = [
        Heading(words("三、健康分分布", "3. Score distribution"), anchor="distribution")
    ]
    lowest = population.score_statistic(desk, "min")
    if not lowest.is_known:
        blocks.append(
            Paragraph(
                words(
                    "没有一家客户有健康分，因此没有分布可画。",
                    "No account has a health score, so there is no distribution to draw.",
                )
            )
        )
        return blocks
    blocks.append(picture(desk))
    blocks.append(Paragraph(_levels(desk)))
    blocks.append(Paragraph(_tiers(desk)))
    spread = _spread(desk)
    if spread is not None:
        blocks.append(Paragraph(spread))
    return blocks


def _levels(desk: Desk) -> Line:
    mean, median, lowest, highest = (
        population.score_statistic(desk, which) for which in ("avg", "median", "min", "max")
    )
    if mean.n == 1:
        return line(
            "只有一家客户有健康分：{score}{@score}。",
            "One account has a score: {score} {@score}.",
            score=mean,
        )
    return line(
        "平均 {mean}，中位 {median}，最低 {lowest}，最高 {highest}（n = {n}；分数只截断、不进位）{@mean,median,lowest,highest}。",
        "Mean {mean}, median {median}, lowest {lowest}, highest {highest} (n = {n}; scores are truncated, never "
        "rounded up) {@mean,median,lowest,highest}.",
        mean=mean,
        median=median,
        lowest=lowest,
        highest=highest,
        n=same(f"{mean.n:,}"),
    )


def _tiers(desk: Desk) -> Line:
    shares = [(t, population.tier_share(desk, t)) for t in reversed(desk.subject.tiers)]
    unknown = population.unknown_share(desk)
    if unknown.k:
        shares.append((UNKNOWN_TIER, unknown))
    items = tuple(
        line(
            "{tier} {share:full}{@share}",
            "{tier} {share:full} {@share}",
            tier=tier_word(t) if place else opening(tier_word(t)),
            share=s,
        )
        for place, (t, s) in enumerate(shares)
    )
    small = tuple(tier_word(t) for t, s in shares if s.k is not None and 0 < s.k < MINIMUM_N)
    note: Line | Join = EMPTY
    if small:
        note = line(
            "{names}不足 {n} 家，以下不对其作任何归纳。",
            " Fewer than {n} accounts are {names}; nothing general is said about them.",
            names=Join(small, Bilingual("与", " or ")),
            n=same(str(MINIMUM_N)),
        )
    return line(
        "{items}。{note}", "{items}.{note}", items=Join(items, Bilingual("；", "; ")), note=note
    )


def _spread(desk: Desk) -> Line | None:
    pairs: list[tuple[Bilingual, Fact]] = []
    for name in population.dimension_names(desk):
        fact = population.variance_share(desk, name, dimension_word(name))
        if fact.is_known:
            pairs.append((dimension_word(name), fact))
    if len(pairs) < 2 or pairs[0][1].n < MINIMUM_N:
        return None
    pairs.sort(key=lambda p: -(p[1].value or 0.0))
    items = tuple(
        line("{name} {share}{@share}", "{name} {share} {@share}", name=n, share=f) for n, f in pairs
    )
    return line(
        "分数差异来自{items}（占分数方差，由定义造成）。",
        "Share of the score's variance, by construction: {items}.",
        items=Join(items),
    )


def bins_of(desk: Desk, points: int = BIN) -> list[ScoreBin]:
    """Return the bins of so many points, cut where a tier begins."""
    cuts = [c.min for c in desk.subject.cards[0].tiers]
    edges = sorted({float(e) for e in range(0, 101, points)} | set(cuts) | {100.0})
    sql = (
        "SELECT score_micro, count(*) "
        "FROM portfolio WHERE score_micro IS NOT NULL AND tier <> 'unknown' GROUP BY ALL"
    )
    counts: dict[int, int] = {}
    for micro, count in desk.book.rows(sql):
        points = micro / MICRO_PER_POINT
        place = max(i for i, e in enumerate(edges[:-1]) if e <= points)
        counts[place] = counts.get(place, 0) + int(count)
    tiers = list(desk.subject.cards[0].tiers)

    def tier_at(start: float) -> str:
        return next(t.tier for t in tiers if start >= t.min)

    return [
        ScoreBin(edges[i], edges[i + 1], n, tier_at(edges[i])) for i, n in sorted(counts.items())
    ]


def picture(desk: Desk) -> Picture:
    """Return the picture with its title sentence."""
    title = _title(desk)
    binned = {points: _binned(desk, points) for points in (BIN, NARROW_BIN)}

    def draw(lang: Lang, palette: Palette, *, is_narrow: bool = False) -> Spec:
        axis = ("健康分", "客户数") if lang == "zh" else ("Health score", "Accounts")
        bins, note = binned[NARROW_BIN if is_narrow else BIN]
        return distribution_chart(
            Caption(title.plain(lang), note.plain(lang)),
            bins,
            _labels(desk, lang),
            [c.min for c in desk.subject.cards[0].tiers if c.min > 0],
            axis,
            palette,
            is_narrow=is_narrow,
        )

    return Picture("score_distribution", title, in_both(draw), in_narrow(draw))


def _binned(desk: Desk, points: int) -> tuple[list[ScoreBin], Line]:
    """Return the bins of so many points with the note under their picture."""
    bins = bins_of(desk, points)
    counts = (
        Bilingual("，柱顶为户数", ", with the number of accounts") if shows_counts(bins) else EMPTY
    )
    note = line(
        "n = {n}，{card} 评分卡。虚线为分段线；每格 {bin} 分{counts}。",
        "n = {n}, scorecard {card}. Dashed: tier lines; bars of {bin} points{counts}.",
        n=same(f"{population.score_statistic(desk, 'avg').n:,}"),
        card=Data(desk.subject.scorecard_text()),
        bin=same(str(points)),
        counts=counts,
    )
    return bins, note


def _title(desk: Desk) -> Line:
    near = population.near_low_line(desk)
    cut = same(limit_text(desk.subject.low_line))
    if (
        len(desk.subject.tiers) > 1
        and near.k is not None
        and near.n >= MINIMUM_N
        and (near.value or 0) >= 0.2
    ):
        return line(
            "分数挤在 {cut} 分线上：{near:n} 家离线不到 2 分",
            "Scores crowd at the {cut}-point line: {near:n} accounts within two points of it",
            cut=cut,
            near=near,
            is_cited=False,
        )
    low = population.low_share(desk)
    return line(
        "健康分分布：{low:n} 家低健康",
        "Score distribution: {low:n} accounts in the low tier",
        low=low,
        is_cited=False,
    )


def _labels(desk: Desk, lang: Lang) -> list[TierLabel]:
    labels = []
    end = 100.0
    for cut in desk.subject.cards[0].tiers:
        fact = population.tier_share(desk, cut.tier)
        word = TIER_LABELS.get(cut.tier)
        name = word.text(lang) if word else cut.tier
        text = f"{name} {fact.k:,} 家" if lang == "zh" else f"{name} {fact.k:,}"
        if end - cut.min >= 8:
            labels.append(TierLabel(cut.tier, text, float(floor(cut.min)), end))
        end = cut.min
    return labels
