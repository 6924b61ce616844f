"""Section 6: the contribution, how it is made, how concentrated it is, and tier x contribution."""

from keepwell.reports.desk import Desk
from keepwell.reports.figures import money
from keepwell.reports.numbers import Form, amount_text
from keepwell.reports.page import Block, Cell, Heading, Paragraph, Table
from keepwell.reports.patterns import Pattern
from keepwell.reports.sections.concentration_picture import concentration_picture
from keepwell.reports.sections.contribution_methods import methods
from keepwell.reports.sections.deals import deal_notes
from keepwell.reports.sections.renewals import renewals
from keepwell.reports.sections.table_cells import number_cell, slot_cell, text_cell, words_cell
from keepwell.reports.sections.track_record import past_error, track_record
from keepwell.reports.subject import limit_text
from keepwell.reports.terms import tier_word
from keepwell.reports.text import EMPTY, Join, Line, line, same, words
from keepwell.vocabulary import UNKNOWN_TIER, Bilingual


def contribution(desk: Desk) -> list[Block]:
    """Return the section; without money it says what is missing."""
    title = "六、贡献与集中度" if not desk.contains_score else "六、贡献指数与集中度"
    en = (
        "6. Contribution and concentration"
        if not desk.contains_score
        else "6. Contribution index and concentration"
    )
    blocks: list[Block] = [Heading(words(title, en), anchor="contribution")]
    if not desk.has_money:
        blocks.append(
            Paragraph(
                words(
                    "没有任何客户的成交、商机或经常性金额大于 0，因此没有贡献、集中度与在险金额。",
                    "No account has a won, pipeline or recurring amount above 0, so there is no contribution, concentration or money at risk.",
                )
            )
        )
        return blocks
    blocks.append(Paragraph(_definition(desk)))
    blocks += deal_notes(desk)
    beside = methods(desk)
    if beside is not None:
        blocks.append(Paragraph(beside))
    blocks += track_record(desk)
    blocks += renewals(desk)
    blocks.append(concentration_picture(desk))
    blocks.append(Paragraph(_concentration(desk)))
    blocks.append(_cross_table(desk))
    blocks.append(Paragraph(_low_part(desk)))
    return blocks


def _definition(desk: Desk) -> Line:
    total = money.total(desk)
    unknown: Line | Join = EMPTY
    if desk.n > desk.n_money:
        unknown = line(
            "{n} 家金额未知，不在内{@n}。",
            " Left out, with unknown amounts: {n} {@n}.",
            n=money.unknown_count(desk),
        )
    a = desk.subject.assumptions
    if desk.contains_score:
        return line(
            "**贡献指数** =（{won} × 累计成交 + {pipe} × 在手商机）× 健康分/100，{known} 家合计 {total}{@total}。"
            "它含健康分，也把历史成交当未来，**不是收入预测**，只用来排序。{unknown}",
            "**Contribution index** = ({won} x won to date + {pipe} x open pipeline) x score/100, {total} over "
            "{known} accounts {@total}. It contains the score and treats history as future: **not a revenue "
            "forecast**, used for ranking only.{unknown}",
            denies=(Pattern.FORECAST,),
            won=same(limit_text(a.won_weight)),
            pipe=same(limit_text(a.pipeline_weight)),
            known=same(f"{desk.n_money:,}"),
            total=total,
            unknown=unknown,
        )
    return line(
        "**六个月贡献（run-rate 口径）** = {pace} × {months} × 续存率 {keep}{due}，"
        "{known} 家合计 {total}{@total}。不含健康分；是按声明的假设推算，{error}。{unknown}",
        "**Six-month contribution (run rate)** = {pace} x {months} x retention {keep}{due}, {total} over {known} "
        "accounts {@total}. It does not contain the score; it extrapolates under the stated assumptions, "
        "{error}.{unknown}",
        denies=(Pattern.FORECAST,),
        pace=_pace(desk),
        due=_due(desk),
        months=same(str(a.horizon_months)),
        keep=same(limit_text(a.retention_factor)),
        known=same(f"{desk.n_money:,}"),
        total=total,
        unknown=unknown,
        error=past_error(desk),
    )


def _pace(desk: Desk) -> Line:
    if desk.subject.assumptions.is_recurring:
        return words(
            "当前月度经常性收入（没有成交记录）",
            "current monthly recurring revenue (no won amounts are recorded)",
        )
    return words("月均成交", "monthly won amount")


def _due(desk: Desk) -> Line | Join:
    if not desk.subject.assumptions.has_pipeline:
        return EMPTY
    return words(
        " + 在手商机 × 赢单概率 × 半年内落地的份额",
        " + open pipeline x win probability x share that closes in six months",
    )


def _concentration(desk: Desk) -> Line:
    items: list[Line] = []
    for count in (3, 10):
        if desk.n_money > 2 * count:
            fact = money.top_part(desk, count)
            if fact.is_known:
                items.append(
                    line(
                        "前 {n} 家占 {x}{@x}",
                        ("top" if items else "Top") + " {n} hold {x} {@x}",
                        n=same(str(count)),
                        x=fact,
                    )
                )
    quarter = money.quarter_part(desk)
    if quarter.is_known and desk.n_money >= 8:
        items.append(
            line(
                "前四分之一（{n} 家）占 {x:share}{@n,x}",
                ("top" if items else "Top") + " quarter ({n}) {x:share} {@n,x}",
                n=money.quarter_count(desk),
                x=quarter,
            )
        )
    gini = money.gini_fact(desk)
    if gini.is_known and desk.n_money >= 2:
        items.append(line("基尼系数 {x}{@x}", "Gini {x} {@x}", x=gini))
    if not items:
        return words(
            "有金额的客户太少，不谈集中度。",
            "Too few accounts with amounts to speak of concentration.",
        )
    return line("{items}。", "{items}.", items=Join(tuple(items), Bilingual("，", ", ")))


def _cross_table(desk: Desk) -> Table:
    sql = (
        "SELECT tier, contribution_tier, count(*), sum(contribution_amount) FROM portfolio "
        "WHERE contribution_amount IS NOT NULL GROUP BY tier, contribution_tier"
    )
    found = {
        (r[0], int(r[1])): (int(r[2]), float(r[3])) for r in desk.book.rows(sql) if r[1] is not None
    }
    tiers = [t for t in (*desk.subject.tiers, UNKNOWN_TIER) if any(k[0] == t for k in found)]
    whole = sum(v[1] for v in found.values())
    rows = []
    for tier in tiers:
        held = [found.get((tier, q)) for q in range(1, 5)]
        amount = sum(v[1] for v in held if v)
        rows.append(
            (
                words_cell(tier_word(tier)),
                *(_cross_cell(v) for v in held),
                number_cell(amount, Form.AMOUNT),
                number_cell(amount / whole if whole else None, Form.PART),
            )
        )
    first = money.quarter_count(desk).text("en")
    return Table(
        "tier_by_contribution",
        Bilingual("健康分段 × 贡献层级", "Health tier x contribution tier"),
        (
            Bilingual("健康分段 × 贡献层级", "health x contribution tier"),
            Bilingual(f"一（前 {first} 家）", f"1 (top {first})"),
            Bilingual("二", "2"),
            Bilingual("三", "3"),
            Bilingual("四", "4"),
            Bilingual("合计", "total"),
            Bilingual("占比", "share"),
        ),
        tuple(rows),
        (False, True, True, True, True, True, True),
        query=sql,
    )


def _cross_cell(held: tuple[int, float] | None) -> Cell:
    if held is None:
        return text_cell("—")
    count, amount = held
    return slot_cell(
        Bilingual(
            f"{count:,} 家，{amount_text(amount, 'zh')}", f"{count:,}; {amount_text(amount, 'en')}"
        )
    )


def _low_part(desk: Desk) -> Line:
    part = money.low_part(desk)
    pipeline = money.low_pipeline_part(desk)
    outside: Line | Join = EMPTY
    if pipeline is not None and pipeline.is_known:
        outside = line(
            "不进评分的在手商机，低健康占 {x}{@x}。",
            " Of open pipeline, which is outside the score, the low tier holds {x} {@x}.",
            x=pipeline,
        )
    if not part.is_known or not money.low_total(desk).is_known:
        return words(
            "低健康段没有已知金额，不谈其占比。",
            "No amount is known for the low tier, so its share is not told.",
        )
    if desk.contains_score:
        return line(
            "低健康占指数 {part}{@part}：健康分段之间的指数差别含公式本身，由定义造成，不是发现。{outside}",
            "The low tier holds {part} of the index {@part}: differences between tiers contain the formula "
            "itself, by construction, and are no finding.{outside}",
            part=part,
            outside=outside,
        )
    return line(
        "低健康占贡献 {part}{@part}{shared}。{outside}",
        "The low tier holds {part} of the contribution {@part}{shared}.{outside}",
        part=part,
        shared=_shared(desk),
        outside=outside,
    )


def _shared(desk: Desk) -> Bilingual | Join:
    if not money.is_scored_too(desk):
        return EMPTY
    return Bilingual(
        "；同样的金额也进评分，所以低健康占得少有一部分由定义造成",
        "; the same amounts enter the score, so part of that is by construction",
    )
