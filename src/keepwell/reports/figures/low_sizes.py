"""Facts on the sizes of the low tier that weigh more in money than in accounts."""

from dataclasses import dataclass

from keepwell.outlook import MASS_SIZE, heavy_sizes
from keepwell.reports.desk import Desk
from keepwell.reports.facts import Fact, quoted
from keepwell.reports.figures.population import word_text
from keepwell.reports.terms import size_place, size_word
from keepwell.vocabulary import Bilingual

AMOUNT = "contribution_amount"


@dataclass(frozen=True, slots=True)
class HeavySizes:
    """Sizes whose share of the low tier's money is 1.5 times their share of its accounts or more.

    `accounts`, `money`: share of the low accounts and of their money, all these sizes together.
    """

    sizes: tuple[str, ...]
    count: Fact
    accounts: Fact
    money: Fact


def heavy_low_sizes(desk: Desk) -> HeavySizes | None:
    """Return the heavy sizes; None if they are most of the accounts or little of the money."""
    sizes = _sizes(desk)
    if not sizes:
        return None
    where = f"account_size_segment IN ({', '.join(quoted(s) for s in sizes)})"
    zh = "、".join(word_text(size_word(s)).zh for s in sizes)
    en = ", ".join(word_text(size_word(s)).en for s in sizes)
    accounts = desk.book.share(
        "low_sizes:accounts", Bilingual(f"{zh}占低健康户数", f"{en}: share of the low accounts"),
        where, desk.is_low,
    )  # fmt: skip
    count = desk.book.count(
        "low_sizes:n", Bilingual(f"低健康{zh}户数", f"low accounts of size {en}"),
        f"{desk.is_low} AND {where}", accounts.n,
    )  # fmt: skip
    name = desk.money_short
    money = desk.book.part(
        "low_sizes:money",
        Bilingual(f"{zh}占低健康{name.zh}", f"{en}: share of the low tier's {name.en}"),
        AMOUNT,
        where,
        desk.is_low,
    )
    return HeavySizes(sizes, count, accounts, money)


def _sizes(desk: Desk) -> tuple[str, ...]:
    """Return the heavy sizes, large to small."""
    if not desk.has("account_size_segment") or not desk.has_money:
        return ()
    sql = (
        f"SELECT account_size_segment, count(*), coalesce(sum({AMOUNT}), 0) FROM portfolio "
        f"WHERE {desk.is_low} GROUP BY 1"
    )
    rows = [(s, int(n), float(x)) for s, n, x in desk.book.rows(sql)]
    return tuple(sorted(heavy_sizes(rows), key=size_place))


def low_mass_count(desk: Desk) -> Fact:
    """Return how many low accounts are Small Business."""
    where = f"{desk.is_low} AND account_size_segment = {quoted(MASS_SIZE)}"
    label = Bilingual("低健康小型客户户数", "low accounts of size Small Business")
    return desk.book.count("low_sizes:mass", label, where, desk.n)
