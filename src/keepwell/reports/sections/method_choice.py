"""How the low list changes with the scale, the weights and the field that is right, in words."""

from keepwell.reports.desk import Desk
from keepwell.reports.facts import Fact
from keepwell.reports.figures import activity, choices, money, population
from keepwell.reports.sections.candidate import Candidate
from keepwell.reports.sections.listing import listed
from keepwell.reports.text import EMPTY, Join, Line, by_count, line
from keepwell.vocabulary import Bilingual

IN_SUMMARY = 3
IN_SECTION = 10
OTHERS = Bilingual(" 等", " and others")
PEOPLE = Bilingual(
    "人工先给始终低的，其余先核实再派人。",
    "People go to those that stay low, the others are verified first.",
)
LITTLE = Bilingual("先核实，再说哪家低。", "Verify before calling an account low.")


def choice_tail(desk: Desk, firm: Fact, shown: int, *, has_scales: bool = True) -> Line:
    """Return the low counts on the other scales, the firm list, and who stays low either way."""
    return line(
        "{scales}{firm}{both}",
        "{scales}{firm}{both}",
        scales=_scales(desk) if has_scales else EMPTY,
        firm=_firm(desk, firm, shown),
        both=_both(desk),
    )


def _scales(desk: Desk) -> Join:
    parts = tuple(
        line(
            "换成{word}试算低健康是 {low} 家，其中 {stay} 家现在就低{@low,stay}；",
            "on {word} {low} would be low, {stay} of them low now {@low,stay}; ",
            word=other.word,
            low=other.low,
            stay=other.stay,
        )
        for other in choices.other_scales(desk)
    )
    return Join(parts, Bilingual(" ", " "))


def _firm(desk: Desk, firm: Fact, shown: int) -> Line:
    if not firm.k:
        return line(
            "换用各种合理的刻度与权重，没有一家始终低（{firm:n}）{@firm}",
            "nobody stays low under every tried choice of scale and weight ({firm:n}) {@firm}",
            firm=firm,
        )
    accounts = choices.firm_accounts(desk, shown)
    names = tuple(desk.short(a.account_id, a.name) for a in accounts)
    is_all = firm.k == len(names)
    return line(
        "换用各种合理的刻度与权重仍低的只有 {firm:full}：{who}{more}{@firm}",
        "only {firm:full} of the low accounts stay low under every tried choice of scale and weight: "
        "{who}{more} {@firm}",
        firm=firm,
        who=listed(names) if is_all else Join(names),
        more=EMPTY if is_all else OTHERS,
    )


def _both(desk: Desk) -> Line | Join:
    found = choices.either_field(desk)
    low = population.low_share(desk)
    if found is None or not low.k or found[2].value == low.k:
        return EMPTY
    return line(
        "；两个活跃字段无论哪个对都低的是 {both} 家{@both}",
        "; {both} " + by_count(found[2].value, "stays", "stay")
        + " low whichever of the two activity fields is right {@both}",
        both=found[2],
    )  # fmt: skip


def depends(desk: Desk) -> Candidate | None:
    """Return that the low list depends on the method, where fewer than three quarters are firm."""
    firm = choices.depends_on_method(desk)
    if firm is None or firm.value is None:
        return None
    low = population.low_share(desk)
    text = line(
        "**低健康名单随算法变。**现在低健康 {low:k} 家{@low}；{tail}。{then}",
        "**The low list depends on the method.** {low:k} "
        + by_count(low.k, "account is", "accounts are")
        + " low now {@low}; {tail}. {then}",
        low=low,
        tail=choice_tail(desk, firm, IN_SUMMARY),
        then=LITTLE if money.is_little(desk) else PEOPLE,
    )
    return Candidate("line", weight(firm), text)


def weight(firm: Fact) -> float:
    """Return how much it matters that the list is not firm."""
    return 0.3 + 0.4 * (1 - (firm.value or 0.0))


def depends_problem(desk: Desk) -> list[Line]:
    """Return the same as a problem to state first, with more of the firm list."""
    firm = choices.depends_on_method(desk)
    if firm is None:
        return []
    low = population.low_share(desk)
    return [
        line(
            "**低健康名单随算法变**：现在低健康 {low:k} 家{@low}；{tail}（试算）。",
            "**The low list depends on the method**: {low:k} "
            + by_count(low.k, "account is", "accounts are")
            + " low now {@low}; {tail} (trials).",
            low=low,
            tail=choice_tail(desk, firm, IN_SECTION, has_scales=not activity.squeezed(desk)),
        )
    ]
