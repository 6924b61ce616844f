"""What may be said of industries: the one that differs most, tested over all and within size."""

from keepwell.outlook import MatrixRow
from keepwell.reports.desk import Desk
from keepwell.reports.facts import Fact
from keepwell.reports.figures import cells, population
from keepwell.reports.figures.cells import Matrix
from keepwell.reports.patterns import Pattern
from keepwell.reports.rules import LEVEL, MINIMUM_N, may_call_hot_spot
from keepwell.reports.terms import industry_word
from keepwell.reports.text import EMPTY, Data, Join, Line, line, same
from keepwell.vocabulary import Bilingual


def industries(desk: Desk, found: Matrix) -> list[Line]:
    """Return the line on industries; nothing when they cannot be compared."""
    tested = cells.industry_p_fact(desk, found)
    low = population.low_share(desk)
    if tested is None or not low.k:
        return []
    row, p = tested
    share = cells.industry_fact(desk, row.industry)
    within = cells.within_size_p(desk, found)
    stands = may_call_hot_spot(row.scored, p.value) and (
        within is None or (within.value or 1.0) < LEVEL
    )
    return [_industry_line(row, share, p, within, stands=bool(stands))]


def _industry_line(
    row: MatrixRow, share: Fact, p: Fact, within: Fact | None, *, stands: bool
) -> Line:
    name: Bilingual | Data = industry_word(row.industry)
    also: Line | Join = EMPTY
    if within is not None:
        also = line(
            "；在同一规模内比较，行业差异 p {within:eq}{@within}",
            "; industry within size p {within:eq} {@within}",
            within=within,
        )
    if stands:
        return line(
            "行业里与其余差别最大的是{name} {share:full}{@share}，校正后 p {p:eq}{@p}{also}：**差别成立**，值得单独看。",
            "The industry that differs most is {name}, {share:full} {@share}, adjusted p {p:eq} {@p}{also}: "
            "**the difference stands** and deserves a look of its own.",
            claims=(Pattern.COMPARE,),
            name=name,
            share=share,
            p=p,
            also=also,
        )
    if p.value is not None and p.value < LEVEL and row.scored < MINIMUM_N:
        return _lead(row, share, p, also)
    return line(
        "行业里与其余差别最大的是{name} {share:full}{@share}，校正后 p {p:eq}{@p}{also}。**目前不足以说哪个行业更差**，户数增加后复查。",
        "The industry that differs most is {name}, {share:full} {@share}, adjusted p {p:eq} {@p}{also}. "
        "**Not enough to call any industry worse**; look again when there are more accounts.",
        denies=(Pattern.COMPARE,),
        name=name,
        share=share,
        p=p,
        also=also,
    )


def _lead(row: MatrixRow, share: Fact, p: Fact, also: Line | Join) -> Line:
    return line(
        "行业里与其余差别最大的是{name} {share:full}{@share}，校正后 p {p:eq}{@p}{also}。但它只有 {n} 家，不足 {min} 家：**只作线索，不作结论**。",
        "The industry that differs most is {name}, {share:full} {@share}, adjusted p {p:eq} {@p}{also}. But it has "
        "only {n} accounts, fewer than {min}: **a lead, not a finding**.",
        name=industry_word(row.industry),
        share=share,
        p=p,
        also=also,
        n=same(str(row.scored)),
        min=same(str(MINIMUM_N)),
    )
