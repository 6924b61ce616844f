"""SQL that reads numbers as people write them, and the decision how a column writes decimals."""

from dataclasses import dataclass
from typing import Literal

from keepwell.vocabulary import SQL_TYPES, Column, Kind

Style = Literal[".", ",", "mixed"]
_DOT = (
    r"[0-9],[0-9]{3},[0-9]{3}|,[0-9]{3}[.][0-9]|[0-9],[0-9]{2},[0-9]{3}|[0-9] [0-9]{3}[.][0-9]"
    r"|[.][0-9]{1,2}([^0-9.,]|$)|[.][0-9]{4,}"
)
_COMMA = (
    r"[.][0-9]{3}[.][0-9]{3}|[.][0-9]{3},[0-9]|[0-9] [0-9]{3},[0-9]"
    r"|,[0-9]{1,2}([^0-9.,]|$)|,[0-9]{4,}"
)
_SIGNS = (
    r"[\s''’_]|US[$]|HK[$]|A[$]|C[$]|S[$]|NT[$]|CNY|RMB|USD|EUR|GBP|JPY|HKD|AUD|CAD|SGD|TWD|KRW|INR|CHF"
    r"|人民币|美元|欧元|英镑|日元|港元|港币|[$€£¥₹₩]|元|圆"
)
_MAGNITUDES = {
    "千": 1e3, "K": 1e3, "万": 1e4, "W": 1e4, "十万": 1e5, "百万": 1e6, "M": 1e6, "MM": 1e6,
    "MN": 1e6, "MIO": 1e6, "千万": 1e7, "亿": 1e8, "B": 1e9, "BN": 1e9, "十亿": 1e9, "万亿": 1e12,
}  # fmt: skip
_SCALES = {
    "customer_health_score": (0.0, 100.0),
    "nps": (-100.0, 100.0),
    "days_since_last_activity": (0.0, 100_000.0),
    "account_age_days": (0.0, 100_000.0),
}
MACROS = (
    f"CREATE OR REPLACE MACRO bare(u) AS regexp_replace(upper(u), '{_SIGNS}', '', 'g')",
    "CREATE OR REPLACE MACRO magnitude(b) AS CASE regexp_extract(b, '[0-9.,]([^-0-9.,()+%]+)', 1) "
    + " ".join(f"WHEN '{w}' THEN {v:.0f}.0" for w, v in _MAGNITUDES.items())
    + " WHEN '' THEN 1.0 END",
    (
        "CREATE OR REPLACE MACRO body_dot(d) AS CASE WHEN regexp_full_match(d, "
        "'[0-9]{1,3}(,[0-9]{2,3})*,[0-9]{3}([.][0-9]+)?|[0-9]+([.][0-9]*)?|[.][0-9]+') "
        "THEN replace(d, ',', '') END"
    ),
    (
        "CREATE OR REPLACE MACRO body_comma(d) AS CASE WHEN regexp_full_match(d, "
        "'[0-9]{1,3}([.][0-9]{3})+(,[0-9]+)?|[0-9]+(,[0-9]*)?') "
        "THEN replace(replace(d, '.', ''), ',', '.') END"
    ),
    (
        "CREATE OR REPLACE MACRO body_mixed(d, u) AS "
        "CASE WHEN regexp_full_match(d, '[0-9]+') THEN d "
        f"WHEN regexp_matches(u, '{_DOT}') THEN body_dot(d) "
        f"WHEN regexp_matches(u, '{_COMMA}') THEN body_comma(d) END"
    ),
    (
        "CREATE OR REPLACE MACRO signed(b) AS CASE WHEN b[1] IN ('(', '-') OR right(b, 1) = '-' "
        "THEN -1.0 ELSE 1.0 END"
    ),
    (
        "CREATE OR REPLACE MACRO number_of(u, body) AS CASE WHEN regexp_full_match(bare(u), "
        "'[-+(]?[-+]?[0-9.,]+[^-0-9.,()+%]*%?[)]?-?') THEN try_cast(body AS DOUBLE) "
        "* magnitude(bare(u)) * signed(bare(u)) / CASE WHEN u LIKE '%\\%%' ESCAPE '\\' "
        "THEN 100.0 ELSE 1.0 END END"
    ),
    "CREATE OR REPLACE MACRO digits_of(u) AS regexp_extract(bare(u), '[0-9.,]+')",
)


@dataclass(frozen=True, slots=True)
class NumberReading:
    """How a column of numbers is read; `is_percent`: plain values are 0-100.

    Without odd values (`has_odd`) the long way of reading is left out of the SQL.
    """

    style: Style = "."
    is_percent: bool = False
    has_odd: bool = True


def profile_number(u: str, kind: Kind) -> dict[str, str]:
    """Return aggregates that every column of numbers needs."""
    d = f"try_cast({u} AS DOUBLE)"
    stats = {
        "n": f"count({u})",
        "odd": f"count(*) FILTER ({u} IS NOT NULL AND {d} IS NULL)",
    }
    if kind is Kind.PERCENT:
        value = f"coalesce({d}, try_cast(replace({u}, ',', '.') AS DOUBLE))"
        stats["above"] = f"count(*) FILTER (isfinite({value}) AND {value} > 1)"
        stats["fraction"] = f"count(*) FILTER ({value} > 0 AND {value} < 1)"
    return stats


def profile_odd_number(u: str, kind: Kind) -> dict[str, str]:
    """Return aggregates that decide how a column with unusual numbers writes them."""
    d = f"try_cast({u} AS DOUBLE)"
    odd = f"{u} IS NOT NULL AND {d} IS NULL"
    stats = {
        "dot": f"count(*) FILTER (CASE WHEN {u} IS NULL THEN false WHEN {d} IS NULL THEN "
        f"regexp_matches({u}, '{_DOT}') ELSE strpos({u}, '.') > 0 AND substr({u}, -4, 1) <> '.' "
        "END)",
        "comma": f"count(*) FILTER (CASE WHEN {odd} THEN regexp_matches({u}, '{_COMMA}') END)",
    }
    if kind is Kind.PERCENT:
        stats["signs"] = f"count(*) FILTER (CASE WHEN {odd} THEN strpos({u}, '%') > 0 END)"
    if kind is Kind.MONEY:
        stats["signs"] = f"list(DISTINCT CASE WHEN {odd} THEN money_sign({u}) END)"
    return stats


def decide_style(declared: str | None, dot: int, comma: int) -> Style:
    """Return the decimal style: declared, or the only one that values prove; a dot by default."""
    if declared in (".", ","):
        return "." if declared == "." else ","
    if dot and comma:
        return "mixed"
    return "," if comma else "."


def _is_plain(u: str, style: Style) -> str:
    if style == ".":
        return f"try_cast({u} AS DOUBLE) IS NOT NULL"
    return f"regexp_full_match({u}, '[-+]?[0-9]+')"


def number_value(u: str, kind: Kind, reading: NumberReading, scale: float | None) -> str:
    """Return SQL for the value in the column's canonical type; NULL when it does not read."""
    body = {
        ".": f"body_dot(digits_of({u}))",
        ",": f"body_comma(digits_of({u}))",
        "mixed": f"body_mixed(digits_of({u}), {u})",
    }[reading.style]
    if not reading.has_odd and reading.style == ".":
        return _plain_value(u, kind, reading, scale)
    plain = _is_plain(u, reading.style)
    slow = f"CASE WHEN {u} IS NOT NULL AND NOT ({plain}) THEN number_of({u}, {body}) END"
    fast = f"CASE WHEN {plain} THEN try_cast({u} AS DOUBLE) END"
    if kind is Kind.MONEY and scale is None:
        exact = f"CASE WHEN {plain} THEN try_cast({u} AS {SQL_TYPES[kind]}) END"
        return f"coalesce({exact}, try_cast({slow} AS {SQL_TYPES[kind]}))"
    if kind is Kind.PERCENT and reading.is_percent:
        slow = f"CASE WHEN strpos({u}, '%') > 0 THEN {slow} ELSE {slow} / 100.0 END"
        fast = f"{fast} / 100.0"
    value = f"coalesce({fast}, {slow})"
    if scale is not None:
        value = f"{value} * {scale!r}"
    value = _bounded(value)
    if kind is Kind.COUNT:
        if scale is not None or reading.style != ".":
            return f"floor({value})::BIGINT"
        whole = f"CASE WHEN strpos({u}, '.') = 0 THEN try_cast({u} AS BIGINT) END"
        return f"coalesce({whole}, floor({value})::BIGINT)"
    return f"try_cast({value} AS {SQL_TYPES[kind]})"


def _bounded(value: str) -> str:
    """Return the value within what engines compute alike: huge is NULL, less than 1e-100 is 0.

    A quotient of two such numbers never underflows, which PostgreSQL refuses; -0 becomes 0.
    """
    kept = f"CASE WHEN abs({value}) < 1e-100 THEN 0.0 ELSE {value} END"
    return f"CASE WHEN isfinite({value}) AND abs({value}) < 1e18 THEN {kept} END"


def _plain_value(u: str, kind: Kind, reading: NumberReading, scale: float | None) -> str:
    if kind is Kind.MONEY and scale is None:
        return f"try_cast({u} AS {SQL_TYPES[kind]})"
    value = f"try_cast({u} AS DOUBLE)"
    if kind is Kind.PERCENT and reading.is_percent:
        value = f"{value} / 100.0"
    if scale is not None:
        value = f"{value} * {scale!r}"
    value = _bounded(value)
    if kind is not Kind.COUNT:
        return f"try_cast({value} AS {SQL_TYPES[kind]})"
    if scale is not None:
        return f"floor({value})::BIGINT"
    whole = f"CASE WHEN strpos({u}, '.') = 0 THEN try_cast({u} AS BIGINT) END"
    return f"coalesce({whole}, floor({value})::BIGINT)"


def number_scale(column: Column) -> tuple[float, float] | None:
    """Return the lowest and highest value the column may hold, or None."""
    return (0.0, 1.0) if column.kind is Kind.PERCENT else _SCALES.get(column.name)


def number_status(u: str, value: str, column: Column, reading: NumberReading) -> str:
    """Return SQL for the code of what is odd about the cell; NULL when nothing is."""
    d = f"try_cast({u} AS DOUBLE)"
    unreadable = "'number_unreadable'"
    if reading.style == "mixed":
        unclear = f"regexp_full_match(digits_of({u}), '[0-9]{{1,3}}[.,][0-9]{{3}}')"
        unreadable = f"CASE WHEN {unclear} THEN 'number_ambiguous' ELSE {unreadable} END"
    whens = [
        f"WHEN {u} IS NULL THEN NULL",
        (
            f"WHEN {value} IS NULL THEN CASE WHEN NOT isfinite({d}) THEN 'not_finite' "
            f"WHEN abs({d}) >= 1e17 OR regexp_matches({u}, '[0-9]{{19,}}') THEN 'number_overflow' "
            f"ELSE {unreadable} END"
        ),
    ]
    scale = number_scale(column)
    if scale is not None:
        low, high = scale
        whens.append(f"WHEN {value} < {low} OR {value} > {high} + 1e-9 THEN 'out_of_scale'")
    elif not column.may_be_negative:
        whens.append(f"WHEN {value} < 0 THEN 'number_negative'")
    if reading.has_odd:
        whens.append(f"WHEN NOT ({_is_plain(u, reading.style)}) THEN 'number_read'")
    if column.kind is Kind.COUNT:
        whens.append(f"WHEN {d} <> floor({d}) THEN 'count_fraction'")
    if column.kind is Kind.NUMBER:
        whens.append(f"WHEN abs({value}) > 9007199254740992 THEN 'integer_imprecise'")
    return f"CASE {' '.join(whens)} END"
