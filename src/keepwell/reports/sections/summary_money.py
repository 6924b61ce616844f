"""Summary candidates on money: that of the low accounts, and how concentrated it is."""

from keepwell.outlook import MASS_SIZE
from keepwell.reports.desk import Desk
from keepwell.reports.figures import low_sizes, money, population
from keepwell.reports.figures.low_sizes import HeavySizes
from keepwell.reports.sections.candidate import Candidate
from keepwell.reports.sections.listing import listed
from keepwell.reports.terms import size_word
from keepwell.reports.text import EMPTY, Join, Line, line, same
from keepwell.vocabulary import Bilingual

MANY = 25


def accounts_against_money(desk: Desk) -> Candidate | None:
    """Return the low tier's share of accounts beside its share of money, and where that sits."""
    low = population.low_share(desk)
    if not desk.has_money or not low.k or low.value is None:
        return None
    part = money.low_part(desk)
    total = money.low_total(desk)
    if part.value is None or not total.is_known:
        return None
    where, decision = _where_it_sits(desk)
    text = line(
        "**低健康占户数 {low}，占金额 {part}。**{low:full}，{money} {total}{known}{note}{@low,part,total}。{where}",
        "**{low} of the accounts, {part} of the money are low.** {low:full}, {money} {total}{known}{note} "
        "{@low,part,total}. {where}",
        low=low,
        part=part,
        money=desk.money_short,
        total=total,
        known=_known_amounts(total.n, low.k),
        note=_by_construction(desk),
        where=where,
    )
    return Candidate("low", 0.3 + abs(low.value - part.value), text, decision)


def _by_construction(desk: Desk) -> Bilingual | Join:
    if desk.contains_score:
        return Bilingual(
            "（由定义造成：指数含健康分）", " (by construction: the index contains the score)"
        )
    if money.is_scored_too(desk):
        return Bilingual(
            "（部分由定义造成：金额也进评分）",
            " (partly by construction: the amounts enter the score too)",
        )
    return EMPTY


def _known_amounts(known: int, low: int) -> Bilingual | Join:
    if known == low:
        return EMPTY
    return Bilingual(f"（{known:,} 家金额已知）", f" (amounts known for {known:,})")


def _little_money(desk: Desk) -> tuple[Line, Line]:
    """Return what follows when the low tier holds less than a hundredth of the money."""
    low = population.low_share(desk)
    text = line(
        "这一段几乎没有金额：用自动化，不占人力。",
        "There is hardly any money here: automate, and keep people for the rest.",
    )
    decision = line(
        "{k} 家低健康客户走自动化旅程，双周看一次回应",
        "put the {k} low accounts on automated journeys; look at the replies every two weeks",
        k=same(f"{low.k or 0:,}"),
    )
    return text, decision


def _where_it_sits(desk: Desk) -> tuple[Line | Join, Line | None]:
    """Return the sizes that weigh more in money than in accounts, and who takes them by when."""
    if money.is_little(desk):
        return _little_money(desk)
    found = low_sizes.heavy_low_sizes(desk)
    if found is None:
        return EMPTY, None
    sizes = listed(tuple(size_word(s) for s in found.sizes))
    text = line(
        "其中{sizes}共 {count} 家，占低健康户数的 {accounts}，却占其金额的 {money}{@count,accounts,money}。"
        "人力先给这 {count} 家，而不是平均撒给 {low} 家。",
        "{count} of them, of size {sizes}, are {accounts} of the low accounts but hold {money} of the money "
        "{@count,accounts,money}. People belong there, not spread over {low}.",
        sizes=sizes,
        count=found.count,
        accounts=found.accounts,
        money=found.money,
        low=same(f"{found.accounts.n:,}"),
    )
    return text, _people_and_automation(desk, found)


def _people_and_automation(desk: Desk, found: HeavySizes) -> Line:
    sizes = listed(tuple(size_word(s) for s in found.sizes))
    mass: Line | Join = EMPTY
    automated = low_sizes.low_mass_count(desk)
    if automated.value and MASS_SIZE not in found.sizes:
        mass = line(
            "；{k} 家低健康小型客户走自动唤醒旅程，双周看一次回应",
            "; put the {k} low Small Business accounts on the automated wake-up journey and look at the "
            "replies every two weeks",
            k=automated,
            is_cited=False,
        )
    if (found.count.value or 0) < MANY:
        return line(
            "客户成功负责人 5 个工作日内为 {count} 家低健康{sizes}客户逐户指定责任人{mass}",
            "CS leader names one owner for each of the {count} low {sizes} accounts within 5 working days{mass}",
            count=found.count,
            sizes=sizes,
            mass=mass,
            is_cited=False,
        )
    return line(
        "客户成功主管 10 个工作日内把 {count} 家低健康{sizes}客户按金额从大到小分到人{mass}",
        "CS managers share out the {count} low {sizes} accounts within 10 working days, largest amount first{mass}",
        count=found.count,
        sizes=sizes,
        mass=mass,
        is_cited=False,
    )


def concentration(desk: Desk) -> Candidate | None:
    """Return how much the three largest accounts hold, if it is a quarter or more."""
    if not desk.has_money or desk.n < 12:
        return None
    top = money.top_part(desk, 3)
    if top.value is None or top.value < 0.25:
        return None
    quarter = money.quarter_part(desk)
    text = line(
        "**少数客户决定结果。**前 3 家占{money}的 {top}，前四分之一占 {quarter:share}{@top,quarter}。"
        "先逐一弄清前 3 家的现状，再谈任何项目。",
        "**A few accounts decide the result.** The top 3 hold {top} of the {money}, the top quarter "
        "{quarter:share} {@top,quarter}. Know the state of each of the three by name before any programme.",
        money=desk.money_short,
        top=top,
        quarter=quarter,
    )
    return Candidate("concentration", 0.1 + top.value / 2, text)
