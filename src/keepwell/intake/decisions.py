"""Decisions about whole columns that need words: currencies, percent units, expected kinds."""

from collections.abc import Mapping, Sequence

from keepwell.intake.cells import Cell
from keepwell.intake.finding_kinds import finding
from keepwell.intake.money import MoneyRules
from keepwell.vocabulary import Bilingual, Finding, Kind

_EXPECTED = {
    Kind.NUMBER: Bilingual("数字", "numbers"),
    Kind.COUNT: Bilingual("计数", "counts"),
    Kind.PERCENT: Bilingual("比例", "shares"),
    Kind.MONEY: Bilingual("金额", "amounts"),
    Kind.FLAG: Bilingual("是/否", "yes or no"),
    Kind.DATE: Bilingual("日期", "dates"),
    Kind.TIMESTAMP: Bilingual("时间", "times"),
}


def reads_as(kind: Kind) -> Bilingual:
    """Return the word for what a column should hold."""
    return _EXPECTED.get(kind, Bilingual("文本", "text"))


def currency_decision(
    table: str, listed: Sequence[str], signs: Mapping[str, Sequence[str]], rules: MoneyRules
) -> tuple[set[str], list[Finding]]:
    """Return the currencies a feed shows, and the findings that stop it.

    `listed` are the words of its currency column, `signs` those inside each amount column.
    """
    by_column = {name: sorted({rules.code(s) for s in found}) for name, found in signs.items()}
    if listed:
        codes = sorted({rules.code(word) for word in listed})
        if len(codes) > 1 and not rules.project and signs:
            reason = ("没有声明项目币种，无法换算。", "no project currency is declared.")
            return set(codes), [_mixed(table, "currency", codes, reason)]
        return set(codes), []
    problems = []
    for name, codes in by_column.items():
        if len(codes) > 1:
            reason = ("而且没有币种列。", "there is no currency column.")
            problems.append(_mixed(table, name, codes, reason))
    return {code for codes in by_column.values() for code in codes}, problems


def _mixed(table: str, column: str, codes: list[str], reason: tuple[str, str]) -> Finding:
    return finding(
        "currency_mixed",
        table,
        len(codes),
        column,
        found=", ".join(codes),
        reason=reason[0],
        reason_en=reason[1],
    )


def percent_findings(table: str, cell: Cell, stats: Mapping[str, object]) -> list[Finding]:
    """Return what to say about the unit of a share that nobody declared."""
    above, fraction, known = (_whole(stats, n) for n in ("above", "fraction", "n"))
    if above and above >= fraction:
        return [finding("percent_by_evidence", table, above, cell.name)]
    if known and not above and not fraction and not _whole(stats, "signs"):
        return [finding("percent_unit_unknown", table, known, cell.name)]
    return []


def _whole(stats: Mapping[str, object], name: str) -> int:
    value = stats.get(name) or 0
    return value if isinstance(value, int) else 0
