"""SQL that reads flags, categories, e-mail addresses, currency codes and ids."""

from collections.abc import Mapping

from keepwell.intake.cleaning import literal, word_list

TRUE_WORDS = ("true", "t", "yes", "y", "1", "1.0", "是", "对", "真", "✓", "✔", "√", "on", "x")
FALSE_WORDS = ("false", "f", "no", "n", "0", "0.0", "否", "错", "假", "✗", "✘", "×", "off")
CURRENCY_WORDS = {
    "US$": "USD", "HK$": "HKD", "A$": "AUD", "C$": "CAD", "S$": "SGD", "NT$": "TWD", "RMB": "CNY",
    "人民币": "CNY", "元": "CNY", "圆": "CNY", "美元": "USD", "欧元": "EUR", "英镑": "GBP",
    "日元": "JPY", "港元": "HKD", "港币": "HKD", "€": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW",
}  # fmt: skip
_CODES = "CNY|RMB|USD|EUR|GBP|JPY|HKD|AUD|CAD|SGD|TWD|KRW|INR|CHF"
_SYMBOL = (
    f"(US[$]|HK[$]|A[$]|C[$]|S[$]|NT[$]|{_CODES}"
    "|人民币|美元|欧元|英镑|日元|港元|港币|[$€£¥₹₩]|元|圆)"
)
_SALESFORCE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def _checksum(block: int) -> str:
    bits = " + ".join(
        f"CASE WHEN ascii(substr(u, {block * 5 + i + 1}, 1)) BETWEEN 65 AND 90 "
        f"THEN {2**i} ELSE 0 END"
        for i in range(5)
    )
    return f"substr('{_SALESFORCE}', 1 + {bits}, 1)"


MACROS = (
    "CREATE OR REPLACE MACRO id_18(u) AS u || " + " || ".join(_checksum(b) for b in range(3)),
    (
        "CREATE OR REPLACE MACRO is_id_15(u) AS CASE WHEN length(u) = 15 "
        "THEN regexp_full_match(u, '[a-zA-Z0-9]{15}') ELSE false END"
    ),
    (
        "CREATE OR REPLACE MACRO is_id_18(u) AS CASE WHEN length(u) = 18 "
        "THEN regexp_full_match(u, '[a-zA-Z0-9]{15}[A-Z0-5]{3}') ELSE false END"
    ),
    (
        "CREATE OR REPLACE MACRO money_sign(u) AS "
        f"nullif(regexp_extract(upper(u), '{_SYMBOL}', 1), '')"
    ),
)


def currency_code(text: str, *, dollar: str, yen: str) -> str:
    """Return SQL for the ISO code of a currency word or sign; `dollar` and `yen` settle $ and ¥."""
    words = {**CURRENCY_WORDS, "$": dollar, "¥": yen, "￥": yen}
    whens = " ".join(f"WHEN {literal(w)} THEN {literal(c)}" for w, c in words.items())
    return f"CASE upper({text}) {whens} ELSE upper({text}) END"


def flag_value(u: str) -> str:
    """Return SQL for TRUE, FALSE or, when the word is neither, NULL."""
    return (
        f"CASE WHEN lower({u}) IN ({word_list(TRUE_WORDS)}) THEN true "
        f"WHEN lower({u}) IN ({word_list(FALSE_WORDS)}) THEN false END"
    )


def flag_status(u: str, value: str, *, is_mapped: bool) -> str:
    """Return SQL for the code of an unusual flag; with `is_mapped` strange words are unknown."""
    strange = "category_unlisted" if is_mapped else "flag_unreadable"
    return (
        f"CASE WHEN {u} IS NULL OR lower({u}) IN ('true', 'false') THEN NULL "
        f"WHEN {value} IS NULL THEN '{strange}' ELSE {'NULL' if is_mapped else repr('flag_read')} "
        "END"
    )


def mapped_words(text: str, categories: Mapping[str, str]) -> str:
    """Return SQL that replaces the listed words, in whatever case, and keeps the others."""
    if not categories:
        return text
    exact = " ".join(f"WHEN {literal(k)} THEN {literal(v)}" for k, v in categories.items())
    folded = " ".join(f"WHEN {literal(k.lower())} THEN {literal(v)}" for k, v in categories.items())
    return f"CASE {text} {exact} ELSE CASE lower({text}) {folded} ELSE {text} END END"


def id_value(u: str, *, extends: bool, aliases: Mapping[str, str]) -> str:
    """Return SQL for the id: no spreadsheet `.0`, 18 characters if asked, alias replaced."""
    value = (
        f"CASE WHEN suffix({u}, '.0') AND regexp_full_match({u}, '[0-9]+[.]0') "
        f"THEN left({u}, length({u}) - 2) ELSE {u} END"
    )
    if extends:
        value = f"CASE WHEN is_id_15({u}) THEN id_18({u}) ELSE {value} END"
    return mapped_ids(value, aliases)


def mapped_ids(value: str, aliases: Mapping[str, str]) -> str:
    """Return SQL that replaces the ids of merged accounts, case-sensitively."""
    if not aliases:
        return value
    whens = " ".join(f"WHEN {literal(a)} THEN {literal(b)}" for a, b in aliases.items())
    return f"CASE {value} {whens} ELSE {value} END"


def id_status(raw: str, u: str, value: str, *, extends: bool, aliases: Mapping[str, str]) -> str:
    """Return SQL for the code of an id that had to be changed, or that was ruined on the way."""
    whens = [
        f"WHEN {u} IS NULL THEN NULL",
        (
            f"WHEN strpos({u}, '+') > 0 "
            f"AND regexp_full_match({u}, '[0-9]([.][0-9]+)?[eE][+][0-9]+') "
            "THEN 'ids_scientific'"
        ),
    ]
    if aliases:
        whens.append(f"WHEN {u} IN ({word_list(list(aliases))}) THEN 'alias_applied'")
    if extends:
        whens.append(f"WHEN is_id_15({u}) THEN 'id_extended'")
    whens.append(f"WHEN {raw} <> {value} THEN 'id_cleaned'")
    return f"CASE {' '.join(whens)} END"
