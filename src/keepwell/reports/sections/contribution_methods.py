"""The other forecast methods beside the headline, and how far their rankings agree."""

import numpy as np

from keepwell.outlook import Figure, agreement_figures
from keepwell.reports.desk import Desk
from keepwell.reports.facts import Fact
from keepwell.reports.figures import deals
from keepwell.reports.numbers import Form
from keepwell.reports.rules import may_correlate
from keepwell.reports.text import EMPTY, Join, Line, line, same
from keepwell.vocabulary import Bilingual


def _sum(desk: Desk, key: str, label: Bilingual, column: str) -> Fact | None:
    if not desk.has(column):
        return None
    fact = desk.book.total(key, label, column)
    return fact if fact.is_known else None


def methods(desk: Desk) -> Line | None:
    """Return the other method beside the headline, and how far the two rankings agree."""
    other = "run_rate_amount" if desk.contains_score else "weighted_amount"
    label = (
        Bilingual("run-rate 口径六个月合计", "run rate, six months, total")
        if desk.contains_score
        else Bilingual("贡献指数合计", "contribution index, total")
    )
    total = _sum(desk, f"method:{other}", label, other)
    if total is None:
        return None
    beside = _naive(desk)
    if desk.contains_score:
        text = line(
            "**run-rate 口径**（月均成交 × {m} + 商机 × 赢单率）合计 {total}{@total}{parts}；没有日期，给不出误差。{naive}{ranks}",
            "**Run rate** (monthly won amount x {m} + pipeline x win rate) totals {total} {@total}{parts}; no dates, "
            "so no error can be given.{naive}{ranks}",
            m=same(str(desk.subject.assumptions.horizon_months)),
            total=total,
            parts=_run_rate_parts(desk),
            naive=beside,
            ranks=_ranks(desk, other),
        )
    else:
        text = line(
            "**贡献指数**（含健康分，只用来排序）合计 {total}{@total}。{naive}{ranks}",
            "**Contribution index** (contains the score, for ranking only) totals {total} {@total}.{naive}{ranks}",
            total=total,
            naive=beside,
            ranks=_ranks(desk, other),
        )
    return text


def _naive(desk: Desk) -> Line | Join:
    naive = deals.naive_total(desk)
    if naive is None:
        return EMPTY
    return line(
        "“与过去六个月相同”合计 {naive}（n = {n}）{@naive}。",
        ' "Same as the last six months" totals {naive} (n = {n}) {@naive}.',
        naive=naive,
        n=same(f"{naive.n:,}"),
    )


def _run_rate_parts(desk: Desk) -> Line | Join:
    pace = deals.pace_total(desk) if desk.has("pace_amount") else None
    due = _sum(
        desk,
        "method:due",
        Bilingual("其中在手商机 × 赢单率", "of which open pipeline x win rate"),
        "due_pipeline_amount",
    )
    if pace is None or not pace.is_known or due is None:
        return EMPTY
    return line(
        "，其中存量 {pace}、商机 {due}{@pace,due}",
        ", of which {pace} pace and {due} pipeline {@pace,due}",
        pace=pace,
        due=due,
    )


def _ranks(desk: Desk, other: str) -> Line | Join:
    sql = (
        f"SELECT contribution_amount, {other} FROM portfolio "
        f"WHERE contribution_amount IS NOT NULL AND {other} IS NOT NULL ORDER BY account_id"
    )
    rows = desk.book.rows(sql)
    left = np.array([float(r[0]) for r in rows])
    right = np.array([float(r[1]) for r in rows])
    ranks, overlap = agreement_figures(left, right)
    if len(rows) < 10 or ranks.value is None:
        return EMPTY
    shared = ("total_won_amount", "current_pipeline_amount")
    if may_correlate(shared, shared):
        return EMPTY
    rank = desk.book.keep(
        Fact(
            "method:ranks",
            Bilingual("两口径排序一致程度（Spearman）", "agreement of the two rankings (Spearman)"),
            ranks.value,
            Form.RATIO,
            f"spearman(contribution_amount, {other})",
            ranks.n,
            is_by_construction=True,
            is_sql=False,
        )
    )
    return line(
        "两口径的排序一致程度 {rank}，前 {quarter} 家里两边都有的 {overlap} 家（输入相同，由定义造成）{@rank,overlap}。",
        " The two rankings agree at {rank}, and {overlap} of the top {quarter} accounts are the same (shared inputs, "
        "by construction) {@rank,overlap}.",
        rank=rank,
        overlap=_overlap(desk, overlap, other),
        quarter=same(f"{overlap.hits or 0:,}"),
    )


def _overlap(desk: Desk, found: Figure, other: str) -> Fact:
    """Return how many accounts stand in the top quarter of both methods."""
    return desk.book.keep(
        Fact(
            "method:overlap",
            Bilingual("两口径前四分之一重合的户数", "accounts in the top quarter of both methods"),
            found.value,
            Form.COUNT,
            f"top_quarter(contribution_amount) and top_quarter({other})",
            found.hits or 0,
            is_by_construction=True,
            is_sql=False,
        )
    )
