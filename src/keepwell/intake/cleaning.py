"""SQL that cleans a raw cell: blanks, invisible marks, full-width forms, words for nothing."""

import re

NULL_WORDS = (
    "n/a", "na", "#n/a", "n.a.", "-", "--", "—", "–", "#ref!", "#div/0!", "#value!", "#name?",
    "#null!", "#num!", "null", "(null)", "nil", "none", "nan", "\\n", "无", "暂无", "待定", "空",
    "tbd", "undefined",
)  # fmt: skip
FULL_WIDTH = "".join(chr(c) for c in range(0xFF01, 0xFF5F)) + "￥−"
HALF_WIDTH = "".join(chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)) + "¥-"
_INVISIBLE = "".join(
    chr(c)
    for c in (
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2065),
        *range(0x2066, 0x206A),
        0xAD,
        0xFEFF,
    )
)
_CONTROL = r"[\x01-\x08\x0B\x0C\x0E-\x1F\x7F]"
_BLANKS = "\u00a0\u3000\u2002\u2003\u2007\u2009\u202f"


def literal(text: str) -> str:
    """Return `text` as an SQL string literal.

    >>> literal("O'Neil")
    "'O''Neil'"
    """
    return "'" + text.replace("'", "''") + "'"


def word_list(words: tuple[str, ...] | list[str]) -> str:
    """Return words as the inside of an SQL IN list."""
    return ", ".join(literal(w) for w in words)


def clean_text(raw: str, *, is_code: bool) -> str:
    """Return SQL for the cell without outer blanks and invisible marks; NULL when nothing is left.

    With `is_code`, full-width digits, letters and signs become their plain forms. Plain ASCII
    cells, almost all, take a short way.
    """
    spaced = f"translate(regexp_replace({raw}, '[{_INVISIBLE}]', '', 'g'), '{_BLANKS}', '       ')"
    if is_code:
        spaced = f"translate({spaced}, {literal(FULL_WIDTH)}, {literal(HALF_WIDTH)})"
    trimmed = f"trim({raw}, ' ' || chr(9) || chr(10) || chr(13))"
    is_ascii = f"strlen({raw}) = length({raw})"
    return f"nullif(CASE WHEN {is_ascii} THEN {trimmed} ELSE trim({spaced}) END, '')"


def text_value(u: str) -> str:
    """Return SQL for a text without control characters; NULL when nothing is left."""
    without = f"nullif(trim(regexp_replace({u}, '{_CONTROL}', '', 'g')), '')"
    return f"CASE WHEN regexp_matches({u}, '{_CONTROL}') THEN {without} ELSE {u} END"


def text_status(raw: str, u: str) -> str:
    """Return SQL for the code of a text that carried invisible or control characters."""
    is_marked = f"strlen({raw}) <> length({raw}) AND regexp_matches({raw}, '[{_INVISIBLE}]')"
    return (
        f"CASE WHEN {u} IS NOT NULL AND (regexp_matches({u}, '{_CONTROL}') OR ({is_marked})) "
        "THEN 'text_cleaned' END"
    )


def is_null_word(text: str, *, is_number: bool) -> str:
    """Return SQL that is true for a word that stands for nothing; `nan` is a number's fault."""
    words = [w for w in NULL_WORDS if not (is_number and w == "nan")]
    return f"(length({text}) <= 9 AND lower({text}) IN ({word_list(words)}))"


def name_pattern(patterns: tuple[str, ...]) -> str:
    """Return one regular expression for names that match any pattern (`*` = anything).

    >>> name_pattern(("Acme*", "demo"))
    '(?i)(^acme.*$|demo)'
    """
    parts = []
    for pattern in patterns:
        plain = re.escape(pattern.casefold())
        parts.append(f"^{plain.replace(chr(92) + '*', '.*')}$" if "*" in pattern else plain)
    return f"(?i)({'|'.join(parts)})"
