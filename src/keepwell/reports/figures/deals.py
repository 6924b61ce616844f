"""Facts on single deals: open ones without an amount, and the days that wins on record cover."""

from keepwell.outlook import DAYS_OF_PACE
from keepwell.reports.desk import Desk
from keepwell.reports.facts import Fact, quoted
from keepwell.reports.numbers import Form
from keepwell.vocabulary import Bilingual

LEAST_DAYS = 91


def bare_share(desk: Desk) -> Fact | None:
    """Return the share of open deals without an amount; None where every one has it."""
    found = _stored(desk, "open_deals_without_amount")
    if found is None or not found[2]:
        return None
    value, n, k = found
    label = Bilingual("未结商机中没有金额的", "open deals without an amount")
    query = _query("open_deals_without_amount")
    return desk.book.keep(Fact("deals:bare", label, value, Form.SHARE, query, n, k))


def bare_accounts(desk: Desk) -> Fact:
    """Return the accounts with an open deal that has no amount."""
    label = Bilingual("有商机没有金额的客户", "accounts with an open deal without an amount")
    sql = _query("accounts_with_deals_without_amount")
    return desk.book.scalar("deals:bare_accounts", label, Form.COUNT, sql, desk.n)


def days_covered(desk: Desk) -> Fact | None:
    """Return the days up to the snapshot that wins cover, where they are under twelve months."""
    found = _stored(desk, "won_days_covered")
    if found is None:
        return None
    label = Bilingual("记录里的成交覆盖的天数", "days that the wins on record cover")
    return desk.book.scalar(
        "won:days", label, Form.DAYS, _query("won_days_covered"), found[1]
    )  # n: wins


def pace_total(desk: Desk) -> Fact:
    """Return six months at the pace, all accounts."""
    label = Bilingual("其中存量成交节奏", "of which won-amount pace")
    return desk.book.total("method:pace", label, "pace_amount")


def naive_total(desk: Desk) -> Fact | None:
    """Return six months as the last six were, all accounts; None where no account has it."""
    if not desk.has("naive_amount"):
        return None
    label = Bilingual("与过去六个月相同", "same as the last six months")
    fact = desk.book.total("method:naive", label, "naive_amount")
    return fact if fact.is_known else None


def pace_over_cover(desk: Desk, days: Fact) -> Fact | None:
    """Return the pace divided by the days that wins cover; None under a quarter of a year."""
    pace = pace_total(desk)
    if not pace.value or days.value is None or days.value < LEAST_DAYS:
        return None
    return desk.book.keep(
        Fact(
            "won:pace_over_cover",
            Bilingual("同上，按成交覆盖的天数折算", "the same over the days that wins cover"),
            pace.value * DAYS_OF_PACE / days.value,
            Form.AMOUNT,
            f"sum(pace_amount) x {DAYS_OF_PACE} / days covered",
            pace.n,
            is_sql=False,
        )
    )


def _query(figure: str) -> str:
    return f"SELECT value FROM figures WHERE figure = {quoted(figure)}"


def _stored(desk: Desk, figure: str) -> tuple[float, int, int] | None:
    """Return value, n and hits of a figure of the snapshot; None without it."""
    if "figures" not in desk.subject.tables:
        return None
    sql = f"SELECT value, n, coalesce(hits, 0) FROM figures WHERE figure = {quoted(figure)}"
    rows = desk.book.rows(sql)
    if not rows or rows[0][0] is None:
        return None
    value, n, hits = rows[0]
    return float(value), int(n), int(hits)
