"""Facts on how far the low tier depends on choices: scales, weights, which field is right."""

from dataclasses import dataclass

from keepwell.reports.desk import Desk
from keepwell.reports.facts import Fact
from keepwell.reports.figures import population
from keepwell.reports.figures.activity import scenario_low
from keepwell.reports.figures.exposure import Account, account_rows
from keepwell.vocabulary import Bilingual

LEFT, RIGHT = "activity_30d_left", "activity_30d_right"
MOSTLY_FIRM = 0.75
SCALES = {
    "percentile_scales": Bilingual("百分位刻度", "percentile scales"),
    "minmax_scales": Bilingual("最小–最大刻度", "min-max scales"),
}


@dataclass(frozen=True, slots=True)
class OtherScale:
    """The low tier on another shipped scale: how many, and how many of them are low now."""

    word: Bilingual
    low: Fact
    stay: Fact


def other_scales(desk: Desk) -> list[OtherScale]:
    """Return the low tier on each other shipped scale that the snapshot tried."""
    found = []
    for name, word in SCALES.items():
        label = Bilingual(f"按{word.zh}试算，低健康户数", f"low accounts under {word.en} (trial)")
        low = scenario_low(desk, name, label)
        if low is None:
            continue
        stay = desk.book.count(
            f"scenario:{name}:stay",
            Bilingual("其中原本就低健康", "of these low already"),
            f"{desk.is_low} AND score_{name}_micro < {desk.subject.low_line_micro}",
            desk.n,
        )
        found.append(OtherScale(word, low, stay))
    return found


def either_field(desk: Desk) -> tuple[Fact, Fact, Fact] | None:
    """Return how many are low if recency is right, if the count is right, and in both cases."""
    left = scenario_low(
        desk,
        LEFT,
        Bilingual("若以“距上次活动”为准，低健康户数", "low accounts if the recency field is right"),
    )
    right = scenario_low(
        desk,
        RIGHT,
        Bilingual("若以“30 天活动数”为准，低健康户数", "low accounts if the count field is right"),
    )
    if left is None or right is None:
        return None
    line = desk.subject.low_line_micro
    both = desk.book.count(
        "scenario:both",
        Bilingual("两种情形下都低健康", "low in both cases"),
        f"{desk.is_low} AND score_{LEFT}_micro < {line} AND score_{RIGHT}_micro < {line}",
        desk.n,
    )
    return left, right, both


def depends_on_method(desk: Desk) -> Fact | None:
    """Return the firm share of the low tier where it is under three quarters, else None."""
    low = population.low_share(desk)
    if not desk.has("is_firm_low") or not low.k:
        return None
    firm = population.firm_low(desk)
    return firm if firm.value is not None and firm.value < MOSTLY_FIRM else None


def firm_accounts(desk: Desk, limit: int) -> list[Account]:
    """Return the low accounts that stay low under every tried choice, largest amount first."""
    order = "contribution_amount DESC NULLS LAST" if desk.has_money else "score_micro"
    return account_rows(desk, f"{desk.is_low} AND is_firm_low", order, limit)


@dataclass(frozen=True, slots=True)
class Leaving:
    """The accounts that leave the low tier if one of two contradicting fields is right.

    `part`: of the low tier's money. `are_largest`: no low account outside them holds more, and
    every amount that this rests on is known.
    """

    count: Fact
    amount: Fact
    part: Fact
    named: tuple[Account, ...]
    are_largest: bool


def leaving(desk: Desk, scenario: str, label: Bilingual) -> Leaving | None:
    """Return who leaves the low tier under a repair, with their money; None for nobody or none."""
    where = f"{desk.is_low} AND score_{scenario}_micro >= {desk.subject.low_line_micro}"
    if not desk.has_money:
        return None
    named = tuple(account_rows(desk, where, "contribution_amount DESC NULLS LAST", 3))
    if not named:
        return None
    money = desk.money_short
    amount = desk.book.total(
        f"{scenario}:amount",
        Bilingual(f"{label.zh}：其{money.zh}", f"{label.en}: their {money.en}"),
        "contribution_amount",
        where,
    )
    part = desk.book.part(
        f"{scenario}:part",
        Bilingual(f"{label.zh}：占该段{money.zh}", f"{label.en}: share of that tier's {money.en}"),
        "contribution_amount",
        where,
        desk.is_low,
    )
    if not amount.value or part.value is None:
        return None
    count = desk.book.count(f"{scenario}:leave", label, where, desk.n)
    return Leaving(count, amount, part, named, _are_largest(desk, where))


def _are_largest(desk: Desk, where: str) -> bool:
    least = f"SELECT min(contribution_amount) FROM portfolio WHERE {where}"
    leaves = f"coalesce({where}, FALSE)"
    holds_more = f"NOT {leaves} AND contribution_amount > ({least})"
    rows = desk.book.rows(
        f"SELECT count(*) FROM portfolio WHERE {desk.is_low} "
        f"AND (contribution_amount IS NULL OR ({holds_more}))"
    )
    return int(rows[0][0]) == 0
