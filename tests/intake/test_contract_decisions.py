"""Decisions of the contract check that need no data: styles, orders, currencies, spellings."""

import re
import string
from datetime import date

import pytest

from keepwell.intake import (
    KINDS,
    MACROS,
    MoneyRules,
    currency_decision,
    find_column,
    finding,
    name_pattern,
    nearest_names,
    reads_as,
    row_change,
    similar_words,
)
from keepwell.intake.dates import decide_order
from keepwell.intake.numbers import decide_style
from keepwell.vocabulary import Action, Kind, Severity

RULES = MoneyRules("CNY", None, (), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("declared", "dot", "comma", "style"),
    [
        (None, 0, 0, "."),
        (None, 3, 0, "."),
        (None, 0, 3, ","),
        (None, 1, 1, "mixed"),
        (",", 9, 0, ","),
        (".", 0, 9, "."),
    ],
)
def test_decimal_style_is_declared_or_proved(
    declared: str | None, dot: int, comma: int, style: str
) -> None:
    assert decide_style(declared, dot, comma) == style


@pytest.mark.parametrize(
    ("declared", "day_first", "month_first", "unclear", "order"),
    [
        (None, 0, 0, 0, "dmy"),
        (None, 0, 0, 5, ""),
        (None, 1, 0, 5, "dmy"),
        (None, 0, 1, 5, "mdy"),
        (None, 1, 1, 5, "mixed"),
        ("mdy", 1, 0, 5, "mdy"),
    ],
)
def test_date_order_is_declared_or_proved(
    declared: str | None, day_first: int, month_first: int, unclear: int, order: str
) -> None:
    assert decide_order(declared, day_first, month_first, unclear) == order


def test_signs_follow_the_money_of_the_project() -> None:
    dollars = MoneyRules("CAD", None, (), date(2026, 1, 1))
    assert [RULES.code(s) for s in ("¥", "$", "元", "eur")] == ["CNY", "USD", "CNY", "EUR"]
    assert dollars.code("$") == "CAD"
    assert MoneyRules("JPY", None, (), date(2026, 1, 1)).code("￥") == "JPY"


def test_two_signs_without_a_currency_column_stop_the_table() -> None:
    found, problems = currency_decision("opportunities", (), {"amount": ("$", "€")}, RULES)
    assert found == {"USD", "EUR"}
    assert [p.code for p in problems] == ["currency_mixed"]


def test_a_currency_column_with_a_project_currency_is_fine() -> None:
    found, problems = currency_decision("opportunities", ("USD", "RMB"), {"amount": ()}, RULES)
    assert (found, problems) == ({"USD", "CNY"}, [])


@pytest.mark.parametrize(
    ("counts", "pairs"),
    [
        ({"Technology": 9, "technology": 2}, (("technology", "Technology"),)),
        ({"Healthcare": 50, "Helthcare": 1}, (("Helthcare", "Healthcare"),)),
        ({"Healthcare": 50, "Healhtcare": 1}, (("Healhtcare", "Healthcare"),)),
        ({"Region 11": 50, "Region 12": 1}, ()),
        ({"Retail": 50, "Detail": 45}, ()),
        ({"feature_1": 50, "feature_12": 2}, ()),
        ({"技术": 5, "技木": 1}, ()),
    ],
)
def test_spellings_of_one_category_are_proposed(
    counts: dict[str, int], pairs: tuple[tuple[str, str], ...]
) -> None:
    assert similar_words(counts) == pairs


def test_known_industries_are_recognised_when_misspelt_throughout() -> None:
    assert similar_words({"technolgy": 12, "medical": 3}, is_industry=True) == (
        ("technolgy", "technology"),
    )


def test_columns_are_found_by_exact_then_by_folded_name() -> None:
    assert find_column("Id", ("ID", "Id")) == 1
    assert find_column("account id", ("Account_ID", "x")) == 0
    assert find_column("id", ("ID", "Id")) is None
    assert nearest_names("sector", ("Id", "Sektor", "Name")) == ("Sektor",)


@pytest.mark.parametrize(
    ("before", "now", "change"),
    [(100, 50, ""), (100, 49, "-51 %"), (100, 400, ""), (100, 401, "+301 %"), (3, 0, "")],
)
def test_row_counts_may_halve_or_quadruple(before: int, now: int, change: str) -> None:
    assert row_change(before, now) == change


def test_name_patterns_match_whole_names_only_with_a_star() -> None:
    pattern = name_pattern(("Acme*", "demo", "a.b"))
    matched = [n for n in ("ACME Ltd", "My demo", "New Acme", "axb") if re.search(pattern, n)]
    assert matched == ["ACME Ltd", "My demo"]


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_a_word_in_both_languages(kind: Kind) -> None:
    assert reads_as(kind).zh != reads_as(kind).en


@pytest.mark.parametrize("code", sorted(KINDS))
def test_texts_of_a_finding_use_the_same_values_in_both_languages(code: str) -> None:
    kind = KINDS[code]
    assert (kind.severity is Severity.ERROR) == (kind.action is Action.REJECTED)
    for text in (kind.message.zh, kind.message.en, kind.cure.zh, kind.cure.en):
        names = {name for _, name, _, _ in string.Formatter().parse(text) if name}
        words = finding(
            code, "t", 2, "c", (), **{n: n for n in names - {"table", "column", "count"}}
        )
        assert words.kind is kind
        assert text.format(**dict.fromkeys(names, "1"))


def test_macro_names_are_unique() -> None:
    names = [m.split("MACRO ", 1)[1].split("(", 1)[0] for m in MACROS]
    assert len(names) == len(set(names))
