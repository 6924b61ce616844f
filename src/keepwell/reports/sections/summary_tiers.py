"""Summary candidates on the tier line and the risk matrix."""

from keepwell.outlook import MatrixRow
from keepwell.reports.desk import Desk
from keepwell.reports.dimensions import dimension_word
from keepwell.reports.facts import Fact
from keepwell.reports.figures import cells, choices, money, population
from keepwell.reports.patterns import Pattern
from keepwell.reports.rules import MINIMUM_N
from keepwell.reports.sections import method_choice
from keepwell.reports.sections.candidate import Candidate
from keepwell.reports.subject import limit_text
from keepwell.reports.text import EMPTY, Join, Line, by_count, line, same
from keepwell.vocabulary import Bilingual

MOST_LOOKED_THROUGH = 20
MOSTLY_FIRM = 0.8


def brittle_line(desk: Desk) -> Candidate | None:
    """Return the share of accounts that stand within two points of the low line."""
    if len(desk.subject.tiers) < 2 or not desk.subject.has_one_line:
        return None
    near = population.near_low_line(desk)
    if near.value is None or near.value < 0.1 or near.n < 10:
        return None
    unsure = choices.depends_on_method(desk)
    firm: Line | Join = _firm(desk)
    weight = 0.2 + near.value
    if unsure is not None:
        tail = method_choice.choice_tail(desk, unsure, method_choice.IN_SUMMARY)
        firm = line("；{tail}", "; {tail}", tail=tail)
        weight = max(weight, method_choice.weight(unsure))
    text = line(
        "**{line} 分线很脆。**{near:full}离线不到 2 分{@near}{firm}。分数回到线上，不等于客户好转。",
        "**The {line}-point line is brittle.** {near:full} sit within two points of it {@near}{firm}. "
        "A score back over the line is no proof of rescue.",
        claims=(Pattern.TREND,),
        line=same(limit_text(desk.subject.low_line)),
        near=near,
        firm=firm,
    )
    return Candidate("line", weight, text)


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
    p = cells.cell_p_fact(desk, found)
    if p is None:
        return None
    all_cells, large = cells.cell_counts(desk)
    standing, _ = cells.standing_cells(desk, found)
    if standing:
        return _standing_cell(desk, standing, all_cells, p)
    text = line(
        "**不能按行业与规模的格子派人。**{cells} 个有客户的格子里 {large} 个满 {min} 家{@cells,large}；"
        "逐格{against}，校正后最小 p {p:eq}（n = {n}）{@p}，没有一格站得住。",
        "**Do not deploy by industry and size.** Of {cells} cells with accounts {large} "
        + by_count(large.value, "has", "have")
        + " {min} or more "
        "{@cells,large}; each cell {against}, smallest adjusted p {p:eq} (n = {n}) {@p}. No cell stands.",
        denies=(Pattern.HOT_SPOT,),
        against=cells.against_words(desk),
        cells=all_cells,
        large=large,
        min=same(str(max(desk.subject.grades.minimum_accounts, 10))),
        p=p,
        n=same(f"{p.n:,}"),
    )
    return Candidate("cells", 0.35, text)


def _standing_cell(desk: Desk, standing: list[MatrixRow], all_cells: Fact, p: Fact) -> Candidate:
    first = max(standing, key=lambda c: (c.at_risk_amount or 0.0, c.low_count, c.industry))
    share = cells.cell_fact(desk, first)
    text = line(
        "**低健康集中在{name}**：{share:full}{@share}{more}，{cells} 格逐格{against}，校正后最小 p {p:eq}{@cells,p}。",
        "**Low health is concentrated in {name}**: {share:full} {@share}{more}; {cells} cells, each "
        "{against}, smallest adjusted p {p:eq} {@cells,p}.",
        claims=(Pattern.HOT_SPOT,),
        against=cells.against_words(desk),
        more=_more_cells(len(standing) - 1),
        name=cells.cell_name(first),
        share=share,
        cells=all_cells,
        p=p,
    )
    return Candidate("cells", _weight(desk, first), text, _look_through(first))


def _weight(desk: Desk, cell: MatrixRow) -> float:
    """Return the weight of a standing cell: its share of the low tier's money, if there is any."""
    if not desk.has_money:
        return 0.75
    total = money.low_total(desk).value
    return 0.45 + 0.3 * (cell.at_risk_amount or 0.0) / total if total else 0.45


def _look_through(cell: MatrixRow) -> Line:
    count = min(cell.low_count, MOST_LOOKED_THROUGH)
    return line(
        "客户成功主管 10 个工作日内逐户看完{name}的 {n} 家低健康客户，半数以上同因才立专项",
        "CS manager goes through {n} low accounts of {name} within 10 working days; a joint programme "
        "only if half or more share a cause",
        name=cells.cell_name(cell),
        n=same(str(count)),
    )


def _more_cells(rest: int) -> Bilingual | Join:
    if rest < 1:
        return EMPTY
    return Bilingual(f"，另有 {rest} 格", f" and in {rest} more")


def low_without_money(desk: Desk) -> Candidate | None:
    """Return the size of the low tier where no money can be set beside it."""
    low = population.low_share(desk)
    if desk.has_money or not low.k or low.n < 2:
        return None
    text = line(
        "**低健康 {low:full}**{@low}{firm}。没有金额，分不出先后；先看换算法仍低的客户。",
        "**{low:full} accounts are low** {@low}{firm}. Without amounts there is no order by exposure; start with "
        "those that stay low under every choice.",
        low=low,
        firm=_firm(desk),
    )
    return Candidate("low", 0.3 + (low.value or 0.0) / 2, text)


def one_entry(desk: Desk) -> Candidate | None:
    """Return the share of low accounts that one logged activity lifts over the line."""
    fact = population.touched(desk)
    if fact is None or fact.value is None or fact.value < 0.5 or fact.is_small:
        return None
    text = line(
        "**一次记录就能过线。**低健康客户里 {fact:full}只要今天记下一次活动就回到 {line} 分以上{@fact}（试算）。"
        "考核双向沟通，不考核过线。",
        "**One log entry crosses the line.** {fact:full} of the low accounts are back over {line} after one activity "
        "logged today {@fact} (a trial). Judge two-way contact, not the crossing.",
        fact=fact,
        line=same(limit_text(desk.subject.low_line)),
    )
    return Candidate("touch", 0.1 + fact.value / 3, text)


def firm_list(desk: Desk) -> Candidate | None:
    """Return how many low accounts stay low under every tried choice, where most do."""
    if choices.depends_on_method(desk) is not None:
        return method_choice.depends(desk)
    low = population.low_share(desk)
    if not desk.has("is_firm_low") or (low.k or 0) < MINIMUM_N:
        return None
    firm = population.firm_low(desk)
    if (firm.value or 0.0) >= MOSTLY_FIRM:
        text = line(
            "**低健康名单大体不随算法变。**换用各种合理的刻度与权重，{firm:full}仍低{@firm}；"
            "要疑的是活动记录，不是算法。",
            "**The low list hardly depends on the method.** {firm:full} of the low accounts stay low under every "
            "tried choice of scale and weight {@firm}. Doubt the activity records before the method.",
            firm=firm,
        )
    else:
        text = line(
            "**低健康名单有一部分随算法变。**换用各种合理的刻度与权重，{firm:full}仍低{@firm}：人工先给这些，其余先核实。",
            "**Part of the low list depends on the method.** {firm:full} of the low accounts stay low under every "
            "tried choice of scale and weight {@firm}: people go there first, the others are verified first.",
            firm=firm,
        )
    return Candidate("line", 0.15, text)


def what_spreads(desk: Desk) -> Candidate | None:
    """Return the dimension that spreads the scores most, if it carries two fifths or more."""
    shares = [
        (name, population.variance_share(desk, name, dimension_word(name)))
        for name in population.dimension_names(desk)
    ]
    known = [(name, f) for name, f in shares if f.value is not None and f.n >= MINIMUM_N]
    if len(known) < 2:
        return None
    name, fact = max(known, key=lambda pair: pair[1].value or 0.0)
    if (fact.value or 0.0) < 0.4:
        return None
    text = line(
        "**分数主要由{name}拉开**：占分数方差的 {share}（由定义造成）{@share}。它的数据有错，名单就有错：先查它的来源。",
        "**{name} spreads the scores most**: {share} of their variance (by construction) {@share}. If its data are "
        "wrong, so is the list: check its source first.",
        name=Bilingual(dimension_word(name).zh, dimension_word(name).en.capitalize()),
        share=fact,
    )
    return Candidate("spread", 0.1, text)
