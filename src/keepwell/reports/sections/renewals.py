"""What recurring revenue was kept, what is due for renewal, and what of it is at risk."""

from keepwell.reports.desk import Desk
from keepwell.reports.facts import Fact
from keepwell.reports.numbers import Form
from keepwell.reports.page import Block, Paragraph
from keepwell.reports.text import EMPTY, Join, Line, line, words
from keepwell.vocabulary import Bilingual

TABLE = "renewal_outlook"


def renewals(desk: Desk) -> list[Block]:
    """Return the paragraph; nothing where subscriptions have no terms and amounts."""
    # Snapshots of earlier versions do not say how much has no end on record.
    if "open_amount" not in desk.subject.tables.get(TABLE, ()):
        return []
    rows = desk.book.rows(f"SELECT arr_amount, renewals FROM {TABLE}")
    if not rows or not rows[0][0]:
        return []
    return [Paragraph(_told(desk, int(rows[0][1] or 0)))]


def _told(desk: Desk, cases: int) -> Line:
    return line(
        "**续约与留存**：年度经常性收入（ARR）{arr}{@arr}。{kept}"
        "六个月内到期 {due}{@due}，其中低健康 {low}{@low}。{open}{ahead}",
        "**Renewals and retention**: recurring revenue a year (ARR) {arr} {@arr}. {kept}"
        "Due within six months {due} {@due}, of it in the low tier {low} {@low}. {open}{ahead}",
        arr=_fact(desk, "arr_amount", "年度经常性收入（ARR）", "ARR", Form.AMOUNT),
        due=_fact(desk, "due_amount", "六个月内到期的 ARR", "ARR due in six months", Form.AMOUNT),
        low=_fact(desk, "due_low_amount", "其中低健康", "of it in the low tier", Form.AMOUNT),
        kept=_kept(desk),
        open=_open(desk),
        ahead=_ahead(desk, cases),
    )


def _kept(desk: Desk) -> Line | Join:
    grr = _share(desk, "grr", "毛留存率（GRR）", "gross retention (GRR)", desk.n)
    if not grr.is_known:
        return words(
            "十二个月前没有经常性收入，GRR 与 NRR 无从算起。",
            "There was no recurring revenue twelve months ago, so GRR and NRR cannot be told. ",
        )
    return line(
        "过去十二个月毛留存（GRR）{grr:delta}{@grr}，净留存（NRR）{nrr:delta}{@nrr}。",
        "Over twelve months {grr:delta} of it was kept (GRR) {@grr}, {nrr:delta} with expansion "
        "(NRR) {@nrr}. ",
        grr=grr,
        nrr=_share(desk, "nrr", "净留存率（NRR）", "net retention (NRR)", desk.n),
    )


def _open(desk: Desk) -> Line | Join:
    open_end = _fact(desk, "open_amount", "没有到期日的 ARR", "ARR without an end", Form.AMOUNT)
    if not open_end.value:
        return EMPTY
    return line(
        "ARR 中有 {x}{@x} 没有到期日，何时到期不得而知。",
        "For {x} no end is on record {@x}, so nobody knows when it comes due. ",
        x=open_end,
    )


def _ahead(desk: Desk, cases: int) -> Line | Join:
    renewed = _share(desk, "renewed", "到期后续约的金额占比", "share renewed when due", cases)
    at_risk = _fact(desk, "at_risk_amount", "在险 ARR", "ARR at risk", Form.AMOUNT, cases)
    if renewed.is_known and not at_risk.is_known:
        return words(
            "这超过一半，因此在险金额不作推算；请映射在约合同的到期日（subscriptions.period_end）。",
            "That is more than half, so what is at risk cannot be told: map the ends of running "
            "terms too (subscriptions.period_end).",
        )
    if not renewed.is_known:
        return words(
            "过去六个月到期的客户不足 30 家，续约率与在险金额不作推算。",
            "Fewer than 30 accounts came due in the last six months, so what of it is at risk "
            "cannot be told.",
        )
    return line(
        "过去六个月到期的金额续约了 {renewed:delta}{@renewed}；照此，在险 ARR 为 {risk}{@risk}，"
        "六个月后的 GRR 为 {ahead:delta}{@ahead}（不计扩张，未到期的视为留下）。",
        "Of the amounts that came due in the last six months {renewed:delta} was renewed {@renewed}; "
        "at that rate {risk} is at risk {@risk}, and GRR in six months is {ahead:delta} {@ahead} "
        "(expansion left out, what is not due taken to stay).",
        renewed=renewed,
        risk=at_risk,
        ahead=_grr_ahead(desk, cases),
    )


def _grr_ahead(desk: Desk, cases: int) -> Fact:
    label = Bilingual("六个月后的 GRR", "GRR in six months")
    sql = f"SELECT 1 - at_risk_amount / nullif(arr_amount, 0) FROM {TABLE}"
    fact = desk.book.scalar("renewal:grr_ahead", label, Form.PART, sql, cases)
    return _with_ends(desk, fact, "grr_ahead")


def _share(desk: Desk, column: str, zh: str, en: str, n: int) -> Fact:
    return _with_ends(desk, _fact(desk, column, zh, en, Form.PART, n), column)


def _with_ends(desk: Desk, fact: Fact, column: str) -> Fact:
    ends = f"SELECT {column}_low, {column}_high FROM {TABLE}"
    low, high = desk.book.rows(ends)[0]
    if low is None or high is None:
        return fact
    return desk.book.replace(fact.key, interval=(float(low), float(high)))


def _fact(desk: Desk, column: str, zh: str, en: str, form: Form, n: int | None = None) -> Fact:
    sql = f"SELECT {column} FROM {TABLE}"
    whole = desk.n if n is None else n
    return desk.book.scalar(f"renewal:{column}", Bilingual(zh, en), form, sql, whole)
