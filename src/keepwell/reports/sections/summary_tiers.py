"""Summary candidates on the tier line and the risk matrix."""

from keepwell.reports.desk import Desk
from keepwell.reports.figures import cells, population
from keepwell.reports.patterns import Pattern
from keepwell.reports.rules import may_call_hot_spot
from keepwell.reports.sections.candidate import Candidate
from keepwell.reports.subject import limit_text
from keepwell.reports.text import EMPTY, Join, Line, line, same


def brittle_line(desk: Desk) -> Candidate | None:
    """Return the share of accounts that stand within two points of the low line."""
    if len(desk.subject.tiers) < 2 or not desk.subject.has_one_line:
        return None
    near = population.near_low_line(desk)
    if near.value is None or near.value < 0.1 or near.n < 10:
        return None
    text = line(
        "**{line} 分线很脆。**{near:full}离线不到 2 分{@near}{firm}。分数回到线上，不等于客户好转。",
        "**The {line}-point line is brittle.** {near:full} sit within two points of it {@near}{firm}. "
        "A score back over the line is no proof of rescue.",
        claims=(Pattern.TREND,),
        line=same(limit_text(desk.subject.low_line)),
        near=near,
        firm=_firm(desk),
    )
    return Candidate("line", 0.2 + near.value, text)


def _firm(desk: Desk) -> Line | Join:
    low = population.low_share(desk)
    if not desk.has("is_firm_low") or not low.k:
        return EMPTY
    firm = population.firm_low(desk)
    return line(
        "；低健康客户中换用各种合理算法仍低的是 {firm:full}{@firm}",
        "; of the low accounts {firm:full} stay low under every tried choice of scale and weight {@firm}",
        firm=firm,
    )


def where_to_send_people(desk: Desk) -> Candidate | None:
    """Return the cell that stands after adjustment, or that none does."""
    found = cells.matrix(desk)
    low = population.low_share(desk)
    if found is None or len(found.cells) < 2 or not low.k:
        return None
    p = cells.cell_p_fact(desk, found.cells)
    if p is None:
        return None
    all_cells, large = cells.cell_counts(desk)
    standing = [
        c
        for c in found.cells
        if may_call_hot_spot(c.scored, c.holm_p)
        and (c.low_share or 0.0) > (found.whole.low_share or 0.0)
    ]
    if standing:
        first = min(standing, key=lambda c: (c.holm_p or 0.0, -(c.low_share or 0.0)))
        share = cells.cell_fact(desk, first)
        text = line(
            "**低健康集中在{name}**：{share:full}{@share}，{cells} 格逐格与其余比较，校正后最小 p {p:eq}{@cells,p}。",
            "**Low health is concentrated in {name}**: {share:full} {@share}; each of {cells} cells against the "
            "rest, smallest adjusted p {p:eq} {@cells,p}.",
            claims=(Pattern.HOT_SPOT,),
            name=cells.cell_name(first),
            share=share,
            cells=all_cells,
            p=p,
        )
        return Candidate("cells", 0.75, text)
    text = line(
        "**不能按行业与规模的格子派人。**{cells} 个有客户的格子里 {large} 个满 {min} 家{@cells,large}；"
        "逐格与其余客户比较，校正后最小 p {p:eq}（n = {n}）{@p}，没有一格站得住。",
        "**Do not deploy by industry and size.** Of {cells} cells with accounts {large} have {min} or more "
        "{@cells,large}; each cell against the rest, smallest adjusted p {p:eq} (n = {n}) {@p}. No cell stands.",
        denies=(Pattern.HOT_SPOT,),
        cells=all_cells,
        large=large,
        min=same(str(max(desk.subject.grades.minimum_accounts, 10))),
        p=p,
        n=same(f"{p.n:,}"),
    )
    return Candidate("cells", 0.35, text)
